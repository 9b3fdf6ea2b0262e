"""Data sets in the folder where Keras caches them: found, checked against their digests, read, fetched.

Cached files are read without Keras. It is imported only to download, in a process of its own, into a folder
of its own: it deletes a cached file whose digest differs, and leaves half a file behind when it is killed, so
it never sees the user's. What it downloaded is checked, then moved into place in one step.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from experiments.errors import RequestError, TaskUnavailable, unknown

# The published files, below `<KERAS_HOME>/datasets`, and their SHA-256.
FILES: dict[str, dict[str, str]] = {
    "mnist": {
        "mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    },
    "fashion_mnist": {
        "fashion-mnist/train-images-idx3-ubyte.gz": (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        "fashion-mnist/train-labels-idx1-ubyte.gz": (
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        "fashion-mnist/t10k-images-idx3-ubyte.gz": ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        "fashion-mnist/t10k-labels-idx1-ubyte.gz": ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    },
}

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # where keras.datasets fetches from
PROBE_SECONDS = 8  # for the whole of it: names, every address, an answer
STALL_SECONDS = 10  # without a byte
DOWNLOAD_SECONDS = 600  # for the whole of it

# `urlopen` goes through a proxy where the environment names one, as the download does.
_PROBE = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], method="HEAD")
try:
    urllib.request.urlopen(request, timeout=float(sys.argv[2])).close()
except OSError as error:
    sys.exit(str(getattr(error, "reason", error)))
"""
_DOWNLOAD = """
import importlib, socket, sys
socket.setdefaulttimeout(float(sys.argv[2]))
importlib.import_module("keras.datasets." + sys.argv[1]).load_data()
"""


def folder() -> Path:
    """Where Keras caches data sets: `$KERAS_HOME/datasets`, else `~/.keras/datasets`."""
    home = os.environ.get("KERAS_HOME")
    if home is None:
        user = os.path.expanduser("~")
        home = os.path.join(user if os.access(user, os.W_OK) else "/tmp", ".keras")  # Keras' own rule
    return Path(home).expanduser() / "datasets"


def is_cached(name: str) -> bool:
    """Whether every file of a data set is there, each with its published digest.

    Raises RequestError for a name that is not in `FILES`, TaskUnavailable for a file with another digest.
    """
    return None not in _contents(name)


def read(name: str) -> dict[str, bytes]:
    """The files of a data set by name, fetched first where they are not cached.

    Raises as `fetch` does.
    """
    contents = _contents(name)
    if None in contents:
        fetch(name)
        contents = _contents(name)
    return {file: content for file, content in zip(FILES[name], contents, strict=True) if content is not None}


def fetch(name: str) -> None:
    """Make sure that a data set is cached: a download, through `keras.datasets`, only where it is not.

    Several processes may ask at the same time: one downloads, the others wait for it.

    Raises RequestError for a name that is not in `FILES`; TaskUnavailable, within about 10 seconds where the
    network does not answer, when the data set can't be fetched, or when a cached file has another digest than
    the published one. Such a file stays as it is.
    """
    if is_cached(name):
        return
    from filelock import FileLock, Timeout

    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(place / f".{name}.lock", timeout=DOWNLOAD_SECONDS):
            if is_cached(name):  # another process was faster
                return
            _probe(ORIGIN + next(iter(FILES[name])).rsplit("/", 1)[-1])
            with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=place) as home:
                _download(name, home)
                _move(name, Path(home, "datasets"), place)
    except Timeout:
        reason = f"another process has held {place / f'.{name}.lock'} for {DOWNLOAD_SECONDS} seconds"
        raise _missing(name, reason) from None
    except (OSError, subprocess.SubprocessError) as error:
        raise _missing(name, str(error)) from None


def _contents(name: str) -> list[bytes | None]:
    if name not in FILES:
        raise RequestError(unknown("data set", name, FILES))
    return [_content(name, file, digest) for file, digest in FILES[name].items()]


def _content(name: str, file: str, published: str) -> bytes | None:
    """A cached file, or None where there is none."""
    path = folder() / file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TaskUnavailable(f"{name}: {path} can't be read: {error.strerror}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != published:
        raise TaskUnavailable(
            f"{name}: {path} is not the published file: its SHA-256 begins with {found[:12]}, "
            f"allowed is {published[:12]}; move it away, and it is fetched anew"
        )
    return content


def _missing(name: str, reason: str) -> TaskUnavailable:
    return TaskUnavailable(
        f"{name} is not cached at {folder()} and can't be fetched: {reason}; "
        "set KERAS_HOME to a folder that holds datasets/" + next(iter(FILES[name]))
    )


def _probe(address: str) -> None:
    """OSError, or TimeoutExpired, where the server can't be reached.

    In a process of its own: looking up a name, and trying address after address, heeds no timeout.
    """
    command = [sys.executable, "-P", "-c", _PROBE, address, str(PROBE_SECONDS)]
    try:
        _run(command, PROBE_SECONDS)
    except subprocess.TimeoutExpired:
        raise OSError(f"no answer from {address} within {PROBE_SECONDS} seconds") from None


def _download(name: str, home: str) -> None:
    """`keras.datasets.<name>.load_data()` with `home` as its KERAS_HOME."""
    command = [sys.executable, "-P", "-c", _DOWNLOAD, name, str(STALL_SECONDS)]
    try:
        _run(command, DOWNLOAD_SECONDS, KERAS_HOME=home)
    except subprocess.TimeoutExpired:
        raise OSError(f"the download was not done within {DOWNLOAD_SECONDS} seconds") from None


def _run(command: list[str], seconds: float, **environment: str) -> None:
    done = subprocess.run(
        command,
        check=False,
        env=os.environ | environment,
        timeout=seconds,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise OSError(lines[-1] if lines else f"exit status {done.returncode}")


def _move(name: str, source: Path, place: Path) -> None:
    for file, published in FILES[name].items():
        found = hashlib.sha256((source / file).read_bytes()).hexdigest()
        if found != published:
            raise OSError(f"what came as {file} is not the published file (SHA-256 {found[:12]}…)")
        (place / file).parent.mkdir(exist_ok=True)
        os.replace(source / file, place / file)

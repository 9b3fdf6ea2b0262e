import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from experiments.errors import RequestError, TaskUnavailable
from experiments.tasks import keras_cache

NAMES = list(keras_cache.FILES)


@pytest.fixture
def reachable(monkeypatch):
    """As if the server answered."""
    monkeypatch.setattr(keras_cache, "_probe", lambda address: None)


@pytest.fixture
def server(monkeypatch, small, reachable):
    """As if `keras.datasets` downloaded the small files; gives the list of calls."""
    calls = []

    def download(name, home):
        calls.append(name)
        time.sleep(0.05)
        for file, content in small[name].items():
            path = Path(home, "datasets", file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    monkeypatch.setattr(keras_cache, "_download", download)
    return calls


@pytest.fixture
def proxy(monkeypatch):
    """A function that sends every look at the network to one local port."""

    def use(port):
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")

    return use


def left_in(home):
    return sorted(p.name for p in (home / "datasets").rglob("*") if p.is_file() and not p.name.endswith(".lock"))


def test_folder_follows_keras_home(home, monkeypatch, tmp_path):
    assert keras_cache.folder() == home / "datasets"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert keras_cache.folder() == tmp_path / ".keras" / "datasets"


@pytest.mark.parametrize("name", NAMES)
def test_cached(name, fill):
    assert not keras_cache.is_cached(name)
    paths = fill(name)
    assert keras_cache.is_cached(name)
    paths[-1].unlink()
    assert not keras_cache.is_cached(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_cached_data_set_is_read_without_the_network(name, fill, small, monkeypatch):
    monkeypatch.setattr(keras_cache, "_run", lambda *_: pytest.fail("started a process"))
    fill(name)
    assert keras_cache.read(name) == small[name]


def test_a_read_only_cache_will_do(fill, home):
    fill("mnist")
    (home / "datasets").chmod(0o555)
    try:
        keras_cache.fetch("mnist")
    finally:
        (home / "datasets").chmod(0o755)
    assert left_in(home) == ["mnist.npz"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("act", [keras_cache.fetch, keras_cache.read, keras_cache.is_cached])
def test_a_file_with_another_digest_is_named_and_stays(name, act, fill, server):
    path = fill(name)[-1]
    path.write_bytes(b"half a file")
    with pytest.raises(TaskUnavailable, match=rf"{name}: {re.escape(str(path))} is not the published file"):
        act(name)
    assert path.read_bytes() == b"half a file"
    assert server == []


@pytest.mark.parametrize("name", NAMES)
def test_fetches_what_is_not_cached(name, home, small, server):
    assert keras_cache.read(name) == small[name]
    keras_cache.fetch(name)
    assert server == [name]
    assert left_in(home) == sorted(file.rsplit("/", 1)[-1] for file in small[name])


def test_of_several_that_ask_one_downloads(home, server):
    threads = [threading.Thread(target=keras_cache.fetch, args=["mnist"]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keras_cache.is_cached("mnist")
    assert server == ["mnist"]


def test_a_download_with_another_digest_is_refused_and_not_kept(home, server, monkeypatch):
    digests = {name: dict.fromkeys(files, "0" * 64) for name, files in keras_cache.FILES.items()}
    monkeypatch.setattr(keras_cache, "FILES", digests)
    with pytest.raises(TaskUnavailable, match=r"what came as mnist\.npz is not the published file"):
        keras_cache.fetch("mnist")
    assert left_in(home) == []


def test_a_download_that_breaks_off_leaves_nothing(home, small, reachable, monkeypatch):
    def download(name, folder):
        Path(folder, "datasets").mkdir()
        Path(folder, "datasets", "mnist.npz").write_bytes(b"half")
        raise OSError("connection reset")

    monkeypatch.setattr(keras_cache, "_download", download)
    with pytest.raises(TaskUnavailable, match="can't be fetched: connection reset"):
        keras_cache.fetch("mnist")
    assert left_in(home) == []


def test_no_network_is_said_at_once(home, proxy):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, not listening: refuses
        proxy(closed.getsockname()[1])
        begin = time.monotonic()
        with pytest.raises(TaskUnavailable) as caught:
            keras_cache.fetch("mnist")
    place = home / "datasets"
    assert str(caught.value).startswith(f"mnist is not cached at {place} and can't be fetched: ")
    assert str(caught.value).endswith("set KERAS_HOME to a folder that holds datasets/mnist.npz")
    assert "\n" not in str(caught.value)
    assert time.monotonic() - begin < 10


def test_a_silent_firewall_costs_seconds(home, proxy, monkeypatch):
    assert keras_cache.PROBE_SECONDS < 15
    monkeypatch.setattr(keras_cache, "PROBE_SECONDS", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # accepts, never answers
        proxy(silent.getsockname()[1])
        begin = time.monotonic()
        with pytest.raises(TaskUnavailable, match=r"mnist is not cached at .* and can't be fetched: "):
            keras_cache.fetch("mnist")
    assert time.monotonic() - begin < 5


def test_a_folder_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    with pytest.raises(TaskUnavailable, match=r"mnist.*: .*file"):
        keras_cache.fetch("mnist")


def test_an_unknown_data_set():
    with pytest.raises(RequestError, match='data set: got "mnits"; did you mean "mnist"'):
        keras_cache.fetch("mnits")


KERAS = """
import os, socket
def load_data():
    assert socket.getdefaulttimeout() == 10.0
    with open(os.path.join(os.environ["KERAS_HOME"], "loaded"), "w") as file:
        file.write("mnist")
"""


def test_the_download_calls_keras_in_a_folder_of_its_own(tmp_path, monkeypatch):
    package = tmp_path / "stand-in" / "keras" / "datasets"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "mnist.py").write_text(KERAS)
    (package / "fashion_mnist.py").write_text("def load_data(): raise Exception('URL fetch failure')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stand-in"))
    keras_cache._download("mnist", str(tmp_path))
    assert (tmp_path / "loaded").read_text() == "mnist"
    with pytest.raises(OSError, match="URL fetch failure"):
        keras_cache._download("fashion_mnist", str(tmp_path))


def test_the_real_keras_reads_what_the_download_expects(tmp_path):
    """Files, folders and names are where this version of Keras looks: it finds them and downloads nothing."""
    for name in NAMES:
        if not os.environ.get("KERAS_HOME") or not keras_cache.is_cached(name):
            pytest.skip(f"KERAS_HOME holds no {name}")
        for file in keras_cache.FILES[name]:
            (tmp_path / "datasets" / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "datasets" / file).symlink_to((keras_cache.folder() / file).resolve())
    code = "".join(f"import keras; keras.datasets.{name}.load_data()\n" for name in NAMES)
    environment = os.environ | {"KERAS_HOME": str(tmp_path), "https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert "Downloading" not in done.stdout

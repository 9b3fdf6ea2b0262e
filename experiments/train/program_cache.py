"""Where compiled programs are kept between runs: a folder of the user's cache, for one machine and version."""

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from experiments.study.trial import digest

_MOST = 500 * 2**20  # bytes; the oldest programs go


def environment() -> dict[str, str]:
    """What a process must find in its environment to use the folder; nothing where it can't be written."""
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        _prune(place.parent)
    except OSError:
        return {}
    flags = os.environ.get("TF_XLA_FLAGS", "")
    return {
        "TF_XLA_FLAGS": f"{flags} --tf_xla_persistent_cache_directory={place}".strip(),
        "JAX_COMPILATION_CACHE_DIR": str(place),
    }


def folder() -> Path:
    """The folder of this machine and these versions.

    A program made for one processor may not run on another, nor be what another version makes.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "keras-ablations" / digest([*map(_version, ("tensorflow", "tensorflow-cpu", "jax")), _processor()])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> list[str]:
    lines: list[str] = []
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    return [platform.machine(), *sorted({line for line in lines if line.startswith(("model name", "flags"))})]


def _prune(place: Path) -> None:
    found = sorted((path.stat().st_mtime, path) for path in place.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for _, path in found)
    for _, path in found:
        if size <= _MOST:
            return
        size -= path.stat().st_size
        path.unlink(missing_ok=True)

"""The software that results depend on: package versions, the checkout's revision, a digest of the code that trains."""

import hashlib
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("keras-ablations", "tensorflow", "tensorflow-cpu", "jax", "keras", "keras-tuner", "numpy", "pandas",
             "scikit-learn")  # fmt: skip
ROOT = Path(__file__).parents[2]
# What settles a trial's row, given its settings and seed.
TRAINS = (
    "custom", "experiments/models", "experiments/tasks", "experiments/recipes", "experiments/train",
    "experiments/study/seeds.py", "experiments/study/trial.py",
)  # fmt: skip


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that results depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def code_digest(root: Path = ROOT) -> str:
    """The first 16 hexadecimal digits of SHA-256 over the names and bytes of the sources that settle results.

    >>> len(code_digest())
    16
    """
    total = hashlib.sha256()
    for place in TRAINS:
        path = root / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            content = file.read_bytes()
            total.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()[:16]


def git_revision() -> str | None:
    """The revision of the project's own checkout, marked where it has changes; None elsewhere."""
    done = _git("describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
    return done.stdout.strip() or None if done and done.returncode == 0 else None


def changed_since(revision: str) -> bool | None:
    """Whether the sources that settle results differ from those of a revision of the project's own checkout.

    None where that is not known: no checkout, a revision that it does not have, or one that was marked as changed.
    """
    if revision.startswith("-") or revision.endswith("-dirty"):
        return None
    done = _git("diff", "--quiet", revision, "--", *TRAINS)
    return {0: False, 1: True}.get(done.returncode) if done else None


def _git(*command: str) -> subprocess.CompletedProcess[str] | None:
    """What git says of the project's own checkout; None where there is none, or no answer."""
    if not (ROOT / ".git").exists():
        return None
    try:
        whole = ["git", "-C", str(ROOT), *command]
        return subprocess.run(whole, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None

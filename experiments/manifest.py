"""`manifest.json`: the study as run, with what, on what, when."""

import json
import platform
import subprocess
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from experiments.files import write
from experiments.journal import Journal
from experiments.study import Study
from experiments.train.layout import cores

_PACKAGES = ("keras-ablations", "tensorflow", "tensorflow-cpu", "jax", "keras", "keras-tuner", "numpy", "pandas",
             "scikit-learn")  # fmt: skip


def write_manifest(journal: Journal, folder: Path, study: Study) -> None:
    """Replace the file by what the journal knows."""
    statuses = Counter(journal.statuses().values())
    wanted = {trial.id for trial in study.trials} | set(journal.statuses())
    manifest = {
        "study": journal.fact("study"),
        "head": study.head,
        "metrics": list(study.metrics),
        "primary": study.primary,
        "direction": study.direction,
        "digest": journal.fact("digest"),
        "command": study.command,
        **(journal.fact("environment") or {}),
        "started": journal.fact("started"),
        "ended": journal.fact("ended"),
        "trials": {
            "wanted": len(wanted),
            **{status: statuses[status] for status in ("ok", "diverged", "failed")},
        },
        "best": journal.fact("best"),
    }
    write(folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def imported_from(folder: Path) -> str | None:
    """Where results were imported from that no run has written; None for others, or where there is no manifest."""
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["imported"]["path"]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def environment() -> dict[str, Any]:
    """Versions, machine and git revision."""
    return {"versions": versions(), "machine": machine(), "git_revision": _git_revision()}


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that results depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def machine() -> str:
    """System, architecture and number of cores."""
    return f"{platform.system()} {platform.machine()}, {cores()} cores"


def now() -> str:
    """The time, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _git_revision() -> str | None:
    """The revision of the project's own checkout, marked where it has changes; None elsewhere."""
    root = Path(__file__).parent.parent
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 and (root / ".git").exists() else None

"""`manifest.json`: the study as run, with what, on what, when."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from experiments.errors import RequestError
from experiments.store.files import read_object, write
from experiments.store.journal import Journal
from experiments.store.manifest_file import WHAT
from experiments.study.study import Study


def write_manifest(journal: Journal, folder: Path, study: Study) -> None:
    """Replace the file by what the journal knows."""
    record = journal.record
    statuses = Counter(journal.statuses().values())
    wanted = {trial.id for trial in study.trials} | set(journal.statuses())
    manifest = {
        "study": record.study,
        "head": study.head,
        "metrics": list(study.metrics),
        "primary": study.primary,
        "direction": study.direction,
        **({"unit": study.unit} if study.unit else {}),
        "digest": record.digest,
        "command": study.command,
        **(record.environment.as_table() if record.environment else {}),
        "started": record.started,
        "ended": record.ended,
        "trials": {
            "wanted": len(wanted),
            **{status: statuses[status] for status in ("ok", "diverged", "failed")},
        },
        "looked": record.looked,
        "questions": record.questions,
        "best": record.best,
    }
    write(folder / "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def imported_from(folder: Path) -> str | None:
    """Where results were imported from that no run has written; None for others, or where there is no manifest."""
    try:
        return str(read_object(folder / "manifest.json", WHAT)["imported"]["path"])
    except (RequestError, LookupError, TypeError):
        return None


def now() -> str:
    """The time, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")

"""A results folder from results of another tool: `manifest.json`, `trials.csv`, `history.csv`."""

import json
import re
from collections import Counter
from pathlib import Path

from experiments.errors import RequestError, wrong
from experiments.interchange.imports.imported import Imported
from experiments.store.csvs import csv_text
from experiments.store.files import file_digest, write
from experiments.study.columns import STATUSES, history_columns, trial_columns
from experiments.study.study_table import NAME, RESERVED
from experiments.study.types import PlainTable


def name_for(place: Path, given: str | None) -> str:
    """The name that results get: the given one, else that of the folder they come from, made to fit.

    Raises RequestError for a given name that does not fit.

    >>> name_for(Path("searches/my search (2)"), None), name_for(Path("searches/mine"), "other")
    ('my-search-2', 'other')
    """
    if given is None:
        given = re.sub(r"[^A-Za-z0-9_.-]+", "-", place.resolve().name.removesuffix(".csv")).strip("-_.") or "imported"
    elif not re.fullmatch(NAME, given):
        allowed = "letters, digits, dots, dashes and underscores, a letter or digit first"
        raise RequestError(wrong("--name", given, allowed))
    if given in RESERVED:
        raise RequestError(f'--name: got "{given}", which is reserved; give another one')
    return given


def check_free(results: Path, name: str, place: Path) -> None:
    """RequestError where the results folder of that name holds anything but what came from the same place."""
    folder = results / name
    if not folder.exists() or (folder.is_dir() and all(path.name.startswith(".") for path in folder.iterdir())):
        return
    other = "give another --name"
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        source = manifest.get("imported", {}).get("path")
    except (OSError, ValueError, AttributeError):
        raise RequestError(f"{folder}: holds other files; {other}") from None
    if source is None:
        raise RequestError(f"{folder}: holds results of a study of that name; {other}")
    if source != str(place.resolve()):
        raise RequestError(f"{folder}: holds what was read from {source}; {other}")


def write_imported(imported: Imported, results: Path, name: str, command: str) -> Path:
    """Write `results/<name>/` anew, for the source is what counts; returns the folder.

    Raises RequestError where the folder holds anything else.
    """
    check_free(results, name, imported.place)
    folder = results / name
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "manifest.json", json.dumps(_manifest(imported, name, command), indent=2, ensure_ascii=False) + "\n")
    same = {"study": name, "task": imported.task, "model": imported.model}
    rows = sorted((row | same for row in imported.rows), key=lambda row: row["seed"])
    metrics = [metric for metric in imported.metrics if metric != "loss"]  # the loss has columns of its own
    columns = trial_columns([*imported.factors, *imported.settings], metrics)
    known = [column for column in columns if not column.startswith("test_") or column in imported.factors]
    write(folder / "trials.csv", csv_text(known, ({**imported.settings, **row} for row in rows)))
    if imported.history:
        write(folder / "history.csv", csv_text(history_columns(metrics), imported.history))
    else:
        (folder / "history.csv").unlink(missing_ok=True)
    return folder


def _manifest(imported: Imported, name: str, command: str) -> PlainTable:
    statuses = Counter(row["status"] for row in imported.rows)
    return {
        "study": {
            "name": name,
            "question": imported.question,
            "task": imported.task,
            "model": imported.model,
            "design": imported.design,
            "seeds": sorted({row["seed"] for row in imported.rows}),
            "factors": imported.factors,
            "settings": imported.settings,
            **({"smallest_effect": imported.smallest_effect} if imported.smallest_effect else {}),
            **({} if imported.failure_score is None else {"failure_score": imported.failure_score}),
            **({"search": {"tuner": imported.tuner}, "proposed": imported.proposed} if imported.tuner else {}),
        },
        "metrics": imported.metrics,
        "primary": imported.metrics[0],
        "direction": imported.direction,
        "imported": {
            "kind": imported.kind,
            "path": str(imported.place.resolve()),
            **({"file_digest": file_digest(imported.place)} if imported.place.is_file() else {}),
            "paired": imported.paired,
            "caveats": [*imported.notes, *imported.caveats],
            "method": imported.method,
        },
        "command": command,
        "started": imported.started,
        "ended": imported.ended,
        "trials": {"wanted": len(imported.rows), **{status: statuses[status] for status in STATUSES}},
    }

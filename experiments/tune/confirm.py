"""A search's best cells as a study over fresh seeds."""

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments import study_file
from experiments.errors import RequestError, nearest
from experiments.journal import Journal
from experiments.study import Study
from experiments.tune.space import settings


def searched(results: Path, name: str) -> tuple[Study, list[dict[str, Any]], list[int]]:
    """The study of a search's results, its rows, and the seeds that the search looked at.

    Raises RequestError where there are no results of a search, or its study file has gone or changed.
    """
    folder = results / name
    journal_file = folder / "journal.sqlite"
    if not journal_file.is_file():
        found = [path.parent.name for path in results.glob("*-tune-*/journal.sqlite")]
        raise RequestError(f"{folder}: no results of a search there{nearest(name, found)} `ablations tune` makes some")
    journal = Journal(journal_file)
    try:
        fixed, rows = journal.fact("fixed") or {}, journal.rows()
        described = journal.fact("study") or {}
    finally:
        journal.close()
    search = fixed.get("search")
    if not search or "tuner" not in search:
        raise RequestError(f"{folder}: these are no results of a search, so there is nothing to confirm")
    study = study_file.load(_place(folder))
    metric = search["objective"].removeprefix("validation_")
    metrics = (metric, *(one for one in study.metrics if one != metric))
    epochs = {"epochs": fixed["held"]["epochs"]} if "epochs" in fixed["held"] else {}
    study = replace(study, name=name, metrics=metrics, base=study.base | epochs, design="random", search=search)
    if differences := list(study.differences(fixed)):
        raise RequestError(f"{folder}: the study file has changed since the search\n  " + "\n  ".join(differences))
    return study, rows, list(described["seeds"])


def confirmation(study: Study, rows: list[dict[str, Any]], cells: list[str], used: list[int], seeds: int) -> Study:
    """The study of some cells, by id, on as many seeds that the search has not used."""
    first = max(used) + 1
    by_cell = {row["cell"]: row for row in rows}
    rows_of_cells = [by_cell[cell] for cell in cells]
    proposed = [settings(study, row) | {"epochs": row["epochs"]} for row in rows_of_cells]
    for cell, made in zip(cells, proposed, strict=True):
        if study.trial(made, 0).cell != cell:
            raise RequestError(f"{study.name}: the cell {cell} can't be made again from its row")
    return replace(
        study,
        name=f"{study.name}-confirm",
        question=f"What is left of the best of {study.name} on fresh seeds?",
        seeds=list(range(first, first + seeds)),
        proposed=proposed,
        search={"confirms": study.name},
    )


def _place(folder: Path) -> str:
    """The study that a search was made of, from the command in its manifest."""
    try:
        command = shlex.split(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["command"])
        return command[2]
    except (OSError, ValueError, LookupError) as error:
        raise RequestError(f"{folder / 'manifest.json'}: does not say which study was searched: {error}") from None

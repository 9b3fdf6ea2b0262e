"""The study behind a results folder, as it was run, so that cells of it can be trained again."""

import json
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments import study_file
from experiments.errors import RequestError, nearest
from experiments.journal import Journal
from experiments.study import RATE, Study
from experiments.tune.space import settings


@dataclass(frozen=True)
class Source:
    """study: as its results have it. rows: of every trial. seeds: all that the results hold."""

    study: Study
    rows: list[dict[str, Any]]
    seeds: list[int]

    def cell(self, cell: str) -> dict[str, Any]:
        """The settings of a cell, from its row.

        Raises RequestError where the study file does not lead to the same cell any more.
        """
        row = next(row for row in self.rows if row["cell"] == cell)
        found = settings(self.study, row) | {"epochs": row["epochs"]}
        if self.study.trial(found, 0).cell != cell:
            raise RequestError(f"{self.study.name}: the cell {cell} can't be made again from its row")
        return found


def read_source(results: Path, name: str, study: Study | None = None) -> Source:
    """The study whose results are in `results/<name>/`.

    study: as it was declared, for one that is in no file; by default that of the file in the manifest's command.

    Raises RequestError where there are none, they are themselves a test of another study, or its file has gone or
    changed.
    """
    folder = results / name
    journal_file = folder / "journal.sqlite"
    if not journal_file.is_file():
        found = [path.parent.name for path in results.glob("*/journal.sqlite")]
        raise RequestError(f"{folder}: no results there{nearest(name, found)} `ablations run` makes some")
    journal = Journal(journal_file)
    try:
        fixed, rows = journal.fact("fixed") or {}, journal.rows()
        described = journal.fact("study") or {}
    finally:
        journal.close()
    if not rows:
        raise RequestError(f"{folder}: no trial has run yet")
    search = fixed.get("search")
    if search and "tuner" not in search:
        raise RequestError(f"{folder}: these are themselves a test of {search.get('part_of') or search['confirms']}")
    study = study or study_file.load(_place(folder))
    epochs = {"epochs": fixed["held"]["epochs"]} if "epochs" in fixed["held"] else {}
    study = replace(study, name=name, base=study.base | epochs)
    rates = described.get("factors", {}).get(RATE)
    if isinstance(rates, list) and isinstance(study.factors.get(RATE), list):
        study = study.with_rates(rates)  # a run may have added some
    if search:
        metric = search["objective"].removeprefix("validation_")
        metrics = (metric, *(one for one in study.metrics if one != metric))
        study = replace(study, metrics=metrics, design="random", search=search)
    if differences := list(study.differences(fixed)):
        raise RequestError(f"{folder}: the study file has changed since\n  " + "\n  ".join(differences))
    return Source(study, rows, list(described["seeds"]))


def _place(folder: Path) -> str:
    """Where the study's file is, from the command in its manifest."""
    try:
        command = shlex.split(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["command"])
        return command[2]
    except (OSError, ValueError, LookupError) as error:
        raise RequestError(f"{folder / 'manifest.json'}: does not say where the study is: {error}") from None

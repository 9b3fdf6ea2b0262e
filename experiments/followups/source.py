"""The study behind a results folder, as it was run, so that cells of it can be trained again."""

import shlex
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from experiments.errors import RequestError, nearest
from experiments.followups.named_code import check_code
from experiments.store.database import Damaged
from experiments.store.journal import NAME, Journal
from experiments.store.manifest import imported_from
from experiments.store.manifest_file import read_manifest, read_study
from experiments.store.rebuilt import has_rows, read_kept
from experiments.study import study_file
from experiments.study.columns import RATE, TrialRow
from experiments.study.differences import find_differences
from experiments.study.origin import CheckOrigin, ConfirmationOrigin, SearchOrigin, read_origin
from experiments.study.study import Study
from experiments.study.types import PlainTable
from experiments.tune.space import settings


@dataclass(frozen=True)
class Source:
    """study: as its results have it. rows: of every trial. seeds: all that the results hold."""

    study: Study
    rows: list[TrialRow]
    seeds: list[int]

    def cell(self, cell: str) -> PlainTable:
        """The settings of a cell, from its row.

        Raises RequestError where the study file does not lead to the same cell any more.
        """
        row = next(row for row in self.rows if row["cell"] == cell)
        found = settings(self.study, row) | {"epochs": row["epochs"]}
        if self.study.trial(found, 0).cell != cell:
            raise RequestError(f"{self.study.name}: the cell {cell} can't be made again from its row")
        return found


def read_source(results: Path, name: str, study: Study | None = None, file: str | None = None) -> Source:
    """The study whose results are in `results/<name>/`.

    study: as it was declared, for one that is in no file. file: where it is declared, by default the file in the
    manifest's command; of that one, code is not run before it is compared with what the results were made with.

    Raises RequestError where there are none, they are themselves a test of another study, or its file has gone or
    changed.
    """
    folder = results / name
    if not (folder / NAME).is_file() and not has_rows(folder):
        found = [path.parent.name for path in results.glob("*/trials.csv")]
        raise RequestError(f"{folder}: no results there{nearest(name, found)} `ablations run` makes some")
    if (imported := imported_from(folder)) is not None:
        raise RequestError(f"{folder}: results imported from {imported}, whose cells can't be trained here")
    origin = read_origin((read_study(folder) or {}).get("search"))
    if isinstance(origin, ConfirmationOrigin | CheckOrigin):
        raise RequestError(f"{folder}: these are themselves a test of {origin.of}")
    study = study or study_file.load(file or _compare(folder))
    study = replace(study, name=name)
    kept = read_kept(study, folder)
    fixed, rows, described = kept.record.fixed, kept.rows, kept.record.study
    if not (rows and fixed and described):
        raise RequestError(f"{folder}: no trial has run yet")
    origin = read_origin(fixed.get("search"))
    epochs = {"epochs": fixed["held"]["epochs"]} if "epochs" in fixed["held"] else {}
    study = replace(study, base=study.base | epochs)
    rates = described.get("factors", {}).get(RATE)
    if isinstance(rates, list) and isinstance(study.factors.get(RATE), list):
        study = study.with_rates(rates)  # a run may have added some
    if isinstance(origin, SearchOrigin):
        metric = origin.objective.removeprefix("validation_")
        metrics = (metric, *(other for other in study.metrics if other != metric))
        study = replace(study, metrics=metrics, design="random", origin=origin)
    if differences := list(find_differences(study, fixed)):
        raise RequestError(f"{folder}: the study file has changed since\n  " + "\n  ".join(differences))
    return Source(study, rows, list(described["seeds"]))


def _compare(folder: Path) -> str:
    """Where the study's file is, from the command in its manifest; its code is that of the results."""
    place = _place(folder)
    sources: dict[str, str] = {}
    if (folder / NAME).is_file():
        with suppress(Damaged), Journal.reading(folder / NAME) as journal:
            sources = (journal.record.fixed or {}).get("sources", {})
    check_code(place, sources)
    return place


def _place(folder: Path) -> str:
    path = folder / "manifest.json"
    try:
        return shlex.split(read_manifest(path).get("command") or "")[2]
    except (ValueError, LookupError) as error:
        if isinstance(error, RequestError):
            raise
        raise RequestError(f"{path}: does not say where the study is: {error}") from None

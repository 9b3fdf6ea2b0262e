"""Cells of a study as a study over fresh seeds: what was chosen on the old ones is measured on others."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from experiments.analysis.confirmation import cells_to_confirm, confirm, leaders
from experiments.errors import RequestError
from experiments.followups.source import Source, read_source
from experiments.results.findings import Findings
from experiments.results.results import read_results, results_of
from experiments.store.files import write
from experiments.study.origin import CheckOrigin, ConfirmationOrigin, SearchOrigin
from experiments.study.study import Study

BEST = 3  # of the cells that rank first, how many are trained again
FIRST = 1_000_000  # the first fresh seed: a study may grow by as many seeds as anyone trains


def after_tuning(study: Study, results: Path) -> tuple[Source, pd.DataFrame, Study] | None:
    """What a study with tuning seeds trains once it has run: where it stands, its best cells, and the study on fresh
    seeds; None where it has none, or no trial has a score.
    """
    if not study.fresh_seeds:
        return None
    source = read_source(results, study.name, study)
    if not any(row["status"] == "ok" for row in source.rows):
        return None
    return source, *to_confirm(source, results / study.name, BEST, study.fresh_seeds)


def to_confirm(source: Source, folder: Path, top: int, seeds: int) -> tuple[pd.DataFrame, Study]:
    """The best cells of results in a folder (`cell, searched`), and the study of all that is to be confirmed."""
    if isinstance(source.study.origin, SearchOrigin):
        best = best_of_search(source, top)
        return best, confirmation(source, list(best["cell"]), seeds)
    best, cells = best_of_study(Findings(read_results(folder)), top)
    return best, confirmation(source, cells, seeds)


def confirmation(source: Source, cells: list[str], seeds: int) -> Study:
    """The study of some cells, by id, on as many seeds that no study has by itself.

    Of a search it is a study with a page; of any other a part of the study, on whose page it stands.
    """
    study, name = source.study, source.study.name
    searched = isinstance(study.origin, SearchOrigin)
    return replace(
        study,
        name=f"{name}-confirm",
        question=f"What is left of the best of {name} on fresh seeds?",
        design="random",
        seeds=list(range(FIRST, FIRST + seeds)),
        proposed=[source.cell(cell) for cell in cells],
        origin=ConfirmationOrigin(name) if searched else CheckOrigin(name, "confirm"),
        telemetry=False,
        looks=(),
        extend_rates=0,
        fresh_seeds=0,
    )


def best_of_search(source: Source, top: int) -> pd.DataFrame:
    """`cell, searched` of a search's best cells, as its page ranks them."""
    best = leaders(Findings(results_of(source.study, source.rows)).cells, top)
    if best.empty:
        raise RequestError(f"{source.study.name}: no trial has a score, so there is nothing to confirm")
    return best


def best_of_study(findings: Findings, top: int) -> tuple[pd.DataFrame, list[str]]:
    """`cell, searched` of a study's best cells, under each of its conditions; and all cells to train again."""
    if findings.best is None:
        raise RequestError(f"{findings.study.name}: no trial has a score, so there is nothing to confirm")
    table = pd.concat([leaders(part.cells, top) for part in findings.parts])
    asked: list[object] = (
        [] if findings.primary is None else [findings.primary["cell"], findings.primary["reference_cell"]]
    )
    wanted = [cell for cell in asked if isinstance(cell, str)]
    wanted += [cell for part in findings.parts for cell in cells_to_confirm(part.cells, part.study, top)]
    return table.reset_index(drop=True), list(dict.fromkeys(wanted))


def write_confirmation(source: Source, best: pd.DataFrame, folder: Path) -> list[str]:
    """Writes `confirmation.csv` beside the trials of a confirmation; lines that say what is left of the best cells.

    best: `cell, searched`. folder: of the confirmation's results.
    """
    study, found = source.study, read_results(folder)
    trials = found.trials
    if not trials["status"].eq("ok").any():
        return [f"{folder.name}: no trial is ok, so nothing is confirmed yet"]
    table = confirm(best, trials, f"validation_{study.primary}", f"test_{study.primary}", found.study.overlap)
    write(folder / "confirmation.csv", table.to_csv(index=False))
    said: list[str] = []
    kind = "search" if isinstance(study.origin, SearchOrigin) else "study"
    for place, row in enumerate(table[table["n"] > 0].itertuples(), 1):
        levels = trials.loc[trials["cell"].eq(row.cell), list(study.factors)].iloc[0]
        said.append(
            f"{place}. {', '.join(map(str, levels))}: the {kind} saw {study.primary} "
            f"{row.searched:.4f} on {len(source.seeds)} seeds; {row.n} fresh ones give {row.fresh:.4f} ({row.low:.4f} "
            f"to {row.high:.4f}), on test data {row.test:.4f} ({row.test_low:.4f} to {row.test_high:.4f})"
        )
    return [*said, str(folder / "confirmation.csv")]

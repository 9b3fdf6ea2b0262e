"""A cell against itself, many times over: a study whose one factor is the salt of its initial weights."""

from dataclasses import replace
from pathlib import Path

from experiments.analysis.self_comparisons import calibration as measured
from experiments.analysis.self_comparisons import self_comparisons
from experiments.errors import RequestError
from experiments.followups.source import Source
from experiments.results.findings import Findings
from experiments.results.results import read_results
from experiments.store.files import write
from experiments.study.origin import CheckOrigin
from experiments.study.study import Study

FIRST = 2_000_000  # seeds that neither a study nor its confirmation has


def to_calibrate(source: Source, folder: Path, comparisons: int, seeds: int | None = None) -> Study:
    """The study of self-comparisons of results in a folder. seeds: by default as many as there are, 2 to 20."""
    cell = cell_to_compare(Findings(read_results(folder)))
    return calibration(source, cell, comparisons, seeds or min(max(len(source.seeds), 2), 20))


def calibration(source: Source, cell: str, comparisons: int, seeds: int) -> Study:
    """The study of a cell, given by its id, under two salts per comparison, on seeds of its own."""
    study, name = source.study, source.study.name
    return replace(
        study,
        name=f"{name}-calibration",
        question=f"How often does the method of {name} find a difference where there is none?",
        design="grid",
        base=source.cell(cell),
        factors={"salt": list(range(1, 2 * comparisons + 1))},
        without={},
        seeds=list(range(FIRST, FIRST + seeds)),
        origin=CheckOrigin(name, "calibrate", cell),
        telemetry=False,
        looks=(),
        extend_rates=0,
        fresh_seeds=0,
    )


def cell_to_compare(findings: Findings) -> str:
    """The baseline at its own best rate, or the best cell where there is none that trains on every seed."""
    part, best = next(((part, part.best) for part in findings.parts if part.best is not None), (None, None))
    if part is None or best is None:
        raise RequestError(f"{findings.study.name}: no trial has a score, so there is nothing to compare")
    reference = part.reference
    if reference is not None and part.cell(reference)["ok"] == part.cell(reference)["trials"]:
        return reference
    return str(best["cell"])


def write_calibration(study: Study, folder: Path) -> str:
    """Writes `calibration.csv`, one row per comparison, beside the trials; a line that says what came of them."""
    results = read_results(folder)
    table = self_comparisons(results.trials, results.study)
    write(folder / "calibration.csv", table.to_csv(index=False))
    tally = measured(table)
    if not tally["comparisons"]:
        return f"{folder.name}: no comparison has two seeds yet"
    alone = f", of {tally['apart_of']:.0f} single sides {tally['apart']:.0f} (at most {tally['apart_high']:.0f})"
    return (
        f"{study.name}: of {tally['comparisons']:.0f} comparisons of a cell with itself {tally['rejected']:.0f} found "
        f"a difference (at most {tally['rejected_high']:.0f} expected){alone if tally['apart_of'] else ''}; with "
        f"{tally['delta']:.3g} planted {tally['found']:.0f} did ({tally['found_low']:.0f} to {tally['found_high']:.0f} "
        "expected)"
    )

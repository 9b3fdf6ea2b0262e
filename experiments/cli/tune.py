"""`ablations tune`."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from experiments.cli import options
from experiments.cli.carry_out import carry_out, open_log
from experiments.cli.exit_status import DONE, SOME_FAILED
from experiments.cli.pages import guard, write_pages
from experiments.cli.run import requested_study
from experiments.study.columns import TrialRow

if TYPE_CHECKING:
    from experiments.study.study import Study


@click.command()
@click.argument("study", metavar="STUDY")
@options.results_folder
@options.reports_folder
@click.option("--tuner", default="random", help="random, grid, bayesian or hyperband.  [default: random]")
@click.option(
    "--max-trials",
    type=click.IntRange(1, 100_000),
    help="How many cells to try.  [default: 20; grid, hyperband: their own]",
)
@click.option("--seeds", type=int, help="How many seeds each cell is trained with, from 0.  [default: the study's]")
@click.option("--objective", help="What to optimize, e.g. validation_accuracy.  [default: the first metric]")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="Seed of the search itself.  [default: 0]")
@click.option("--together", type=click.IntRange(1), help="Cells proposed at once.  [default: bayesian 8, others all]")
@options.engine
@click.option("--epochs", type=int, help="Epochs of every trial; with hyperband at most.")
@options.max_time
@options.executor
@options.workers
@options.fresh
def tune(
    study: str, results: Path, reports: Path, tuner: str, max_trials: int | None, seeds: int | None,
    objective: str | None, seed: int, together: int | None, engine: str, epochs: int | None,
    max_time: float | None, executor_name: str, workers: int | None, fresh: bool,
) -> None:  # fmt: skip
    """Search a study's factors with a keras-tuner oracle.

    Run it again to go on."""
    deadline = None if max_time is None else time.monotonic() + max_time
    wanted = requested_study(study, seeds, epochs, ())
    guard(lambda: open_log(results / "log.txt"), results)
    from experiments.cli.quiet import errors_into
    from experiments.tune.search import Search

    search = Search(
        wanted,
        tuner,
        max_trials=max_trials or (20 if tuner in ("random", "bayesian") else None),
        objective=objective,
        seed=seed,
        together=together,
    )

    def grow(rows: list[TrialRow]) -> "Study | None":
        with errors_into(results / "log.txt"):
            return search.next(rows)

    summary = carry_out(
        search.study, results, executor_name, workers, deadline=deadline, engine=engine, fresh=fresh, grow=grow
    )
    from experiments.results.results import study_folders
    from experiments.results.searches import searches_of

    same_space = searches_of(summary.folder, study_folders(results))  # each one's page shows the others
    write_pages([search.results.study.name for search in same_space], results, reports)
    sys.exit(SOME_FAILED if summary.failed else DONE)

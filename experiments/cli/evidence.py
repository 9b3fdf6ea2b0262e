"""`ablations confirm` and `ablations calibrate`: a study put to the test."""

import sys
import time
from pathlib import Path

import click

from experiments.cli import options
from experiments.cli.carry_out import carry_out
from experiments.cli.exit_status import DONE, SOME_FAILED
from experiments.cli.pages import study_name, write_pages
from experiments.study.origin import SearchOrigin

file_option = click.option("--file", metavar="FILE", help="The study file.  [default: the one that made the results]")


@click.command()
@click.argument("study", metavar="STUDY")
@options.results_folder
@options.reports_folder
@click.option("--top", type=click.IntRange(1), default=3, help="How many of the best cells to train.  [default: 3]")
@click.option("--seeds", type=click.IntRange(2, 100_000), default=20, help="How many fresh seeds.  [default: 20]")
@file_option
@options.engine
@options.max_time
@options.executor
@options.workers
@options.fresh
def confirm(
    study: str, results: Path, reports: Path, top: int, seeds: int, file: str | None, engine: str,
    max_time: float | None, executor_name: str, workers: int | None, fresh: bool,
) -> None:  # fmt: skip
    """Train again on fresh seeds what a study or search chose.

    The scores that chose it are too good. Trained are the best cells, the baseline, and every level that the study
    compares, each at its best learning rate.
    """
    deadline = None if max_time is None else time.monotonic() + max_time
    from experiments.followups.confirm import to_confirm, write_confirmation
    from experiments.followups.source import read_source

    name = study_name(study)
    source = read_source(results, name, file=file or (study if study.endswith(".toml") else None))
    best, again = to_confirm(source, results / name, top, seeds)
    summary = carry_out(again, results, executor_name, workers, deadline=deadline, engine=engine, fresh=fresh)
    for line in write_confirmation(source, best, summary.folder):
        click.echo(line)
    pages = [again.name, name] if isinstance(source.study.origin, SearchOrigin) else [name]
    write_pages(pages, results, reports)
    sys.exit(SOME_FAILED if summary.failed else DONE)


@click.command()
@click.argument("study", metavar="STUDY")
@options.results_folder
@options.reports_folder
@click.option(
    "--comparisons", type=click.IntRange(2, 100_000), default=200, help="How many comparisons.  [default: 200]"
)
@click.option(
    "--seeds",
    type=click.IntRange(2, 100_000),
    help="Seeds per comparison.  [default: as many as the study has, at most 20]",
)
@file_option
@options.engine
@options.max_time
@options.executor
@options.workers
@options.fresh
def calibrate(
    study: str, results: Path, reports: Path, comparisons: int, seeds: int | None, file: str | None,
    engine: str, max_time: float | None, executor_name: str, workers: int | None, fresh: bool,
) -> None:  # fmt: skip
    """Check the method: compare a study's baseline with itself.

    The two sides of each comparison differ only in the random draws of weights and dropout, so there is no difference
    to find. Then the smallest effect of interest is added to one side: it should be found as often as was predicted.
    """
    deadline = None if max_time is None else time.monotonic() + max_time
    from experiments.followups.calibrate import to_calibrate, write_calibration
    from experiments.followups.source import read_source

    name = study_name(study)
    source = read_source(results, name, file=file or (study if study.endswith(".toml") else None))
    again = to_calibrate(source, results / name, comparisons, seeds)
    summary = carry_out(again, results, executor_name, workers, deadline=deadline, engine=engine, fresh=fresh)
    click.echo(write_calibration(again, summary.folder))
    write_pages([name], results, reports)
    sys.exit(SOME_FAILED if summary.failed else DONE)

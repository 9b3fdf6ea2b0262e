"""`ablations run`."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.cli import options
from experiments.cli.carry_out import interrupt, open_log, tell
from experiments.cli.exit_status import DONE, INTERRUPTED, SOME_FAILED
from experiments.cli.pages import guard
from experiments.study.columns import TrialRow

if TYPE_CHECKING:
    from experiments.run.runner import Summary
    from experiments.study.study import Study
    from experiments.train.executors.executor import Executor


@click.command()
@click.argument("studies", nargs=-1, required=True, metavar="STUDY...")
@options.results_folder
@click.option(
    "--engine",
    type=click.Choice(["auto", "fused", "serial"]),
    default="auto",
    help="auto: in stacks where possible, the rest one by one; fused: refuse the rest; serial: one by one.",
)
@click.option("--seeds", type=int, help="How many seeds, from 0.")
@click.option(
    "--looks",
    metavar="N,N,N",
    help="Instead of --seeds: add seeds at up to three looks, until the comparisons are settled.",
)
@click.option(
    "--extend-rates", type=int, help="At most how many learning rates to add beyond each end, until the best is inside."
)
@click.option("--epochs", type=int, help="Epochs of every trial.")
@click.option("--only", multiple=True, metavar="FACTOR=LEVEL,…", help="Only these levels of a factor.")
@options.max_time
@options.executor
@options.workers
@options.fresh
@click.option("--retry-failed", is_flag=True, help="Train failed trials again.")
@click.option(
    "--log",
    type=click.Path(path_type=Path),
    help="File for what libraries print.  [default: RESULTS/log.txt]",
)
@click.option("--dry-run", is_flag=True, help="Say how many trials there are, and how long they would take here.")
@click.option("--skip-unavailable", is_flag=True, help="Skip studies whose data are not available, and say so.")
def run(
    studies: tuple[str, ...], results: Path, engine: str, seeds: int | None, looks: str | None,
    extend_rates: int | None, epochs: int | None, only: tuple[str, ...], max_time: float | None,
    executor_name: str, workers: int | None, fresh: bool, retry_failed: bool,
    log: Path | None, dry_run: bool, skip_unavailable: bool,
) -> None:  # fmt: skip
    """Train the trials that the results lack. Run it again to go on; more seeds or levels extend the results."""
    deadline = None if max_time is None else time.monotonic() + max_time
    from experiments.errors import TaskUnavailable
    from experiments.run import runner as runs
    from experiments.train.executors.catalog import make_executor

    wanted = [grow(requested_study(study, seeds, epochs, only), seeds, looks, extend_rates) for study in studies]
    if log:
        guard(lambda: open_log(log), log)
    default_log = Path(os.devnull) if dry_run else results / "log.txt"  # a dry run writes nothing
    executor = make_executor(executor_name, log or default_log, workers)
    signal.signal(signal.SIGTERM, interrupt)
    status = DONE
    try:
        for study in wanted:
            try:
                if dry_run:
                    executor.arrange(None, measure=False)
                    _estimate(study, results, executor, engine)
                    continue
                summary = runs.run(
                    study,
                    results,
                    executor,
                    deadline=deadline,
                    engine=engine,
                    fresh=fresh,
                    retry_failed=retry_failed,
                    grow=_growth(study, only),
                    say=click.echo,
                )
            except TaskUnavailable as error:
                if not skip_unavailable:
                    raise
                click.echo(f"{study.name}: skipped: {error}")
                continue
            tell(summary, executor.capacity)
            failed = summary.failed
            if not summary.stopped and not only and study.fresh_seeds:
                summary = _on_fresh_seeds(summary, results, executor, deadline=deadline, engine=engine, fresh=fresh)
                failed += summary.failed
            status = max(status, SOME_FAILED if failed else DONE)
            if summary.stopped == "interrupted":
                sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    finally:
        executor.stop()
    sys.exit(status)


def _on_fresh_seeds(summary: "Summary", results: Path, executor: "Executor", **options: Any) -> "Summary":
    """Train what tuning seeds have chosen on the seeds that compare."""
    from experiments.followups.confirm import after_tuning, write_confirmation
    from experiments.run import runner as runs

    chosen = after_tuning(summary.study, results)
    if chosen is None:
        return summary
    source, best, again = chosen
    found = runs.run(again, results, executor, say=click.echo, **options)
    tell(found, executor.capacity)
    for line in [] if found.stopped else write_confirmation(source, best, found.folder):
        click.echo(line)
    return found


def requested_study(place: str, seeds: int | None, epochs: int | None, only: tuple[str, ...]) -> "Study":
    """The study at a place, as the options change it. only: FACTOR=LEVEL,… each."""
    from experiments.errors import RequestError
    from experiments.study import study_file
    from experiments.study.narrowing import keep_levels, labels_in

    study = study_file.load(place)
    study = study if seeds is None else study.with_seeds(seeds, "--seeds")
    study = study if epochs is None else study.with_epochs(epochs)
    for choice in only:
        factor, found, levels = choice.partition("=")
        if not found:
            raise RequestError(f'--only: got "{choice}", allowed is FACTOR=LEVEL,LEVEL…')
        study = keep_levels(study, factor, labels_in(study, factor, levels))
    return study


def grow(study: "Study", seeds: int | None, looks: str | None, extend_rates: int | None) -> "Study":
    """The study as the options let it grow. looks: numbers of seeds between commas."""
    from experiments.errors import RequestError

    if looks is not None:
        if seeds is not None:
            raise RequestError("--looks: given beside --seeds, allowed is one of them")
        numbers = [int(part) if part.strip().isdigit() else part for part in looks.split(",")]
        study = study.with_looks(numbers, "--looks")
    return study if extend_rates is None else study.with_extension(extend_rates, "--extend-rates")


def _growth(study: "Study", only: tuple[str, ...]) -> Callable[[list[TrialRow]], "Study | None"]:
    """What asks for more trials; nothing where the study does not grow, or a part of it was asked for."""
    if only or (not study.looks and not study.extend_rates):
        return lambda rows: None
    from experiments.followups.growth import Growth  # late: what does not grow need not wait for pandas

    return Growth(study, click.echo).next


def _estimate(study: "Study", results: Path, executor: "Executor", engine: str) -> None:
    from experiments.run.estimate import estimate

    click.echo(estimate(study, results, executor, engine))
    if study.fresh_seeds:
        click.echo(f"{study.name}: then what it compares is trained again on {study.fresh_seeds} fresh seeds")

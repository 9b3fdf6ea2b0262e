"""Train a study with an executor, and say what came of it."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.cli.exit_status import INTERRUPTED

if TYPE_CHECKING:
    from experiments.run.runner import Summary
    from experiments.study.study import Study


def carry_out(study: "Study", results: Path, executor_name: str, workers: int | None, **options: Any) -> "Summary":
    """Train one study and say what came of it; an interrupted command ends here."""
    from experiments.run import runner as runs
    from experiments.train.executors.catalog import make_executor

    executor = make_executor(executor_name, results / "log.txt", workers)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        summary = runs.run(study, results, executor, say=click.echo, **options)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    finally:
        executor.stop()
    tell(summary, executor.capacity)
    if summary.stopped == "interrupted":
        sys.exit(INTERRUPTED)
    return summary


def open_log(log: Path) -> Path:
    """The path of a log that is known to be writable."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.open("ab").close()
    return log


def interrupt(*_: object) -> None:
    """A signal as Ctrl-C."""
    raise KeyboardInterrupt


def tell(summary: "Summary", workers: int) -> None:
    """Say how many trials were trained, how to go on where some are left, and where the rows are."""
    from experiments.run.runner import resume_hint

    counts = ", ".join(f"{count} {status}" for status, count in sorted(summary.statuses.items(), reverse=True))
    click.echo(f"{summary.study.name}: {summary.trained} trials trained now; in all {counts or 'none'}")
    if summary.stopped:
        click.echo(resume_hint(summary, workers))
    if summary.failed:
        click.echo(
            f"{summary.failed} trials failed; their errors are in trials.csv, --retry-failed tries again",
            err=True,
        )
    click.echo(summary.folder / "trials.csv")

"""`ablations doctor`."""

import sys
from pathlib import Path

import click

from experiments.cli.exit_status import DONE, WRONG_REQUEST
from experiments.cli.options import results_folder


@click.command()
@results_folder
def doctor(results: Path) -> None:
    """Show what this machine has, and what is wrong with it.

    Versions, backend, data sets, disk space."""
    from experiments.run.doctor import examine

    lines, wrong = examine(results)
    click.echo("\n".join(lines))
    sys.exit(WRONG_REQUEST if wrong else DONE)

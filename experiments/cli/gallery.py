"""`ablations gallery`."""

from pathlib import Path

import click

from experiments.cli.carry_out import open_log
from experiments.cli.options import reports_folder, results_folder
from experiments.cli.pages import guard


@click.command()
@results_folder
@reports_folder
def gallery(results: Path, reports: Path) -> None:
    """Draw and measure the parts of `custom` beside Keras' own.

    One page, in a minute or two."""
    log = results / "log.txt"
    guard(lambda: open_log(log), log)
    from experiments.cli.quiet import errors_into
    from experiments.report.pages.index_page import write_index

    def write() -> Path:
        with errors_into(log):
            from experiments.gallery.page import write_gallery

            return write_gallery(reports, click.echo)

    click.echo(guard(write, reports))
    click.echo(guard(lambda: write_index(reports, results), reports))

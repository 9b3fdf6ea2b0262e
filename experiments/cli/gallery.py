"""`ablations gallery`."""

from pathlib import Path

import click

from experiments.cli.carried_out import opened
from experiments.cli.options import reports_folder, results_folder
from experiments.cli.pages import guarded


@click.command()
@results_folder
@reports_folder
def gallery(results: Path, reports: Path) -> None:
    """Draw and measure the parts of `custom` beside Keras' own: a page in a minute or two."""
    log = results / "log.txt"
    guarded(lambda: opened(log), log)
    from experiments.cli.quiet import errors_into
    from experiments.report.pages.index_page import write_index

    def write() -> Path:
        with errors_into(log):
            from experiments.gallery.page import write_gallery

            return write_gallery(reports, click.echo)

    click.echo(guarded(write, reports))
    click.echo(guarded(lambda: write_index(reports, results), reports))

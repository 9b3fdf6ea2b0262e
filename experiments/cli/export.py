"""`ablations export`."""

from pathlib import Path

import click

from experiments.cli.options import results_folder
from experiments.cli.pages import guard, study_name
from experiments.interchange.exports.formats import choices


@click.command()
@click.argument("study", metavar="STUDY")
@results_folder
@click.option("--to", "form", default="tensorboard", help=f"{choices()}.  [default: tensorboard]")
@click.option("--out", type=click.Path(path_type=Path), help="Folder.  [default: RESULTS/STUDY/export/FORM]")
def export(study: str, results: Path, form: str, out: Path | None) -> None:
    """Write results for another tool.

    Each trial is a run, and the seeds of a cell are a group."""
    from experiments.interchange.exports.formats import next_step, write_export

    folder = results / study_name(study)
    target = out or folder / "export" / form
    click.echo(guard(lambda: write_export(folder, form, target), target))
    click.echo(next_step(form, target))

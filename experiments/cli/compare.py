"""`ablations compare` and `ablations rank`: results side by side."""

from pathlib import Path

import click

from experiments.cli.options import reports_folder, results_folder
from experiments.cli.pages import guard, study_name


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@results_folder
@reports_folder
def compare(first: str, second: str, results: Path, reports: Path) -> None:
    """Show what changed between two studies or runs.

    It compares requests, versions and results.

    A and B are names of studies, folders within the results (such as my-study.1), or paths of such folders.
    """
    from experiments.report.pages.comparison_page import write_comparison

    own, other = (
        Path(run) if Path(run, "manifest.json").is_file() else results / study_name(run) for run in (first, second)
    )
    click.echo(guard(lambda: write_comparison(own, other, reports), reports))


@click.command()
@click.argument("factor", metavar="FACTOR")
@click.argument("studies", nargs=-1, metavar="STUDY STUDY...")
@results_folder
@reports_folder
def rank(factor: str, studies: tuple[str, ...], results: Path, reports: Path) -> None:
    """Rank a factor's levels over studies of several tasks."""
    from experiments.report.pages.ranks_page import write_ranks

    folders = [results / study_name(study) for study in studies]
    click.echo(guard(lambda: write_ranks(factor, folders, reports), reports))

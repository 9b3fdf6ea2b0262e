"""`ablations report`."""

import shlex
from pathlib import Path
from typing import Any

import click

from experiments.cli.options import reports_folder, results_folder
from experiments.cli.pages import guard, study_name, write_pages
from experiments.study.types import PlainTable


@click.command()
@click.argument("studies", nargs=-1, metavar="[STUDY...]")
@results_folder
@reports_folder
@click.option("--paper", is_flag=True, help="Write tables as LaTeX and figures as PDF too, in REPORTS/STUDY/paper.")
@click.option("--profiles", is_flag=True, help="Show performance profiles too: what share of runs reaches a score.")
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="PLACE",
              help="Folder of a keras-tuner project, or a CSV: read its trials and report them.")  # fmt: skip
@click.option("--name", "called", help="With --from: the name of the results.  [default: that of PLACE]")
@click.option("--objective", help="With --from: the metric searched for, e.g. val_accuracy.  [default: as scores show]")
@click.option("--factors", help="With --from a CSV: the columns that were varied, e.g. activation,loss.")
@click.option("--score", help="With --from a CSV: the column that is compared.")
@click.option("--seed", help="With --from a CSV: the column of seeds, where it has one.")
@click.option("--direction", type=click.Choice(["max", "min"]), help="With --from a CSV: which scores are better.")
@click.option(
    "--baseline",
    multiple=True,
    metavar="COLUMN=LEVEL",
    help="With --from a CSV: the level to compare others with.  [default: the smallest number, or the first "
    "name in alphabetical order]",
)
@click.option(
    "--smallest-effect",
    metavar="NUMBER",
    help="With --from: the smallest difference that matters, in the units of the score.  [default: "
    "by the name of the score]",
)
@click.option(
    "--failure-score",
    metavar="NUMBER",
    help="With --from: what a trial that diverged scores, in the units of the score.  [default: the worst "
    "score in the results]",
)
@click.option(
    "--run", metavar="COLUMN", help="With --from a CSV: the column that identifies runs; none: each row is a run."
)
@click.option(
    "--state",
    multiple=True,
    metavar="WORD=MEANING",
    help="With --from a CSV: what a state means (finished, diverged, failed, pruned, running, waiting), "
    "or the column of states, or none.",
)
@click.option(
    "--read",
    multiple=True,
    metavar="COLUMN=HOW",
    help="With --from a CSV: percent; exact: each spelling is a level; loose: capitals and rounding don’t count.",
)
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="With --from a CSV: the decimal sign.")
def report(studies: tuple[str, ...], results: Path, reports: Path, paper: bool, profiles: bool,
           source: Path | None, called: str | None, **reading: Any) -> None:  # fmt: skip
    """Write pages from results, and their index.

    Of the named studies, or of all that have results."""
    from experiments.errors import RequestError, nearest
    from experiments.report.pages.changes import changes
    from experiments.results.results import study_folders, unreadable
    from experiments.store.manifest_file import read_manifest

    if source is not None:
        if studies:
            raise RequestError(f'--from: reads one place and takes no STUDY, got "{studies[0]}"; leave out either')
        write_pages([_read_from(source, called, reading, results)], results, reports, paper=paper, profiles=profiles)
        return
    for option, value in {"name": called, **reading}.items():
        if value is not None and value != ():
            given = value if isinstance(value, str) else value[0]
            raise RequestError(f'--{option.replace("_", "-")}: got "{given}", allowed with --from only')
    present = [folder.name for folder in study_folders(results)]
    names = [study_name(study) for study in studies] or present
    broken: list[str] = [] if studies else unreadable(results)
    if not names and not broken:
        raise RequestError(f"{results}: no results there; `ablations run STUDY` makes some")
    for name in names:
        if name not in present:
            if (results / name / "manifest.json").is_file():
                read_manifest(results / name / "manifest.json")  # which says what is wrong with it
            hint = nearest(name, present)
            raise RequestError(f"{results / name}: no results there{hint} `ablations run {name}` makes some")
    try:
        write_pages(names, results, reports, paper=paper, profiles=profiles)
    except RequestError as error:
        broken.insert(0, str(error))
    for line in filter(None, (changes(results / name) for name in names)):
        click.echo(line, err=True)
    if broken:
        raise RequestError("\n".join(broken))


def _read_from(source: Path, name: str | None, reading: PlainTable, results: Path) -> str:
    """Write the results of another tool as results of ours, and return their name."""
    from experiments.interchange.imports.foreign import read_foreign
    from experiments.interchange.imports.writer import check_free, name_for, write_imported

    called = name_for(source, name)
    check_free(results, called, source)
    imported = read_foreign(source, **reading)
    options = {"from": source, "name": name, **{option.replace("_", "-"): value for option, value in reading.items()}}
    options_given = [
        f"--{option}={text}" if str(text).startswith("-") else (f"--{option}", str(text))
        for option, value in options.items()
        for text in (value if isinstance(value, tuple) else () if value is None else (value,))
    ]
    words = [text for word in options_given for text in (word if isinstance(word, tuple) else (word,))]
    command = shlex.join(["ablations", "report", *words])
    folder = guard(lambda: write_imported(imported, results, called, command), results)
    for note in imported.notes:
        click.echo(note, err=True)
    click.echo(folder / "trials.csv")
    return called

"""Pages written, and where they are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def write_pages(names: list[str], results: Path, reports: Path, **options: Any) -> None:
    """Write the pages of some studies and the index, and say where they are.

    Raises RequestError at the end, once all that can be written is written, with one line for each study that can't
    be read. An error of the program's own is raised at the end too.
    """
    from experiments.errors import RequestError
    from experiments.report.pages.index_page import write_index
    from experiments.report.pages.study_page import write_study_report

    mistakes: list[str] = []
    bugs: list[Exception] = []
    for name in names:
        try:
            click.echo(guard(lambda name=name: write_study_report(results / name, reports, **options), reports))
        except RequestError as error:
            mistakes.append(str(error))
        except Exception as error:
            bugs.append(error)
    click.echo(guard(lambda: write_index(reports, results), reports))
    if bugs:
        raise bugs[0]
    if mistakes:
        raise RequestError("\n".join(mistakes))


def guard(write: Callable[[], Path], folder: Path) -> Path:
    """Call `write`; a file that can't be written is a wrong request. folder: what the message names without a file."""
    from experiments.errors import RequestError

    try:
        return write()
    except OSError as error:
        raise RequestError(f"{error.filename or folder}: can't be written: {error.strerror or error}") from None


def study_name(place: str) -> str:
    """The name of a study given by its name, or by the path of its file."""
    from experiments.study import study_file

    return study_file.load(place).name if place.endswith(".toml") else place

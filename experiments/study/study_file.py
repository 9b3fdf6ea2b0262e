"""Finds and reads the TOML file of a study; a mistake is shown with its file and line."""

import re
import tomllib
from pathlib import Path

from experiments.errors import RequestError, unknown
from experiments.study.study import Study
from experiments.study.study_table import read
from experiments.study.types import PlainTable

STUDIES = Path(__file__).parents[1] / "studies"


def load(place: str | Path) -> Study:
    """A study from the path of a TOML file, or from the name of a default study.

    Raises RequestError with one line per mistake: file, line, field, what it got, what is allowed.

    >>> load("digits-grid").task
    'digits'
    """
    path = find(place)
    given = {"name": path.stem} | table(path)
    try:
        own = None if path.parent == STUDIES else str(path)  # a default study goes by its name
        return read(given, folder=str(path.resolve().parent), path=own)
    except RequestError as error:
        text = _text(path)
        raise RequestError("\n".join(_place(line, path, text) for line in str(error).splitlines())) from None


def table(path: Path) -> PlainTable:
    """The table in a TOML file, unchecked. Raises RequestError where it can't be read, or is no TOML."""
    try:
        return tomllib.loads(_text(path))
    except RecursionError:
        raise RequestError(f"{path}: not valid TOML: it is nested too deep") from None
    except ValueError as error:  # of which TOMLDecodeError is one; a number of thousands of digits is another
        if isinstance(error, RequestError):
            raise
        raise RequestError(f"{path}: not valid TOML: {error}") from None


def default_studies() -> list[Path]:
    """The study files that come with the project."""
    return sorted(STUDIES.glob("*.toml"))


def find(place: str | Path) -> Path:
    """The file of a study given by path or by the name of a default study."""
    path = Path(place)
    if path.suffix == ".toml" or path.is_file():
        if not path.is_file():
            raise RequestError(f"{path}: no such file")
        return path
    names = {path.stem: path for path in default_studies()}
    if str(place) not in names:
        raise RequestError(unknown("study", place, names) + ", or the path of a .toml file")
    return names[str(place)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{path}: can't be read: {error}") from None


def _place(message: str, path: Path, text: str) -> str:
    """A message with its file and, where its field stands in the file, its line."""
    words = re.findall(r"[A-Za-z_]\w*", message.split(":", maxsplit=1)[0])
    keys = _keys(text)
    sought = (
        [f"{words[0]}.{word}" for word in reversed(words[1:])] + words[:1] + [f"model.{word}" for word in words[:1]]
    )
    for key in sought:
        if key in keys:
            return f"{path}:{keys[key]}: {message}"
    for word in reversed(words):
        for key, number in keys.items():
            if key.rsplit(".", maxsplit=1)[-1] == word:
                return f"{path}:{number}: {message}"
    return f"{path}: {message}"


def _keys(text: str) -> dict[str, int]:
    """The line of every table and key of a TOML file, by its full name; keys of inline tables left out.

    >>> _keys("task = 'xor'\\n[model]\\nunits = [8]")
    {'task': 1, 'model': 2, 'model.units': 3}
    """
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([A-Za-z_][\w.-]*)\s*\]\s*(#|$)", line):
            table = header[1] + "."
            lines.setdefault(header[1], number)
        elif key := re.match(r"\s*([A-Za-z_][\w.-]*)\s*=", line):
            lines.setdefault(table + key[1], number)
    return lines

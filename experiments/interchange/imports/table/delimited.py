"""A file of delimited text as rows of cells: its encoding, its separator, its header."""

import csv
import io
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from experiments.errors import RequestError
from experiments.interchange.imports.table.words import count

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF])  # zero-width characters and byte-order marks
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"))


@dataclass(frozen=True)
class Delimited:
    """Rows of cells under named columns; cells are cleaned by `clean`.

    numbers: which row of the file each row is, 1 the first below the header. said: what was decided to read it so.
    """

    place: Path
    columns: list[str]
    rows: list[list[str]]
    numbers: list[int]
    said: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, column: str) -> list[str]:
        """The cells of a column, from top to bottom."""
        at = self.columns.index(column)
        return [row[at] for row in self.rows]

    def take(self, places: Sequence[int]) -> "Delimited":
        """These rows alone, by their place among the rows."""
        return replace(self, rows=[self.rows[at] for at in places], numbers=[self.numbers[at] for at in places])


def clean(cell: str) -> str:
    """A cell without invisible characters and spaces around it; each run of spaces within is one space.

    >>> clean(" leaky\\u00a0 relu\\u200b ")
    'leaky relu'
    """
    if cell.isascii() and cell == cell.strip() and "  " not in cell and "\n" not in cell:
        return cell
    return " ".join(unicodedata.normalize("NFC", cell.translate(_INVISIBLE)).split())


def read_delimited(place: Path, fits: Callable[[list[str]], int]) -> Delimited:
    """The rows of a file.

    fits: how many of the columns asked for a header has, which tells separators apart.

    The separator is the one by which most of the columns asked for are there and most rows are as long as the header.
    Empty rows, and rows that repeat the header, are no rows.

    Raises RequestError where the file can't be read, is empty, or a row is longer or shorter than the header.
    """
    text, encoding = _text(place)
    said = [] if encoding == "utf-8-sig" else [f"The file is read as {encoding}."]
    separators = list(SEPARATORS)
    if text[:5].lower().startswith("sep=") and text[4:5] in SEPARATORS:  # Excel's own line
        separators, text = [text[4:5]], text.split("\n", 1)[-1]
    tables = {separator: _parse(text, separator, place) for separator in separators}
    if not any(tables.values()):
        raise RequestError(f"{place}: is empty")
    separator = max(separators, key=lambda separator: _agreement(tables[separator], fits))
    if separator != ",":
        said.append(f"Its columns are separated by {SEPARATORS[separator]}.")
    header, *below = tables[separator]
    columns = [clean(name) for name in header]
    while columns and not columns[-1]:
        columns.pop()
    rows: list[list[str]] = []
    numbers: list[int] = []
    repeated = blank = 0
    for number, row in enumerate(below, 1):
        cells = [clean(cell) for cell in row]
        if not any(cells):
            blank += bool(cells)
        elif cells == [clean(name) for name in header]:
            repeated += 1
        else:
            rows.append(_fit(cells, columns, number, place))
            numbers.append(number)
    if repeated:
        said.append(f"The header is repeated in {count(repeated, 'row')}: left out.")
    if blank:
        said.append(f"{count(blank, 'row')} without any content: left out.")
    return Delimited(place, columns, rows, numbers, said)


def _text(place: Path) -> tuple[str, str]:
    try:
        read = place.read_bytes()
    except OSError as error:
        raise RequestError(f"{place}: can't be read: {error.strerror or error}") from None
    encoding = next(name for mark, name in _MARKS if read.startswith(mark))
    for codec in (encoding, "cp1252"):
        try:
            text = read.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, codec
    raise RequestError(f"{place}: can't be read as a CSV: it is not text in UTF-8, UTF-16 or Windows-1252")


def _parse(text: str, separator: str, place: Path) -> list[list[str]]:
    """All rows by one separator; empty where a quote is never closed."""
    limit = csv.field_size_limit(sys.maxsize)  # a cell of W&B's may hold a whole configuration
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise RequestError(f"{place}: can't be read as a CSV: {error}") from None
    finally:
        csv.field_size_limit(limit)
    while rows and not any(rows[0]):
        del rows[0]
    return rows


def _agreement(rows: list[list[str]], fits: Callable[[list[str]], int]) -> tuple[int, float, int]:
    """How well a separator fits: columns asked for that are there, rows as long as the header, columns."""
    if not rows:
        return (-1, 0.0, 0)
    header = [clean(name) for name in rows[0]]
    below = Counter(len(row) for row in rows[1:] if row)
    same = below[len(header)] / max(1, below.total())
    return (fits(header), same if len(header) > 1 else 0.0, len(header))


def _fit(cells: list[str], columns: list[str], number: int, place: Path) -> list[str]:
    """A row without the empty cells beyond the last named column."""
    wide = len(columns)
    if len(cells) < wide:
        raise RequestError(
            f"{place}: row {number} has {count(len(cells), 'cell')}, the header {wide}; is the file cut off, or a "
            "quote missing?"
        )
    if any(cells[wide:]):
        raise RequestError(f"{place}: row {number} has {len(cells)} cells, the header {wide}; is a quote missing?")
    return cells[:wide]

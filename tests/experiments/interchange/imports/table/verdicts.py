"""From a table to the comparisons on its page, without drawing the page."""

from pathlib import Path

import pandas as pd

from experiments.interchange.imports.foreign import read_foreign
from experiments.interchange.imports.imported import Imported
from experiments.interchange.imports.writer import write_imported
from experiments.report.page_findings import PageFindings
from experiments.results.results import read_results

CASES = Path(__file__).parents[1] / "cases"


def verdicts(place: Path, folder: Path, **options) -> tuple[Imported, pd.DataFrame]:
    """What is read, and the comparisons that the page would tell, in results written to `folder`."""
    imported = read_foreign(place, **options)
    written = write_imported(imported, folder, "read", "")
    return imported, PageFindings(read_results(written)).effects


def said(imported: Imported) -> str:
    """All that is told on the page of how the table was read."""
    return "\n".join([*imported.notes, *imported.caveats])


def read(folder: Path, text: str, **options) -> Imported:
    """A table given as text, its factor `a` and score `val_acc` unless said otherwise."""
    place = folder / "t.csv"
    place.write_text(text, encoding="utf-8", newline="")
    return read_foreign(place, **({"factors": "a", "score": "val_acc"} | options))

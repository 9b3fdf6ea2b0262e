"""Searches of the same space by different tuners, whose results lie side by side."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from experiments.analysis.budget import budget_table
from experiments.analysis.cells import cell_table
from experiments.errors import RequestError
from experiments.results.results import Results, read_results
from experiments.store.manifest_file import read_manifest
from experiments.study.origin import SearchOrigin, read_origin
from experiments.study.types import PlainTable


@dataclass(frozen=True)
class Search:
    """The results of a search, and of its best cell on fresh seeds a row of `confirm`; None before that.

    sealed: whether the scores `fresh, low, high` of that row are those of a test part that no seed chooses on.
    """

    results: Results
    confirmed: pd.Series | None = None
    sealed: bool = False

    @property
    def tuner(self) -> str:
        """Which of keras-tuner's oracles proposed."""
        return self.results.study.search

    @cached_property
    def budget(self) -> pd.DataFrame:
        """`budget_table`."""
        study, trials = self.results.study, self.results.trials
        return budget_table(cell_table(trials, study), study, trials)


def searches_of(folder: Path, study_folders: list[Path]) -> list[Search]:
    """The search in a folder, first, and those of the same space, task, model, seeds and metric in other folders.

    None where the folder holds no search.
    """
    space = _space(folder)
    if space is None:
        return []
    others = [other for other in sorted(study_folders) if other != folder and _space(other) == space]
    found = [_search(folder)]
    for other in others:
        with suppress(RequestError):  # what can't be read is reported when its own page is written
            found.append(_search(other))
    return found


def _space(folder: Path) -> PlainTable | None:
    """What two searches must share for their scores to be compared; the epochs are the tuner's where it sets them."""
    manifest = read_manifest(folder / "manifest.json")
    study: PlainTable = manifest["study"]
    origin = read_origin(study.get("search"))
    if not isinstance(origin, SearchOrigin) or origin.space is None:  # imported ones do not say their space
        return None
    space = origin.space
    held = {name: level for name, level in study.get("settings", {}).items() if name not in space}
    kept = {name: study.get(name) for name in ("task", "model", "seeds")}
    return {"space": space, "held": held, "primary": manifest["primary"], **kept}


def _search(folder: Path) -> Search:
    results = read_results(folder)
    place = folder.with_name(f"{folder.name}-confirm")
    try:
        table = pd.read_csv(place / "confirmation.csv")
    except (OSError, ValueError):
        return Search(results)
    if table.empty or not table["n"].iloc[0] > 0:
        return Search(results)
    row = table.iloc[0]
    if not _is_sealed(place) or pd.isna(row["test"]):
        return Search(results, row)
    tests = {"fresh": row["test"], "low": row["test_low"], "high": row["test_high"]}
    return Search(results, pd.Series({**row, **tests}), sealed=True)


def _is_sealed(folder: Path) -> bool:
    with suppress(RequestError):
        return bool((read_manifest(folder / "manifest.json").get("data") or {}).get("sealed"))
    return False

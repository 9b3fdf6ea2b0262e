"""The comparison that a study's question declares: one pair, named before any result was there."""

from collections.abc import Callable

import pandas as pd

from experiments.analysis.arms import arm, exact
from experiments.analysis.declared import Declared
from experiments.analysis.families import families
from experiments.analysis.fresh import compare_fresh
from experiments.analysis.pairs import compare
from experiments.analysis.power import seeds_needed
from experiments.study.columns import RATE

FRESH_SHARE = 0.5  # of what fresh seeds may spend; what else is compared there has the rest
_OF_LEVEL = ["alpha", "low", "high", "trained_low", "trained_high", "outcome"]  # what depends on the level
KEY = ["factor", "level", "reference", "condition"]


def primary_pair(cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`factor, level, reference, condition, cell, reference_cell, rate, reference_rate`: one row, none where the study
    declares no comparison.

    cells: of `cell_table`. Factors that the question does not name are at the baseline, and each side is at its own
    best learning rate where rates are tuned, unless the question names one. Cell ids are None where that cell did not
    run.
    """
    comparison = study.primary_comparison
    rows: list[tuple[object, ...]] = []
    if comparison is not None:
        sides = [
            _side(cells, study, comparison.conditions | {comparison.factor: own_level})
            for own_level in (comparison.level, comparison.against)
        ]
        rows = [(comparison.factor, comparison.level, comparison.against, comparison.conditions, *sides)]
    table = pd.DataFrame(rows, columns=[*KEY, "cell", "reference_cell"], dtype=object)
    rates = cells.set_index("cell")[RATE] if RATE in study.varied else pd.Series(dtype=object)
    return table.assign(rate=table["cell"].map(rates), reference_rate=table["reference_cell"].map(rates))


def primary_effect(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`primary_pair` with the columns of `compare`, and `seeds_needed`: how many seeds find a true difference of Δ."""
    share = primary_share(study)
    table = compare(trials, primary_pair(cells, study), study, 1, share=share)
    spread = table["sd"].where(table["kind"].eq("interval"))
    freedom, pilots = table["freedom"].to_numpy(float), table["n"].to_numpy(float)
    needed = seeds_needed(spread, table["delta"], 1 / (share * study.share), freedom, pilots, study.overlap)
    return table.assign(seeds_needed=needed)


def primary_share(study: Declared) -> float:
    """What of the page's 0.05 the declared comparison may spend: it is a family of its own."""
    return families(study).get("primary", 1.0)


def fresh_primary(
    fresh: pd.DataFrame, table: pd.DataFrame, study: Declared, correct: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The same on fresh seeds: sides and rates as they were chosen, at the level of what decides there.

    fresh: trials. table: of `primary_effect`. correct: of `compare_fresh`.
    """
    pairs = table[[*KEY, "cell", "reference_cell", "rate", "reference_rate"]]
    return compare_fresh(fresh, pairs, study, 1, correct, share=FRESH_SHARE)


def compare_beside_primary(
    trials: pd.DataFrame,
    pairs: pd.DataFrame,
    study: Declared,
    primary: pd.Series,
    share: float,
    own: float,
    compared: Callable[..., pd.DataFrame] = compare,
) -> pd.DataFrame:
    """`compare` of a family in which the declared comparison may stand too: that one is judged by itself.

    So it has one verdict, wherever it is shown. asked: which of the pairs it is. share: of the 0.05, what the others
    may spend together. own: what it may. compared: `compare`, or of fresh seeds `compare_fresh`.
    """
    table = compared(trials, pairs, study, len(pairs), share=share)
    if not primary.any():
        return table
    for which, made, part in ((primary, 1, own), (~primary, int((~primary).sum()), share)):
        if which.any():
            table.loc[which, _OF_LEVEL] = compared(trials, pairs[which], study, made, share=part)[_OF_LEVEL]
    return table


def is_primary(pairs: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.Series:
    """Which pairs of cells are those of the declared comparison, as it is declared."""
    asked = primary_pair(cells, study)
    sides = set(zip(asked["cell"], asked["reference_cell"], strict=True)) - {(None, None)}
    return pd.Series(
        [pair in sides for pair in zip(pairs["cell"], pairs["reference_cell"], strict=True)], pairs.index, bool
    )


def _side(cells: pd.DataFrame, study: Declared, levels: dict[str, str]) -> str | None:
    for name, level in levels.items():  # of a part of a study, a factor may have a single level left
        cells = cells[cells[name] == level] if name in cells else cells.head(0)
    return (arm if study.tuned else exact)(cells, study, levels)

"""The cell that validation chose, what cannot be told apart from it, its test score and the baseline's beside it."""

import pandas as pd

from experiments.analysis.arms import reference_cell
from experiments.analysis.declared import Declared
from experiments.analysis.intervals import intervals
from experiments.analysis.pairs import compare
from experiments.analysis.scores import score_matrix


def best_cell(cells: pd.DataFrame) -> str | None:
    """The id of the first cell by rank, or None where no cell has a score. cells: of `cell_table`."""
    ranked = cells[cells["rank"].notna()]
    return None if ranked.empty else str(ranked.sort_values("rank")["cell"].iloc[0])


def against_best(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """Every other cell with a score, compared with the best: `compare`'s columns, negative gains are behind.

    m is the number of these comparisons. `apart` is true where the cell is ruled out as the single best one.
    The other cells, with the best itself, hold the truly best one at 95 % confidence: only that cell's own m
    comparisons can wrongly rule it out, so that the best may be chosen on the same seeds (Hsu 1984, multiple
    comparisons with the best).
    """
    best = best_cell(cells)
    others = cells.loc[cells["rank"].notna() & (cells["cell"] != best), ["cell", "rank"]].sort_values("rank")
    pairs = others.reset_index(drop=True).assign(reference_cell=best)
    table = compare(trials, pairs, study, len(pairs))
    return table.assign(apart=table["outcome"].isin(["better", "worse"]))


def best_against_baseline(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The best cell's gain over the reference: one row of `compare`, none if one is missing or both are one.

    The reference is `reference_cell`'s. m counts all cells that could have come out best, so that the
    interval holds although the best was chosen.
    """
    best, reference = best_cell(cells), reference_cell(cells, study)
    sides = [(best, reference)] if None not in (best, reference) and best != reference else []
    pairs = pd.DataFrame(sides, columns=["cell", "reference_cell"], dtype=object)
    return compare(trials, pairs, study, len(cells) - 1)


def best_test_against_baseline(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The best cell's gain over the reference on the test set, seed by seed: one row of `compare`, or none.

    Both were chosen on validation scores, so this is one comparison (m = 1). No other cell's test score is read.
    """
    best, reference = best_cell(cells), reference_cell(cells, study)
    sides = [(best, reference)] if None not in (best, reference) and best != reference else []
    pairs = pd.DataFrame(sides, columns=["cell", "reference_cell"], dtype=object)
    own = trials[trials["cell"].isin([best, reference])]
    return compare(own, pairs, study, 1, study.test)


def best_score(trials: pd.DataFrame, study: Declared, cell: str, column: str) -> pd.DataFrame:
    """The mean score of one cell with its interval: one row of `intervals`. No other cell's score is read."""
    overlap = study.overlap if column == study.validation else 0.0
    return intervals(score_matrix(trials[trials["cell"] == cell], column), overlap=overlap)

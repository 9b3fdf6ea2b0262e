"""The cell that validation chose, what cannot be told apart from it, its test score and the baseline's beside it."""

from dataclasses import replace

import pandas as pd

from experiments.analysis.arms import reference_cell
from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.families import families
from experiments.analysis.hsu import compare_with_best
from experiments.analysis.intervals import ALPHA, intervals
from experiments.analysis.pairs import compare
from experiments.analysis.scores import score_matrix


def best_cell(cells: pd.DataFrame) -> str | None:
    """The id of the first cell by rank, or None where no cell has a score. cells: of `cell_table`."""
    ranked = cells[cells["rank"].notna()]
    return None if ranked.empty else str(ranked.sort_values("rank")["cell"].iloc[0])


def count_candidates(cells: pd.DataFrame) -> int:
    """How many cells have a score, of which the best was chosen. cells: of `cell_table`."""
    return int(cells["rank"].notna().sum())


def against_best(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """Every other cell with a score beside the best: what `compare_with_best` says of it, and no more.

    Returns `cell, rank, reference_cell` (the best), `compare`'s columns for the plain difference to the best (negative
    means are behind), but in place of its interval and verdict
    - `low, high`: the interval of how far the cell is behind the best of the others (low) or ahead (high);
    - `apart`: whether it is ruled out as the best;
    - `within`: whether it is shown to be less than Δ behind the best;
    - `outcome`: `ruled out` or `may be the best`, or as of `compare` why nothing is known: `identical, one seed, not
      run, no scores to compare`.

    It is the family `best`.
    """
    best = best_cell(cells)
    others = cells.loc[cells["rank"].notna() & (cells["cell"] != best), ["cell", "rank"]].sort_values("rank")
    pairs = others.reset_index(drop=True).assign(reference_cell=best)
    table = compare(trials, pairs, study, 1).drop(columns=["p", "alpha"])
    scores = study.sign * score_matrix(with_costs(trials, study), study.validation)
    levels = trials.drop_duplicates("cell").set_index("cell")[[name for name in study.varied if name in trials]]
    rate = ALPHA * study.share * families(study)["best"]
    order = [best, *table["cell"]]
    options = {"paired": study.paired, "overlap": study.overlap, "levels": levels.reindex(order)}
    bounds = compare_with_best(scores.reindex(order).to_numpy(float), rate, **options).iloc[1:].set_axis(table.index)
    known = table["outcome"].isin(["identical", "one seed", "not run", "no scores to compare"])
    outcome = bounds["apart"].map({True: "ruled out", False: "may be the best"})
    return table.assign(
        low=bounds["low"],
        high=bounds["high"],
        apart=bounds["apart"],
        within=bounds["low"] >= -table["delta"],
        outcome=table["outcome"].where(known & ~bounds["apart"], outcome),
    )


def rule_out(table: pd.DataFrame, *comparisons: pd.DataFrame) -> pd.DataFrame:
    """`against_best` where what other families show to be worse than something is ruled out as the best, too.

    comparisons: of `effects` or `against_baseline`. That takes no more of the 0.05: it follows from what they claim.
    """
    worse: set[str] = set()
    for comparison in comparisons:
        worse |= set(comparison.loc[comparison["outcome"] == "worse", "cell"])
        worse |= set(comparison.loc[comparison["outcome"] == "better", "reference_cell"])
    apart = table["apart"] | table["cell"].isin(worse)
    return table.assign(
        apart=apart, high=table["high"].mask(apart, 0.0), outcome=table["outcome"].mask(apart, "ruled out")
    )


def best_test_against_baseline(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The best cell's gain over the reference on the test set, seed by seed: one row of `compare`, or none.

    The cell was chosen on validation scores of the same seeds, which test scores go with. So the interval is at the
    level 1 − 0.05/m, m being the cells that might have been chosen (Bonferroni). It decides nothing. No other cell's
    test score is read.
    """
    best, reference = best_cell(cells), reference_cell(cells, study)
    sides = [(best, reference)] if None not in (best, reference) and best != reference else []
    pairs = pd.DataFrame(sides, columns=["cell", "reference_cell"], dtype=object)
    own = trials[trials["cell"].isin([best, reference])]
    others = max(count_candidates(cells) - 1, 1)
    return compare(own, pairs, replace(study, share=1.0), others, study.test, step_down=False)


def best_score(trials: pd.DataFrame, study: Declared, cell: str, column: str) -> pd.DataFrame:
    """The mean score of one cell with its interval: one row of `intervals`. No other cell's score is read."""
    overlap = study.overlap if column == study.validation else 0.0
    return intervals(score_matrix(trials[trials["cell"] == cell], column), overlap=overlap)

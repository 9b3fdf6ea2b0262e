"""What is left of a study's best cells, and of its comparisons, when they are trained again on fresh seeds."""

from functools import partial

import pandas as pd

from experiments.analysis.arms import exact, reference_cell
from experiments.analysis.declared import Declared
from experiments.analysis.effects import declared_comparisons
from experiments.analysis.fresh import compare_fresh
from experiments.analysis.intervals import intervals
from experiments.analysis.primary import FRESH_SHARE, compare_beside_primary
from experiments.analysis.ranking import RAN

BEST_SHARE = 0.5  # of what fresh seeds may spend, the part of the best against the baseline; levels have the rest


def leaders(cells: pd.DataFrame, top: int) -> pd.DataFrame:
    """The best cells by rank, best first: `cell, searched`, the mean score that they were chosen by.

    cells: of `cell_table`.
    """
    best = cells[cells["rank"] <= top].sort_values("rank", ignore_index=True)
    return best.rename(columns={"validation_mean": "searched"})[["cell", "searched"]]


def cells_to_confirm(cells: pd.DataFrame, study: Declared, top: int) -> list[str]:
    """The ids of what must be trained again: the best cells, what they are compared with, and both sides of every
    declared comparison, each at the rate that was chosen for it.

    cells: of `cell_table`; those without a score are left out.
    """
    scored = cells[cells["rank"].notna()].sort_values("rank")
    wanted = [*scored["cell"].head(top)]
    if study.design != "random":
        wanted += [reference_cell(cells, study), exact(cells, study, {})]
    pairs = declared_comparisons(cells, study)
    wanted += [cell for sides in zip(pairs["cell"], pairs["reference_cell"], strict=True) for cell in sides]
    known = set(scored["cell"])
    return [cell for cell in dict.fromkeys(wanted) if cell in known]


def fresh_effects(
    fresh: pd.DataFrame, table: pd.DataFrame, study: Declared, correct: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The comparisons of `effects` on fresh seeds: sides and rates as they were chosen, scores that chose nothing.

    fresh: trials, looked at once. Of what they may spend (`study.fresh_share`) these comparisons have half, or half of
    what a declared comparison leaves. Returns `factor, level, reference, condition, primary` with `compare`'s columns.
    """
    pairs = table[["factor", "level", "reference", "condition", "cell", "reference_cell", "primary"]]
    share = _remaining_share(study) * (1 - BEST_SHARE)
    compared = partial(compare_fresh, correct=correct)
    return compare_beside_primary(fresh, pairs, study, pairs["primary"], share, FRESH_SHARE, compared)


def fresh_gain(
    fresh: pd.DataFrame, best: str, reference: str, study: Declared, correct: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The best cell's gain over the reference on fresh seeds: one row of `compare`, or none where either lacks there.

    It is one comparison, named before these seeds were seen, so it may spend half of what they may, or of what a
    declared comparison leaves.
    """
    there = {best, reference} <= set(fresh["cell"]) and best != reference
    pairs = pd.DataFrame([(best, reference)] if there else [], columns=["cell", "reference_cell"], dtype=object)
    return compare_fresh(fresh, pairs, study, 1, correct, share=_remaining_share(study) * BEST_SHARE)


def _remaining_share(study: Declared) -> float:
    """What the declared comparison leaves of what fresh seeds may spend."""
    return 1.0 if study.primary_comparison is None else 1 - FRESH_SHARE


def confirm(best: pd.DataFrame, rows: pd.DataFrame, score: str, test: str, overlap: float = 0.0) -> pd.DataFrame:
    """The same cells on fresh seeds, with a 95 % interval of the mean over seeds.

    best: as `leaders` gives it. rows: of fresh seeds, failures at their cost. score, test: the columns that the search
    looked at, and one that nothing has looked at. overlap: of `Declared`; test scores are those of the examples that
    test.

    Returns `cell, searched, n, failed, fresh, low, high, optimism, test, test_low, test_high`; optimism is how much
    better the search thought the cell was, for `max` scores above 0.
    """
    confirmed_cells = best.set_index("cell")
    ran = rows[rows["status"].isin(RAN)]
    for name, column in (("fresh", score), ("test", test)):
        table = ran.pivot_table(index="cell", columns="seed", values=column).reindex(confirmed_cells.index)
        interval = intervals(table, overlap=overlap if name == "fresh" else 0.0)
        prefix = "" if name == "fresh" else "test_"
        confirmed_cells = confirmed_cells.assign(
            **{name: interval["mean"], f"{prefix}low": interval["low"], f"{prefix}high": interval["high"]}
        )
        if name == "fresh":
            confirmed_cells["n"] = interval["n"]
    confirmed_cells["failed"] = (
        rows[~rows["status"].eq("ok")].groupby("cell").size().reindex(confirmed_cells.index, fill_value=0)
    )
    confirmed_cells["optimism"] = confirmed_cells["searched"] - confirmed_cells["fresh"]
    columns = ["searched", "n", "failed", "fresh", "low", "high", "optimism", "test", "test_low", "test_high"]
    return confirmed_cells[columns].reset_index()

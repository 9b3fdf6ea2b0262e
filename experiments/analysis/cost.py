"""What a score costs: every cell's score beside its seconds or its size, and the cells that nothing beats in both."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.intervals import intervals
from experiments.analysis.scores import score_matrix

COLUMNS = ["cell", "cost", "n", "mean", "low", "high", "front"]


def cost_column(trials: pd.DataFrame, *, imported: bool = False) -> str | None:
    """`seconds` where they are of single trials and differ, else `parameters` where these differ, else None.

    trials: with `cell, status`, and where they are known `seconds, parameters, engine`. imported: whether they come
    from elsewhere, where each is timed by itself unless its engine says other. The seconds of a stack are those of all
    its trials, shared out, and say nothing of one.
    """
    ok = trials[trials["status"] == "ok"]
    engines = set(ok["engine"]) if "engine" in ok else {""}
    alone = "fused" not in engines if imported else engines == {"serial"}
    for column in (*(["seconds"] if alone else []), "parameters"):
        if column in ok and ok[column].notna().all() and ok.groupby("cell")[column].median().nunique() > 1:
            return column
    return None


def cost_table(trials: pd.DataFrame, study: Declared, column: str | None) -> pd.DataFrame:
    """`cell, cost, n, mean, low, high, front`, the cheapest first; empty where column is None.

    trials: with `cell, seed, status`, the primary validation score and the column. cost: the column's median over a
    cell's trained seeds, for a first trial in a process takes longer. mean, low, high: of the score over the cell's
    seeds, failures at their cost, with its own 95 % interval. front: no cell is as good and cheaper, nor as cheap and
    better. Cells that never trained are left out.
    """
    if column is None:
        return pd.DataFrame(columns=COLUMNS)
    trials = with_costs(trials, study)
    trials = trials[trials["cell"].isin(trials.loc[trials["status"] == "ok", "cell"])]
    scores = score_matrix(trials, study.validation).dropna(how="all") if len(trials) else pd.DataFrame()
    if scores.empty:
        return pd.DataFrame(columns=COLUMNS)
    table = intervals(scores, overlap=study.overlap)[["n", "mean", "low", "high"]]
    table.insert(0, "cost", trials[trials["status"] == "ok"].groupby("cell")[column].median().reindex(table.index))
    table["front"] = front(table["cost"].to_numpy(), study.sign * table["mean"].to_numpy())
    return table.rename_axis("cell").reset_index().sort_values(["cost", "mean"], kind="stable", ignore_index=True)


def front(costs: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Which points are beaten by none: none has a lower cost and no lower gain, or no higher cost and a higher gain.

    Gains that differ by rounding alone are the same.

    >>> front(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0.5, 0.9, 0.7, 0.9])).tolist()
    [True, True, False, False]
    """
    gains = np.array([float(f"{gain:.9g}") for gain in gains])
    on_front = np.zeros(len(costs), dtype=bool)
    best = -np.inf
    for cost in np.unique(costs):
        here = costs == cost
        top = gains[here].max()
        if top > best:
            on_front |= here & (gains == top)
            best = top
    return on_front

"""What is left of a search's best cells when they are trained again on fresh seeds."""

from collections.abc import Sequence

import pandas as pd

from experiments.analysis.intervals import intervals


def leaders(rows: pd.DataFrame, score: str, direction: str, seeds: Sequence[int], top: int) -> pd.DataFrame:
    """The best cells by their mean score over some seeds, best first: `cell, searched`.

    Only cells that are ok on every one of the seeds take part. score: a column; direction: "max" or "min".

    >>> rows = pd.DataFrame({"cell": ["a", "b", "b"], "seed": [0, 0, 1], "status": "ok", "accuracy": [0.9, 0.5, 0.7]})
    >>> leaders(rows, "accuracy", "max", [0, 1], 2).round(3).values.tolist()
    [['b', 0.6]]
    """
    ours = rows[rows["seed"].isin(list(seeds)) & rows["status"].eq("ok")]
    grouped = ours.groupby("cell", sort=False)[score]
    means = grouped.mean()[grouped.size() == len(set(seeds))]
    ranked = means.sort_values(ascending=direction == "min", kind="stable").head(top)
    return ranked.rename("searched").reset_index()


def confirmed(best: pd.DataFrame, rows: pd.DataFrame, score: str, test: str) -> pd.DataFrame:
    """The same cells on fresh seeds, with a 95 % interval of the mean over seeds.

    best: as `leaders` gives it. rows: of fresh seeds. score, test: the columns that the search looked at, and one
    that nothing has looked at.

    Returns `cell, searched, n, failed, fresh, low, high, optimism, test, test_low, test_high`; optimism is how much
    better the search thought the cell was, for `max` scores above 0.
    """
    found = best.set_index("cell")
    ok = rows[rows["status"].eq("ok")]
    for name, column in (("fresh", score), ("test", test)):
        table = ok.pivot_table(index="cell", columns="seed", values=column).reindex(found.index)
        interval = intervals(table)
        prefix = "" if name == "fresh" else "test_"
        found = found.assign(
            **{name: interval["mean"], f"{prefix}low": interval["low"], f"{prefix}high": interval["high"]}
        )
        if name == "fresh":
            found["n"] = interval["n"]
    found["failed"] = rows[~rows["status"].eq("ok")].groupby("cell").size().reindex(found.index, fill_value=0)
    found["optimism"] = found["searched"] - found["fresh"]
    columns = ["searched", "n", "failed", "fresh", "low", "high", "optimism", "test", "test_low", "test_high"]
    return found[columns].reset_index()

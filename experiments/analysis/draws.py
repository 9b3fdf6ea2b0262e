"""A random design: every draw’s score, beside the value of a factor or the places on all factors at once."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared

BEST_SHARE = 0.1


def draw_table(cells: pd.DataFrame, study: Declared, factor: str) -> pd.DataFrame:
    """`cell, value, mean, diverged, runs, top` a draw; value is a number for a ranged factor, else the level.

    mean: failures at their cost, NaN where no seed trained.

    A range that belongs to a level is there for the draws of that level alone: others have no row.

    top marks the best tenth of the draws with a score (three at least), by rank.
    """
    table = pd.DataFrame(
        {
            "cell": cells["cell"],
            "value": pd.to_numeric(cells[factor], errors="coerce") if factor in study.ranges else cells[factor],
            "mean": cells["validation_mean"].where(cells["ok"] > 0),
            "diverged": cells["diverged"],
            "runs": cells["ok"] + cells["diverged"],
        }
    )
    kept = max(3, int(np.ceil(BEST_SHARE * cells["rank"].notna().sum())))
    table = table.assign(top=(cells["rank"] <= kept).to_numpy())
    return table[table["value"].notna()]


def position_table(cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`cell, factor, place, top` for every draw with a score and every varied factor; place is NaN where it has none.

    A range goes from 0 to 1, on its own scale; the levels of a list lie evenly between, a single one in the middle.
    """
    parts = []
    for factor in study.varied:
        table = draw_table(cells, study, factor)
        if factor in study.ranges:
            span = study.ranges[factor]
            scale = np.log if span.get("scale") == "log" else np.asarray
            low, high, values = (
                scale(np.asarray(numbers, float)) for numbers in (span["min"], span["max"], table["value"])
            )
            place = (values - low) / (high - low)
        else:
            levels = list(study.factors[factor])
            places = {level: (at + 0.5) / len(levels) for at, level in enumerate(levels)}
            place = table["value"].map(places)
        parts.append(table.assign(factor=factor, place=place))
    return pd.concat(parts).query("mean.notna()")[["cell", "factor", "place", "top"]].reset_index(drop=True)

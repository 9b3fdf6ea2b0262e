"""Where draws lie on every factor at once, as places between 0 and 1."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.draws import draw_table


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

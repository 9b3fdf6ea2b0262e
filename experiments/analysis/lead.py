"""The comparison that leads a page whose question declares none: the largest that is shown, else the largest seen."""

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.study.columns import RATE

SHOWN = {"leave-one-out": "worse"}  # of what is taken away a page says what it costs


def lead(effects: pd.DataFrame, configurations: pd.DataFrame, study: Declared) -> pd.Series | None:
    """A row of one of the two tables; None where nothing is compared.

    effects: the declared comparisons. configurations: every cell against the baseline.

    - grid: the configuration that is shown to beat the baseline by most, else the level that is shown to be better by
      most, else the configuration that seems to gain most, where any seems to gain;
    - under conditions, and one factor at a time: the level that is shown to be better by most, else the one that seems
      to be;
    - leave-one-out: the part that is shown to cost most, else the one that seems to.

    A tuned learning rate is no level. Of draws there is none.
    """
    levels = effects[effects["n"] > 0]
    levels = levels[levels["factor"] != RATE] if study.tuned else levels
    configurations = configurations[configurations["n"] > 0]
    shown = SHOWN.get(study.design, "better")
    tables = [levels[levels["outcome"] == shown], levels]
    if study.design == "grid" and not study.conditions:
        ahead = configurations[configurations["mean"] > 0]
        tables = [configurations[configurations["outcome"] == shown], tables[0], ahead]
    found = next((table for table in tables if len(table)), None)
    if found is None or study.design == "random":
        return None
    return found.iloc[found["mean"].argmin() if shown == "worse" else found["mean"].argmax()]

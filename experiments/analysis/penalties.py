"""How much of a loss is penalty: one strength weighs more on a small loss than on a large one."""

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.study.labels import NONE

REGULARIZER, LOSS = "regularizer", "loss"


def penalty_shares(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`regularizer, loss, share`: what part of the validation loss a regularizer adds, as a median over its trials.

    share: 1 − loss without / loss with it, of trials that differ in the regularizer alone, seed by seed; so it holds
    what the regularizer changes in the fit as well. Only of designs in which regularizers and losses both vary and one
    level is no regularizer; else empty.
    """
    empty = pd.DataFrame(columns=[REGULARIZER, LOSS, "share"])
    if not {REGULARIZER, LOSS} <= set(study.varied) or NONE not in study.factors[REGULARIZER]:
        return empty
    ok = trials[trials["status"].eq("ok") & (trials["validation_loss"] > 0)]
    rest = [name for name in study.varied if name != REGULARIZER]
    table = ok.pivot_table(index=[*rest, "seed"], columns=REGULARIZER, values="validation_loss")
    if NONE not in table:
        return empty
    shares = 1 - table.drop(columns=NONE).rtruediv(table[NONE], axis=0)
    stacked = shares.stack()
    assert isinstance(stacked, pd.Series)  # the columns have one level
    long = stacked.rename("share").reset_index()
    return long.groupby([REGULARIZER, LOSS], sort=False)["share"].median().reset_index()

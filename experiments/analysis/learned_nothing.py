"""Trials that came to a finite end and learned nothing: they score no better than the same prediction everywhere."""

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.study.columns import CONSTANT


def learned_nothing(trials: pd.DataFrame, study: Declared) -> pd.Series:
    """Which ok trials score no better than a constant prediction on the same validation examples: true or false.

    trials: with `constant_score`, the metric of that prediction; where it is missing nothing is known, and so false.
    Such a trial is counted, and its score counts like any other: leaving it out would be choosing by outcome.
    """
    if CONSTANT not in trials:
        return pd.Series(False, trials.index)
    gain = study.sign * (trials[study.validation].astype(float) - pd.to_numeric(trials[CONSTANT], errors="coerce"))
    return trials["status"].eq("ok") & gain.le(0)

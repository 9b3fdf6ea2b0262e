"""Trials that came to a finite end and learned nothing: they score no better than the same prediction everywhere."""

import pandas as pd

from experiments.analysis.declared import Declared

CONSTANT = "constant_score"


def collapsed(trials: pd.DataFrame, study: Declared) -> pd.Series:
    """Which ok trials score no better than a constant prediction on the same validation examples.

    trials: with `constant_score`, the metric of that prediction; where it is missing nothing is known, and so false.
    """
    if CONSTANT not in trials:
        return pd.Series(False, trials.index)
    gain = study.sign * (trials[study.validation].astype(float) - pd.to_numeric(trials[CONSTANT], errors="coerce"))
    return trials["status"].eq("ok") & gain.le(0)


def counts_as_failure(found: pd.Series, trials: pd.DataFrame) -> bool:
    """Whether collapsed trials are to count as failed ones: not where most are, for then the metric tells nothing.

    found: of `collapsed`.
    """
    return bool(2 * found.sum() <= trials["status"].eq("ok").sum())

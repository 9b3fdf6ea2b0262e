"""What a gain on a sealed test part owes to its examples, which all seeds share: other data would have others."""

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.right_answers import COUNTED, answers_gained, error_parts
from experiments.analysis.scores import score_matrix


def of_examples(trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared, correct: pd.DataFrame) -> pd.DataFrame:
    """The variance of every pair's mean gain over the drawing of the test examples: `variance, degrees`, by pair.

    trials: with validation scores. pairs: `cell, reference_cell`. correct: of `correct.csv`, may be empty.

    Where right answers are counted and known it is measured: the variance of the examples' mean gains, over their
    number, less what single answers vary by (as `seeds_and_images` has it). Otherwise it is bounded: the seeds' gains
    on validation data vary by no less than their examples make them, so it is at most s² · `study.test_overlap`. All
    zero where the question is about this data, or seeds share no examples.
    """
    estimates = pd.DataFrame({"variance": 0.0, "degrees": 1.0}, index=pairs.index)
    if not study.test_overlap:
        return estimates
    scores = score_matrix(trials, study.validation)
    for at, cell, reference in zip(pairs.index, pairs["cell"], pairs["reference_cell"], strict=True):
        if not {cell, reference} <= set(scores.index):
            continue
        counted = study.primary == COUNTED and not correct.empty
        values = answers_gained(correct, trials, cell, reference) if counted else pd.DataFrame()
        if min(values.shape) > 1:
            parts, freedom = error_parts(values.to_numpy(float))
            estimates.loc[at] = max(parts[1] - min(parts[0], parts[2]), 0.0), freedom[1]
            continue
        gains = (scores.loc[cell] - scores.loc[reference]).dropna()
        if len(gains) > 1:
            estimates.loc[at] = gains.var(ddof=1) * study.test_overlap, len(gains) - 1
    return estimates


def with_examples(table: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    """Rows of `intervals` with a variance that all seeds share in `error, degrees` (by Satterthwaite) and `p`.

    shared: of `of_examples`, on the same index. Ends of intervals are left to who knows their level.
    """
    own, more = table["error"] ** 2, shared["variance"]
    total = own + more
    with np.errstate(divide="ignore", invalid="ignore"):
        degrees = total**2 / (own**2 / table["degrees"] + more**2 / shared["degrees"])
    p = 2 * stats.t.sf(np.abs(table["mean"]) / np.sqrt(total), degrees)
    found = pd.DataFrame({"error": np.sqrt(total), "degrees": degrees, "p": p})
    widened = table["kind"].eq("interval") & more.gt(0)
    return table.assign(**{name: table[name].mask(widened, found[name]) for name in ("error", "degrees", "p")})

"""What a fixed test set leaves unsure: other seeds would give another score, and so would other test examples."""

import base64

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.intervals import ALPHA
from experiments.analysis.ranking import RAN

COUNTED = "accuracy"  # the metric that counts right answers


def right_answers(correct: pd.DataFrame, trials: pd.DataFrame, cell: str) -> pd.DataFrame:
    """Which test examples a cell got right: `[seeds, examples]`, true or false, of its ok trials.

    correct: of `correct.csv`: `trial, test_set, examples, correct` (base64 of bits). Seeds with another test set than
    most are left out; empty where fewer than two seeds share one, and where a trial diverged, whose answers are not
    known.
    """
    own = trials[trials["cell"].eq(cell) & trials["status"].isin(RAN)]
    if not own["status"].eq("ok").all():
        return pd.DataFrame()
    table = own[["trial", "seed"]].merge(correct, on="trial")
    if table.empty:
        return pd.DataFrame()
    table = table[table["test_set"] == table["test_set"].mode()[0]].sort_values("seed")
    if len(table) < 2:
        return pd.DataFrame()
    bits = [np.frombuffer(base64.b64decode(text), np.uint8) for text in table["correct"]]
    found = np.stack(
        [np.unpackbits(packed, count=int(count)) for packed, count in zip(bits, table["examples"], strict=True)]
    )
    return pd.DataFrame(found.astype(bool), index=table["seed"].to_list())


def answers_gained(correct: pd.DataFrame, trials: pd.DataFrame, cell: str, reference: str) -> pd.DataFrame:
    """Where a cell was right and a reference wrong 1, where the other way round −1: `[seeds, examples]`.

    Of the seeds that both have on the same test set; empty where there are fewer than two.
    """
    ours, other = (right_answers(correct, trials, each).astype(float) for each in (cell, reference))
    shared = ours.index.intersection(other.index)
    same = ours.shape[1] == other.shape[1] and len(shared) > 1
    return ours.loc[shared] - other.loc[shared] if same else pd.DataFrame()


def seeds_and_images(values: pd.DataFrame) -> pd.Series:
    """The mean with its standard errors, seeds and examples both a sample of many.

    values: `[seeds, examples]`, of one cell (1 where it was right) or the difference of two.

    Returns `seeds, examples, mean, error_seeds, error_images, error, low, high`. `error_seeds`² is the variance of the
    seeds' means over their number, `error_images`² that of the examples' means. Each holds the variance of one seed's
    answer to one example as well, so that `error`² is their sum less that, and never less than either (the crossed
    random effects of Owen 2007, the pigeonhole bootstrap). The 95 % interval is Student's t with the degrees of freedom
    of Satterthwaite (1946). NaN with fewer than two seeds or examples.

    >>> seeds_and_images(pd.DataFrame([[1, 0, 1, 1], [1, 0, 1, 0]])).round(3)[["mean", "error"]].tolist()
    [0.625, 0.239]
    """
    array = values.to_numpy(float)
    seeds, examples = array.shape
    mean = array.mean() if array.size else np.nan
    summary = pd.Series({"seeds": seeds, "examples": examples, "mean": mean})
    if min(seeds, examples) < 2:
        return pd.concat([summary, pd.Series(np.nan, ["error_seeds", "error_images", "error", "low", "high"])])
    parts, freedom = error_parts(array)
    variance = max(parts[0] + parts[1] - parts[2], parts[0], parts[1])
    spread = (parts**2 / freedom).sum()
    half = stats.t.ppf(1 - ALPHA / 2, variance**2 / spread) * np.sqrt(variance) if spread else 0.0
    errors = {"error_seeds": np.sqrt(parts[0]), "error_images": np.sqrt(parts[1]), "error": np.sqrt(variance)}
    return pd.concat([summary, pd.Series(errors | {"low": mean - half, "high": mean + half})])


def error_parts(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The squared standard errors of seeds, of examples, and of one seed's answer to one example, which both hold; and
    their degrees of freedom. array: `[seeds, examples]`, two or more of each.

    >>> [part.round(4).tolist() for part in error_parts(np.array([[1, 0, 1, 1], [1, 0, 1, 0]]))]
    [[0.0156, 0.0573, 0.0156], [1, 3, 3]]
    """
    seeds, examples = array.shape
    rows, columns = array.mean(axis=1), array.mean(axis=0)
    rest = array - rows[:, None] - columns[None, :] + array.mean()
    freedom = np.array([seeds - 1, examples - 1, (seeds - 1) * (examples - 1)])
    crossed = (rest**2).sum() / freedom[2] / array.size
    return np.array([rows.var(ddof=1) / seeds, columns.var(ddof=1) / examples, crossed]), freedom

"""What matters among draws: the share of the differences between them that is due to each factor."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.variance import LEVEL

FEWEST = 12  # draws with a score, below which nothing is said
TREES, FOLDS, SPLITS, SHUFFLES = 64, 5, 4, 5


def importance_table(cells: pd.DataFrame, study: Declared, factors: Sequence[str] | None = None) -> pd.DataFrame:
    """`factor, importance, low, high, explained, behind`, the most important first; empty for fewer draws than
    `FEWEST`.

    cells: of `cell_table`. factors: those that vary, unless others are given, such as the epochs that Hyperband sets.

    A random forest learns the mean scores of four fifths of the draws and predicts the others'; explained is the
    share of their variance that it predicts, 1 − Σ(y − ŷ)² / Σ(y − ȳ)², below 0 where a mean predicts better.
    importance is half of what that share loses where a factor's values are shuffled among the draws that are
    predicted, from 0 to 1: an estimate of the share of the variance that is due to the factor, alone or together with
    others (so the shares may add up to more than 1). low and high are its ends over `SPLITS` divisions of the draws.
    What a forest can't predict has no importance: with little explained nothing can be said.

    behind: whether a factor is shown to be less important than the first: by t over the draws, at `LEVEL`, of what
    shuffling one loses more than shuffling the other. Folds learn from the same draws, so that the variance of a mean
    is that of n draws times 1 + `FOLDS` / (`FOLDS` − 1) (C. Nadeau and Y. Bengio, 2003).

    Sources: L. Breiman, Random Forests (2001), for the shuffling, here of draws that were not learnt from; M. Jansen,
    Analysis of variance designs for model output (1999), for the half.
    """
    names = list(study.varied if factors is None else factors)
    scored = cells[cells["validation_mean"].notna()]
    empty = pd.DataFrame(columns=["factor", "importance", "low", "high", "explained", "behind"])
    if len(scored) < FEWEST or not names or scored["validation_mean"].nunique() == 1:
        return empty
    columns = {name: _columns(scored[name], ranged=name in study.ranges or name not in study.factors) for name in names}
    scores = scored["validation_mean"].to_numpy(float)
    found = [_of_split(columns, scores, split) for split in range(SPLITS)]
    explained = float(np.mean([whole for whole, _ in found]))
    by_draw = np.mean([lost for _, lost in found], axis=0)  # [factors, draws]
    shares = np.array([lost.sum(axis=1) for _, lost in found]).clip(0, 1)
    first = int(shares.mean(axis=0).argmax())
    ahead = by_draw[first] - by_draw
    wide = np.sqrt((1 + FOLDS / (FOLDS - 1)) / len(scores)) * ahead.std(axis=1, ddof=1)
    table = pd.DataFrame(
        {
            "factor": names,
            "importance": shares.mean(axis=0),
            "low": shares.min(axis=0),
            "high": shares.max(axis=0),
            "explained": explained,
            "behind": ahead.mean(axis=1) > stats.t.ppf(1 - LEVEL / 2, len(scores) - 1) * wide,
        }
    )
    return table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)


def _columns(values: pd.Series, *, ranged: bool) -> np.ndarray:
    """Numbers for a forest: of a range the value (its order is all that counts), of levels one column each."""
    if ranged:
        return pd.to_numeric(values, errors="coerce").to_numpy(float)[:, None]
    return pd.get_dummies(values).to_numpy(float)


def _of_split(columns: dict[str, np.ndarray], scores: np.ndarray, split: int) -> tuple[float, np.ndarray]:
    """What is explained, and what each factor's shuffling loses of it by draw, over the folds of one division."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.model_selection import KFold

    order = np.random.default_rng([split, len(scores)])
    place: dict[str, slice] = {}
    end = 0
    for name, some in columns.items():
        place[name] = slice(end, end := end + some.shape[1])
    x = np.concatenate(list(columns.values()), axis=1)
    squares = np.zeros((1 + len(columns) * SHUFFLES, len(scores)))
    for learnt, held in KFold(FOLDS, shuffle=True, random_state=split).split(x):
        forest = RandomForestRegressor(TREES, random_state=split).fit(x[learnt], scores[learnt])
        shuffled = []
        for name in columns:
            for _ in range(SHUFFLES):
                changed = x[held].copy()
                changed[:, place[name]] = x[held][order.permutation(len(held))][:, place[name]]
                shuffled.append(changed)
        predicted = forest.predict(np.concatenate([x[held], *shuffled])).reshape(-1, len(held))
        squares[:, held] = (predicted - scores[held]) ** 2
    spread = ((scores - scores.mean()) ** 2).sum()
    without = squares[1:].reshape(len(columns), SHUFFLES, -1).mean(axis=1)
    return 1 - squares[0].sum() / spread, (without - squares[0]) / (2 * spread)

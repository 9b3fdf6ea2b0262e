"""One row per cell: how many seeds, how well, how evenly, how often it diverged or learned nothing, and its rank."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.learned_nothing import learned_nothing
from experiments.analysis.ranking import RAN, Ranking, ranking
from experiments.study.columns import STATUSES


def cell_table(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The cells of a study, the best first.

    trials: `cell, seed, status`, the factors as text, `validation_<primary>` and `test_<primary>`.

    Returns
    - `cell`, the factors, `is_baseline`;
    - over all trials: `trials, ok, diverged, failed, share_diverged`, and `learned_nothing`, how many ok ones did;
    - over all trials but crashes, a diverged one with what a failure costs (`with_costs`): `n`, the spread
      `validation_sd, _min, _max`, and `test_mean, _sd, _min, _max`;
    - `validation_mean`, what the cell ranks by: the mean of the same scores, adjusted where cells have unequal seeds;
    - `trained_mean`: of the ok trials alone, NaN without any;
    - `rank`, 1 the best, NaN for a cell without a score, and `reason`, why it has none.

    Ranks and means are those of `ranking`. The test score ranks nothing.
    """
    trials = with_costs(trials, study)
    factors = list(study.factors)
    first = trials.drop_duplicates("cell").set_index("cell")[factors]
    by_cell = trials["status"].groupby(trials["cell"], sort=False)
    counts = by_cell.value_counts().unstack(fill_value=0).reindex(columns=STATUSES, fill_value=0)
    counts.insert(0, "trials", by_cell.size())
    counts["share_diverged"] = counts["diverged"] / (counts["ok"] + counts["diverged"])
    counts["learned_nothing"] = learned_nothing(trials, study).groupby(trials["cell"]).sum().astype(int)
    baseline = _is_baseline(first, study)
    ranks = study_ranking(trials, study)
    scored = trials[trials["status"].isin(RAN)].astype({study.validation: float})
    trained = scored[scored["status"].eq("ok")].groupby("cell")[study.validation].mean().rename("trained_mean")
    parts = [first, counts, trained]
    for part, column in (("validation", study.validation), ("test", study.test)):
        spread = scored.astype({column: float}).groupby("cell")[column].agg(["mean", "std", "min", "max"])
        parts.append(spread.set_axis([f"{part}_{name}" for name in ("mean", "sd", "min", "max")], axis=1))
    table = pd.concat(parts, axis=1).reindex(first.index)
    table.insert(len(factors), "is_baseline", baseline)
    order = [cell.cell for cell in ranks.cells]
    table = table.loc[order].assign(
        rank=[np.nan if cell.rank is None else float(cell.rank) for cell in ranks.cells],
        reason=[cell.reason for cell in ranks.cells],
        n=[cell.n for cell in ranks.cells],
        validation_mean=[cell.mean for cell in ranks.cells],
    )
    return table.reset_index(names="cell")


def study_ranking(trials: pd.DataFrame, study: Declared) -> Ranking:
    """`ranking` of a study's trials. trials: as of `cell_table`."""
    trials = with_costs(trials, study)
    first = trials.drop_duplicates("cell").set_index("cell")
    baseline = next(iter(first.index[_is_baseline(first, study)]), None)
    columns = (trials["cell"], map(int, trials["seed"]), trials["status"], trials[study.validation].astype(float))
    return ranking(zip(*columns, strict=True), study.direction, baseline=baseline, paired=study.paired)


def _is_baseline(levels: pd.DataFrame, study: Declared) -> np.ndarray:
    """Which cells have the baseline's level of every varied factor; none of a random design. levels: a row per cell."""
    same = [levels[name].eq(study.baseline[name]).to_numpy() for name in study.varied]
    return np.logical_and.reduce([np.full(len(levels), study.design != "random"), *same])

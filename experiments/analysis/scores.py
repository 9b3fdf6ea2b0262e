"""Scores as a matrix, a row a cell and a column a seed; and the seeds on which cells may be ranked."""

import pandas as pd

RAN = ("ok", "diverged")  # a crash is no outcome: its seed is dropped and counted elsewhere


def score_matrix(trials: pd.DataFrame, column: str) -> pd.DataFrame:
    """`[cells, seeds]` of a score, NaN where a trial is missing or not ok. Cells as they first appear."""
    scores = trials[column].where(trials["status"] == "ok").astype(float)
    matrix = trials.assign(score=scores).pivot(index="cell", columns="seed", values="score")
    return matrix.reindex(trials["cell"].unique())


def status_matrix(trials: pd.DataFrame, status: str) -> pd.DataFrame:
    """`[cells, seeds]`, true where a trial has this status."""
    flags = trials.assign(flag=trials["status"] == status).pivot(index="cell", columns="seed", values="flag")
    return flags.reindex(trials["cell"].unique()).eq(True)


def common_seeds(trials: pd.DataFrame) -> list[int]:
    """The seeds on which every cell ran.

    Means over unequal seeds do not compare: an easy seed that one cell has and another lacks would decide
    between them. Cells that never ran (every trial crashed) are not counted. Where fewer than half of the
    seeds are common to all, nothing is left out: all seeds come back.
    """
    ran = trials[trials["status"].isin(RAN)]
    seeds = sorted(int(seed) for seed in ran["seed"].unique())
    count = ran.groupby("seed")["cell"].nunique()
    common = [seed for seed in seeds if count[seed] == ran["cell"].nunique()]
    return common if 2 * len(common) >= len(seeds) else seeds

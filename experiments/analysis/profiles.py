"""Performance profiles: what share of a configuration's runs scores at least so well."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.failures import wilson
from experiments.analysis.scores import score_matrix


def profiles(trials: pd.DataFrame, study: Declared, cells: list[str]) -> pd.DataFrame:
    """The profile of each cell, at every score that any of them has.

    trials: rows of the study. cells: ids; those without a score are left out.

    Returns `cell, runs, score, share, low, high`, the worst score first: share is the share of the cell's `runs` that
    score at least as well, with Wilson's 95 % interval, each point by itself. Diverged runs have the score that a
    failure costs.

    A mean hides how scores are spread; a profile shows all of it. Where one profile lies above another at every score,
    that configuration is better whatever score one has to reach; where they cross, it depends on that score.

    Source: E. D. Dolan and J. J. Moré, Benchmarking optimization software with performance profiles (2002); R. Agarwal
    and others, Deep reinforcement learning at the edge of the statistical precipice (2021).
    """
    scores = study.sign * score_matrix(with_costs(trials, study), study.validation)
    own = {cell: np.sort(scores.loc[cell].dropna()) for cell in cells if cell in scores.index}
    own = {cell: values for cell, values in own.items() if len(values)}
    at = np.unique(np.concatenate(list(own.values()))) if own else np.empty(0)
    parts = []
    for cell, values in own.items():
        reached = len(values) - np.searchsorted(values, at, side="left")
        low, high = np.array([wilson(int(count), len(values)) for count in reached]).T
        share = reached / len(values)
        part = {"cell": cell, "runs": len(values), "score": study.sign * at, "share": share, "low": low, "high": high}
        parts.append(pd.DataFrame(part))
    columns = ["cell", "runs", "score", "share", "low", "high"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

"""The loop of `fit` in two processes of joblib, a thread each."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from cases import Case
from contenders.fit_loop import flat_data, one

from experiments.study.trial import Trial

WORKERS = 2


def ready(case: Case, trials: list[Trial]) -> Callable[[Path], None]:
    """Both processes started, Keras imported in them."""
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
    from joblib import Parallel, delayed

    data = flat_data(case, trials)
    pool = Parallel(n_jobs=WORKERS)
    pool(delayed(_import)() for _ in range(4 * WORKERS))
    return partial(_all, pool, case, trials, data)


def _import() -> None:
    import keras  # noqa: F401


def _all(pool: Any, case: Case, trials: list[Trial], data: dict[int, Any], folder: Path) -> None:
    from joblib import delayed

    found = pool(delayed(one)(case, trial, data[trial.seed], False) for trial in trials)
    pd.DataFrame([row for row, _ in found]).to_csv(folder / "rows.csv")
    pd.concat([h.assign(trial=row["trial"]) for row, h in found]).to_csv(folder / "history.csv")

"""What a diverged trial scores, so that it counts in every mean, rank and comparison. No pandas, no TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from experiments.study.columns import CONSTANT
from experiments.study.types import Plain

if TYPE_CHECKING:
    import pandas as pd

    from experiments.analysis.declared import Declared

# How a trial came to its score: its own, the number that the study declares, what the same prediction for every example
# scores, or the worst score there is, where nothing is known of such a prediction.
OWN, DECLARED, CONSTANT_PREDICTION, WORST = "own", "declared", "constant", "worst"
COLUMN = "score_is"  # of trials with costs: one of these; empty for a trial without a score


@dataclass(frozen=True)
class Ended:
    """How a trial ended, as far as its score is concerned.

    seed: of the trial. data: levels of the settings that change the data. score: of an ok trial. constant: what the
    same prediction for every example scores on the trial's validation examples, None where that is not known.
    """

    seed: int
    data: Hashable
    status: str
    score: float | None
    constant: float | None = None


def final_status(status: str, score: float | None) -> str:
    """A trial's status, where an ok trial without a finite score is a diverged one.

    >>> final_status("ok", 0.5), final_status("ok", float("nan")), final_status("failed", None)
    ('ok', 'diverged', 'failed')
    """
    return "diverged" if status == "ok" and not _finite(score) else status


def scores_with_costs(
    trials: Sequence[Ended], direction: str, declared: float | None = None
) -> list[tuple[float | None, str]]:
    """The score of each trial and how it came to it, `OWN` for a trained one.

    direction: "max" where a higher score is better, "min" where a lower one is. declared: what a diverged trial scores,
    if the study says so.

    Otherwise a diverged trial scores what the same prediction for every example scores on its validation examples: as
    its own row has it, else as that of another trial on the same data does (the same seed and the same levels of the
    settings that change the data). Where no trial says, it is the worst finite score among trials with the same levels
    of those settings, else among all. None, with an empty text, for a crash, and where no trial has a score.

    >>> trials = [Ended(0, (), "ok", 0.9, 0.1), Ended(0, (), "diverged", None), Ended(0, (), "failed", None)]
    >>> scores_with_costs(trials, "max")
    [(0.9, 'own'), (0.1, 'constant'), (None, '')]
    """
    worse = min if direction == "max" else max
    constants: dict[Hashable, float] = {}
    worst: dict[Hashable, float] = {}
    for trial in trials:
        if _finite(trial.constant):
            constants.setdefault((trial.seed, trial.data), float(trial.constant))
        if trial.status == "ok" and _finite(trial.score):
            worst[trial.data] = worse(worst.get(trial.data, trial.score), trial.score)
    worst_of_all = worse(worst.values(), default=None)

    def scored(trial: Ended) -> tuple[float | None, str]:
        status = final_status(trial.status, trial.score)
        if status == "ok" and _finite(trial.score):
            return float(trial.score), OWN
        if status != "diverged":
            return None, ""
        if declared is not None:
            return float(declared), DECLARED
        constant = trial.constant if _finite(trial.constant) else constants.get((trial.seed, trial.data))
        if constant is not None:
            return float(constant), CONSTANT_PREDICTION
        cost = worst.get(trial.data, worst_of_all)
        return (None, "") if cost is None else (float(cost), WORST)

    return [scored(trial) for trial in trials]


def ended_rows(rows: Iterable[Mapping[str, Plain]], score: str, data_settings: Sequence[str]) -> list[Ended]:
    """Rows of a journal as what `scores_with_costs` takes. score: its column."""
    return [
        Ended(
            row["seed"],
            tuple(str(row.get(name)) for name in data_settings),
            row["status"],
            row.get(score),
            row.get(CONSTANT),
        )
        for row in rows
    ]


def with_costs(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """Trials in which every diverged one has a score: what a failure costs, for validation and test alike.

    trials: of a whole study, so that there is one cost for all of its tables. The column `score_is` says how each came
    to its score. Statuses stay. Trials that have been through here come back as they are.
    """
    import pandas as pd

    if COLUMN in trials:
        return trials
    diverged = trials["status"].eq("diverged")
    scores = trials[study.validation].astype(float)
    if not diverged.any():
        return trials.assign(**{COLUMN: trials["status"].eq("ok").map({True: OWN, False: ""})})
    constants = (
        pd.to_numeric(trials[CONSTANT], errors="coerce") if CONSTANT in trials else pd.Series(None, trials.index)
    )
    names = [name for name in sorted(study.data_settings) if name in trials]
    data = list(zip(*(trials[name] for name in names), strict=True)) if names else [()] * len(trials)
    scores_and_origins = scores_with_costs(
        [Ended(*facts) for facts in zip(trials["seed"], data, trials["status"], scores, constants, strict=True)],
        study.direction,
        study.failure_score,
    )
    costs = pd.Series([score for score, _ in scores_and_origins], trials.index, dtype=float)
    costed = trials.assign(
        **{study.validation: scores.mask(diverged, costs), COLUMN: [how for _, how in scores_and_origins]}
    )
    if study.test in trials and trials.loc[~diverged, study.test].notna().any():
        costed[study.test] = trials[study.test].astype(float).mask(diverged, costs)
    return costed


def without_costs(trials: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The same trials as they ended: a diverged one has no score."""
    columns = [name for name in (study.validation, study.test) if name in trials]
    diverged = trials["status"].eq("diverged")
    return trials.assign(**{name: trials[name].mask(diverged) for name in columns}).drop(
        columns=COLUMN, errors="ignore"
    )


def _finite(score: float | None) -> TypeGuard[float]:
    return score is not None and math.isfinite(score)

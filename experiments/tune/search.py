"""A search: an oracle proposes cells of a study, some at a time, and is told the mean score over seeds of each."""

from collections.abc import Iterable
from dataclasses import replace

from experiments.analysis.failure_cost import ended_rows, scores_with_costs
from experiments.errors import RequestError, unknown
from experiments.study.columns import TrialRow
from experiments.study.open_level import inner_factors
from experiments.study.origin import SearchOrigin
from experiments.study.study import Study
from experiments.study.types import OwnPart, PlainTable, Settings
from experiments.tune.space import settings, space

TUNERS = ("random", "grid", "bayesian", "hyperband")
BAYESIAN_TOGETHER = 8  # trials asked for at once of an oracle that learns from scores: more at once learn from fewer
_ALL = 100_000


class Search:
    """A search over a study's factors, that goes on from whatever rows there are.

    tuner: one of "random", "grid", "bayesian", "hyperband". max_trials: how many cells; Hyperband and the grid
    decide themselves where it is None. objective: a column of rows, `validation_<metric>`. together: how many cells
    are asked for at once, by default 8 of "bayesian" and all of the others.

    What is proposed depends on the study, the search's own arguments and the scores alone. So nothing of it is kept
    but the rows: started again, it proposes the same cells, and is told the scores that are there.

    Raises RequestError where an argument does not fit.
    """

    def __init__(
        self,
        study: Study,
        tuner: str,
        *,
        max_trials: int | None = None,
        objective: str | None = None,
        seed: int = 0,
        together: int | None = None,
    ) -> None:
        if tuner not in TUNERS:
            raise RequestError(unknown("--tuner", tuner, TUNERS))
        metric = _metric(study, objective)
        _check(study, tuner)
        metrics = (metric, *(other for other in study.metrics if other != metric))
        self._together = min(together or (BAYESIAN_TOGETHER if tuner == "bayesian" else _ALL), _ALL)
        self._origin = SearchOrigin(tuner, seed, f"validation_{metric}", study.factors, self._together)
        self._study = replace(
            study,
            name=f"{study.name}-tune-{tuner}",
            design="random",
            metrics=metrics,
            origin=self._origin,
            proposed=[],
            looks=(),
            extend_rates=0,
            fresh_seeds=0,
        )
        self._seed = seed
        self._options = {"max_epochs": study.base["epochs"]} if tuner == "hyperband" else {"max_trials": max_trials}
        self._oracle: OwnPart = None  # made when it is first needed, for it imports Keras
        self._waiting: list[tuple[OwnPart, str]] = []  # trials of the oracle, and the cell of each
        self._most = max_trials if tuner == "hyperband" else None

    @property
    def study(self) -> Study:
        """The study with the cells that were proposed so far."""
        return self._study

    def next(self, rows: Iterable[TrialRow]) -> Study | None:
        """The study with the cells that the oracle proposes once it knows these rows; None where it is at its end."""
        from experiments.tune.oracles import ask, tell

        self._oracle = self._oracle or self._make_oracle()
        scores = self._scores(rows)
        for trial, cell in self._waiting:
            tell(self._oracle, trial, scores.get(cell))
        self._waiting = []
        left = self._together if self._most is None else min(self._together, self._most - len(self._oracle.trials))
        proposed = ask(self._oracle, left)
        if not proposed:
            return None
        cells = [self._cell(trial.hyperparameters.values) for trial in proposed]
        known = list(self._study.proposed or [])
        self._study = replace(self._study, proposed=known + [cell for cell in _distinct(cells) if cell not in known])
        self._waiting = [
            (proposal, self._study.trial(cell, 0).cell) for proposal, cell in zip(proposed, cells, strict=True)
        ]
        return self._study

    def _make_oracle(self) -> OwnPart:
        from experiments.tune.oracles import make_oracle

        origin = self._origin
        return make_oracle(
            origin.tuner, space(self._study), origin.objective, self._study.direction, self._seed, **self._options
        )

    def _cell(self, values: Settings) -> PlainTable:
        cell = settings(self._study, values)
        return cell | {"epochs": values["tuner/epochs"]} if "tuner/epochs" in values else cell

    def _scores(self, rows: Iterable[TrialRow]) -> dict[str, float]:
        """The mean score of every cell that has one on all seeds of the search, failures at their cost.

        What a failure costs is taken from its own row or from the study, so that no other row changes what was told.
        """
        study, seeds = self._study, set(self._study.seeds)
        objective = self._origin.objective
        found: dict[str, list[float]] = {}
        for row in rows:
            if row["seed"] not in seeds:
                continue
            ((score, _),) = scores_with_costs(ended_rows([row], objective, ()), study.direction, study.failure_score)
            if score is not None:
                found.setdefault(row["cell"], []).append(score)
        return {cell: sum(some) / len(some) for cell, some in found.items() if len(some) == len(seeds)}


def _metric(study: Study, objective: str | None) -> str:
    """The metric of an objective, by its column's name or as Keras calls it."""
    if objective is None:
        return study.primary
    columns = {f"validation_{metric}": metric for metric in study.metrics}
    keras_names = {f"val_{metric}": metric for metric in study.metrics}
    if objective not in columns | keras_names:
        raise RequestError(unknown("--objective", objective, columns))
    return (columns | keras_names)[objective]


def _check(study: Study, tuner: str) -> None:
    if study.design == "leave-one-out":
        raise RequestError("tune: the design is leave-one-out, which has nothing to search; give a grid or random one")
    ranges = [name for name, levels in study.factors.items() if not isinstance(levels, list)]
    if tuner == "grid" and (ranges := [*ranges, *inner_factors(study.factors)]):
        raise RequestError(f"--tuner grid: {ranges[0]} is a range, which has no grid; give a list of levels")
    if tuner == "hyperband" and "epochs" in study.factors:
        raise RequestError("--tuner hyperband: epochs is a factor of this study, but Hyperband sets the epochs itself")
    if tuner == "hyperband" and study.base["schedule"]["name"] != "constant":
        raise RequestError("--tuner hyperband: the schedule spans the whole training, which Hyperband cuts short")


def _distinct(cells: list[PlainTable]) -> list[PlainTable]:
    found: list[PlainTable] = []
    for cell in cells:
        if cell not in found:
            found.append(cell)
    return found

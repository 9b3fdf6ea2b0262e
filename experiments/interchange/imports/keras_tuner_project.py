"""A keras-tuner project, of its own tuners or of our `FusedTuner`, as results: its trials are rows."""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from experiments.errors import RequestError
from experiments.interchange.imports.failure_score import failure_score_of
from experiments.interchange.imports.imported import Imported
from experiments.interchange.imports.keras_tuner_files import Project, State, Trial, read_project
from experiments.interchange.imports.keras_tuner_metrics import best_value, metric_names, objective_of
from experiments.interchange.imports.keras_tuner_space import (
    EPOCHS,
    OF_TUNER,
    SEED,
    columns_of,
    factors_of,
    seeds_of,
    space_of,
)
from experiments.interchange.imports.smallest_effect import choose_smallest_effect
from experiments.study.columns import LOSSES, STATUSES, EpochRow, TrialRow, trial_columns
from experiments.study.trial import digest
from experiments.study.types import Factors, PlainTable, Settings

KIND = "keras-tuner project"
_ENDED = ("COMPLETED", "INVALID", "FAILED")
_AVERAGED = (
    "keras-tuner kept one score of {which}: the mean over its executions, each at its best epoch rather than its last. "
    "So scores are too good, and no interval is possible."
)
_OF_TRIALS = (
    "A trial is one configuration, as keras-tuner trained it. Its project does not say with which seeds, nor what each "
    "execution scored: every trial has the seed 0 here, and no two share their draws. Scores are those of the best "
    "epoch."
)
_OF_EXECUTIONS = (
    "A trial is one configuration trained with one seed, an execution of FusedTuner’s. A seed draws the initial "
    "weights, the order of the batches and dropout. All configurations share a seed’s draws, so they are compared seed "
    "by seed. Scores are those of each execution’s best epoch by the objective, which is a little too good."
)


def keras_tuner_project(
    place: Path,
    objective: str | None = None,
    smallest_effect: float | None = None,
    failure_score: float | None = None,
) -> Imported:
    """The trials in a project's folder.

    objective: the metric that was searched for, as keras-tuner calls it, where the scores don't show it.
    smallest_effect: the smallest difference in it that matters, by default by its name. failure_score: what a
    diverged trial scores, by default the worst score there is.

    A trial that has not ended has no row; one that ended without a finite score is diverged, unless it has an error.
    With `executions.csv` of a `FusedTuner` every execution is a row of its own, else every trial is.

    Raises RequestError where the folder is no project, nothing in it has ended, or the objective is not clear; and
    where trials have several executions, whose differences are judged, and no name says which of these matter.
    """
    try:
        project = read_project(place)
    except OSError as error:
        raise RequestError(f"{error.filename or place}: can't be read: {error.strerror or error}") from None
    ended = [trial for trial in project.trials if trial.status in _ENDED]
    if not ended:
        count = len(project.trials)
        raise RequestError(f"{place}: none of its {count} trials has ended yet; ask again once one has")
    reading = _Reading(project, ended, objective)
    rows, history = reading.rows()
    executed = {execution["trial"] for execution in project.executions} & {trial.trial_id for trial in ended}
    effect: float | None = None
    effect_said: list[str] = []
    if smallest_effect is not None or len(rows) > len({row["cell"] for row in rows}):
        scores = [row.get(reading.scores[0], math.nan) for row in rows]
        primary = next(iter(reading.metrics.values()))
        effect, effect_said = choose_smallest_effect(reading.objective, primary, scores, smallest_effect)
    return Imported(
        kind=KIND,
        place=place,
        question=f"What did the keras-tuner search “{place.resolve().name}” find?",
        task=f"{KIND} {place.resolve().name}",
        model="its build(hp)",
        factors=reading.factors,
        settings=reading.settings,
        metrics=list(reading.metrics.values()),
        direction=reading.direction,
        rows=rows,
        history=history,
        tuner=_tuner(project, reading.space_values),
        smallest_effect=effect,
        failure_score=failure_score_of(reading.objective, next(iter(reading.metrics.values())), failure_score),
        started=_start_time(project.state),
        ended=datetime.fromtimestamp(project.written, UTC).isoformat(timespec="seconds"),
        caveats=_caveats(len(ended), len(executed), reading),
        notes=[*project.notes, *_in_flight(project), *effect_said],
        method=_OF_EXECUTIONS if len(executed) == len(ended) else _OF_TRIALS,
    )


@dataclass
class _Reading:
    """Rows of a project's ended trials, and what they are rows of."""

    project: Project
    ended: list[Trial]
    wanted: str | None
    factors: Factors = field(init=False)
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        found = objective_of(self.ended, self.wanted, self.project.place)
        self.objective, self.direction = found or ("val_loss", "min")
        names = (name for trial in self.ended for name in trial.metrics.metrics)
        self.metrics = metric_names(names, self.objective)
        self.scores = [f"validation_{name}" for name in self.metrics.values()]
        self.space_values = [trial.hyperparameters.values for trial in self.ended]
        by_name = factors_of(space_of(self.project), self.space_values)
        self.seeded = seeds_of(by_name)
        if self.seeded:
            del by_name[SEED]
        epochs = sorted({values[EPOCHS] for values in self.space_values if isinstance(values.get(EPOCHS), int)})
        taken = [*trial_columns([], self.metrics.values()), *(["epochs"] if epochs else [])]
        self.columns = columns_of(by_name, taken)
        self.factors = {self.columns[name]: levels for name, levels in by_name.items()}
        self.factors |= {"epochs": epochs} if len(epochs) > 1 else {}
        self.settings = {"epochs": epochs[0]} if len(epochs) == 1 else {}

    def rows(self) -> tuple[list[TrialRow], list[EpochRow]]:
        """Rows and history: one row per execution where these are known, else one per trial. A cell has a seed once."""
        of_trial: dict[str, list[dict[str, str]]] = {}
        for execution in self.project.executions:
            of_trial.setdefault(execution["trial"], []).append(execution)
        entries: dict[tuple[str, str], list[PlainTable]] = {}
        for entry in self.project.history:
            entries.setdefault((entry["trial"], entry["seed"]), []).append(_numbers(entry))
        rows: list[TrialRow] = []
        history: list[EpochRow] = []
        taken: set[tuple[str, int]] = set()
        for trial in self.ended:
            own = of_trial.get(trial.trial_id, [])
            outcomes = [self._outcome_of_execution(execution) for execution in own] or [self._outcome_of_trial(trial)]
            for outcome, first in zip(outcomes, self._seeds(trial, own), strict=True):
                seed, row = first, self._identity(trial) | outcome
                kept = entries.get((trial.trial_id, str(seed)), []) if own else self._epochs(trial)
                while (row["cell"], seed) in taken:  # the same values once more
                    seed += 1
                taken.add((row["cell"], seed))
                name = f"{trial.trial_id}-{seed}" if own else trial.trial_id
                rows.append(row | {"trial": name, "seed": seed})
                history += [entry | {"trial": name} for entry in kept]
        return rows, history

    def _seeds(self, trial: Trial, executions: list[dict[str, str]]) -> list[int]:
        seed = trial.hyperparameters.values.get(SEED, 0) if self.seeded else 0
        if len(executions) < 2:
            return [int(executions[0]["seed"]) if executions else seed]
        seeds = [int(execution["seed"]) for execution in executions]
        first = seed * len(executions)
        # a hyper-parameter `seed` hides the executions' own, which go on from it
        return seeds if len(set(seeds)) == len(seeds) else list(range(first, first + len(seeds)))

    def _identity(self, trial: Trial) -> PlainTable:
        values = trial.hyperparameters.values
        levels = {self.columns[name]: level for name, level in values.items() if name in self.columns}
        levels |= {"epochs": values[EPOCHS]} if EPOCHS in values else {}
        return {"cell": digest(levels), **levels}

    def _outcome_of_trial(self, trial: Trial) -> PlainTable:
        """The outcome of a trial from its own file."""
        metrics = trial.metrics.metrics
        values = {f"validation_{ours}": self._value(trial, name) for name, ours in self.metrics.items()}
        if "loss" in metrics:
            values["train_loss"] = self._value(trial, "loss")
        if self.objective in metrics and trial.score is not None:
            values[f"validation_{self.metrics[self.objective]}"] = trial.score
        outcome: PlainTable = {"engine": "keras-tuner"}
        known = {name: value for name, value in values.items() if value is not None}
        decisive = [known.get(name) for name in (*LOSSES, self.scores[0])]
        finite = all(math.isfinite(value) for value in decisive if value is not None)
        if trial.status == "COMPLETED" and finite and known.get(self.scores[0]) is not None:
            return outcome | {"status": "ok"} | {name: value for name, value in known.items() if math.isfinite(value)}
        error = _error(trial.message or "")
        if trial.status == "COMPLETED" or not finite or error == "diverged" or (not error and known):
            return outcome | {"status": "diverged"}
        return outcome | {"status": "failed", "error": error or "keras-tuner kept no message"}

    def _value(self, trial: Trial, name: str) -> float | None:
        """A metric at the trial's best step; its best value where it was not seen then."""
        metric = trial.metrics.metrics.get(name)
        if metric is None or not metric.observations:
            return None
        at_best = [observation.mean for observation in metric.observations if observation.step == trial.best_step]
        return at_best[0] if at_best else best_value(metric)

    def _epochs(self, trial: Trial) -> list[PlainTable]:
        """Entries of the history, where a trial's metrics were seen at several steps."""
        names = {name: f"validation_{ours}" for name, ours in self.metrics.items()} | {"loss": "train_loss"}
        rows: dict[int, PlainTable] = {}
        for name, metric in trial.metrics.metrics.items():
            for observation in metric.observations:
                if name in names:
                    rows.setdefault(observation.step, {"epoch": observation.step + 1})[names[name]] = observation.mean
        return [rows[step] for step in sorted(rows)] if len(rows) > 1 else []

    def _outcome_of_execution(self, execution: dict[str, str]) -> PlainTable:
        """The outcome of an execution from its row."""
        numbers = _numbers(
            {name: execution.get(name, "") for name in (*LOSSES, *self.scores, "parameters", "epochs_run", "seconds")}
        )
        status = execution.get("status", "")
        if status == "ok" and not math.isfinite(numbers.get(self.scores[0], math.nan)):
            status = "diverged"
        outcome = {"status": status if status in STATUSES else "failed", "engine": execution.get("engine", "")}
        return outcome | numbers | ({"error": execution["error"]} if execution.get("error") else {})


def _error(message: str) -> str:
    """The line of a message that says what was raised: the first behind the traceback, else the last one.

    >>> _error('Traceback:\\n  File "a.py", line 1, in f\\n    g()\\nValueError: no such place\\nat all')
    'ValueError: no such place'
    """
    lines = [line for line in message.splitlines() if line.strip()]
    frames = [place for place, line in enumerate(lines) if line.startswith('  File "')]
    behind = [line for line in lines[frames[-1] :] if not line.startswith(" ")] if frames else lines[-1:]
    return behind[0].strip() if behind else ""


def _numbers(row: dict[str, str]) -> PlainTable:
    """The fields that are numbers, whole ones as such."""
    values: Settings = {}
    for name, text in row.items():
        try:
            value = float(text)
        except (TypeError, ValueError):
            continue
        values[name] = int(value) if text.isdecimal() else value
    return values


def _tuner(project: Project, values: list[PlainTable]) -> str:
    """Which tuner searched, as far as its state shows; one that has drawn no random number counts as a grid."""
    state = project.state
    if any(OF_TUNER + "bracket" in some for some in values) or (state and state.brackets is not None):
        return "hyperband"
    if state is None or not values or not any(values):
        return "keras-tuner"
    if "num_initial_points" in state.model_fields_set:
        return "bayesian"
    if state.seed is None or state.seed_state is None:
        return "keras-tuner"
    return "grid" if state.seed == state.seed_state else "random"


def _start_time(state: State | None) -> str | None:
    """When the search started, in the local time of its machine; None where it was not shown."""
    start = state.display.get("search_start") if state else None
    return start if isinstance(start, str) else None


def _caveats(ended: int, executed: int, reading: _Reading) -> list[str]:
    notes = []
    if executed < ended:
        which = "a trial" if not executed else f"{ended - executed} of {ended} trials"
        notes.append(_AVERAGED.format(which=which))
    if reading.metrics[reading.objective].startswith("training_"):
        notes.append(f"The search’s objective, {reading.objective}, was measured on the training data.")
    renamed = {name: column for name, column in reading.columns.items() if name != column}
    notes += [f"The hyper-parameter {name} is {column} here." for name, column in renamed.items()]
    return notes


def _in_flight(project: Project) -> list[str]:
    states = Counter(trial.status.lower() for trial in project.trials if trial.status not in _ENDED)
    if not states:
        return []
    names = ", ".join(trial.trial_id for trial in project.trials if trial.status not in _ENDED)
    total = sum(states.values())
    had = "1 trial had" if total == 1 else f"{total} trials had"
    return [f"{had} not ended when the project was read, and {'has' if total == 1 else 'have'} no row: {names}."]

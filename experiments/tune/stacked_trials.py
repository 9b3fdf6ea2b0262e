"""Trials of a tuner trained as stacks: planned, trained, and kept as keras-tuner keeps them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from experiments.errors import said
from experiments.store.chunk import Chunk
from experiments.study.trial import Trial
from experiments.study.types import PlainTable
from experiments.tasks import Data
from experiments.train.fused.plan import plan
from experiments.train.fused.saved_state import Progress
from experiments.train.fused.trainer import Trainer
from experiments.tune.compiled_model import Compiled
from experiments.tune.executions import Execution, to_logs
from experiments.tune.fit_arguments import FitArguments
from experiments.tune.stackable_cells import INITIAL_EPOCH, BuiltCells, Kind

if TYPE_CHECKING:
    from keras_tuner.engine.trial import Trial as KerasTrial

    from experiments.tune.fused_tuner import FusedTuner

_PAST = "tuner/trial_id"  # of Hyperband: the trial that one goes on from
_FACTS = ("parameters", "engine", "seconds")


@dataclass
class _Best:
    """The best execution of a trial so far: its score, and the weights that count."""

    score: float
    trial: Trial
    weights: list[np.ndarray]


class StackedTrials:
    """What a tuner's trials are trained with, many at a time.

    tuner: whose trials they are. found: what its search was given. data, form: the examples, and the form of the first
    model. kind: what chooses the epoch that counts. check: compares a model with its form on a few examples.
    """

    def __init__(
        self,
        tuner: "FusedTuner",
        found: FitArguments,
        data: Data,
        form: Compiled,
        kind: Kind,
        check: Callable[[keras.Model, Compiled], None],
    ) -> None:
        self._tuner, self._given, self._data, self._form = tuner, found, data, form
        self._kind, self._check = kind, check
        self._executions: dict[str, list[Execution]] = {}
        self._best: dict[str, _Best] = {}
        self._cells: BuiltCells

    def train(self, new: list["KerasTrial"], models: dict[tuple[str, int], keras.Model]) -> dict[str, str]:
        """Train trials to their end; why not, of those that can't be stacked, by id.

        models: those that are built already, by trial and seed.
        """
        self._cells = BuiltCells(
            self._tuner.build_values, self._data, self._form, self._kind, models, self._check,
            self._tuner.max_model_size,
        )  # fmt: skip
        by_id = {trial.trial_id: trial for trial in new}
        before = {trial.trial_id: self._before(trial) for trial in new}
        trials = {trial.trial_id: self._of(trial, before[trial.trial_id]) for trial in new}
        refused = {
            name: "the trial that it goes on from was not trained in a stack"
            for name, trial in by_id.items()
            if _PAST in trial.hyperparameters.values and not before[name]
        }
        everything = [execution for name, own in trials.items() for execution in own if name not in refused]
        chunks, of_cells = plan(self._cells.study, everything, self._cells)
        by_place = {(execution.cell, execution.seed): execution for execution in everything}
        for chunk in chunks:
            try:
                self._train_chunk(chunk, by_place, by_id, before)
            except Exception as error:
                of_cells |= dict.fromkeys(chunk.cells, f"its stack could not be trained: {said(error)[:200]}")
        refused |= {name: of_cells[own[0].cell] for name, own in trials.items() if own[0].cell in of_cells}
        for name in refused:
            self._executions.pop(name, None)
            self._best.pop(name, None)
        return refused

    def take(self, trial: "KerasTrial") -> list[Execution]:
        """What a trial's executions came to; the best epoch's weights are saved."""
        name = trial.trial_id
        if best := self._best.pop(name, None):
            self._cells.model(best.trial, best.weights).save_weights(self._tuner.weights_file(name))
            config = {"input_shape": (None, *self._data.x.shape[1:])}
            self._tuner.shapes_file(name).write_text(json.dumps(config))
        return sorted(self._executions.pop(name), key=lambda execution: execution.seed)

    def forget(self) -> None:
        """Leave nothing of what later rounds of Hyperband go on from."""
        for kept in Path(self._tuner.project_dir).glob("trial_*/progress-*.npz"):
            kept.unlink()

    def _of(self, trial: "KerasTrial", before: list[Progress]) -> list[Trial]:
        values = trial.hyperparameters.values
        settings = {
            "values": values,
            "batch_size": self._given.batch_size,
            "epochs": values.get("tuner/epochs", self._given.epochs),
            INITIAL_EPOCH: before[0].epoch if before else 0,
            "patience": 0,
            "schedule": {"name": "constant"},
            "keep_epoch": "best",
        }
        return [Trial({"trial": trial.trial_id}, settings, seed) for seed in self._tuner.seeds(trial)]

    def _train_chunk(
        self,
        chunk: Chunk,
        by_place: dict[tuple[str, int], Trial],
        by_id: PlainTable,
        before: dict[str, list[Progress]],
    ) -> None:
        of_pair = {pair: by_id[by_place[pair].parts["trial"]] for pair in chunk.trials}
        start = {
            (cell, seed): before[trial.trial_id][self._tuner.seeds(trial).index(seed)]
            for (cell, seed), trial in of_pair.items()
            if before[trial.trial_id]
        }
        data = [self._data] * len(chunk.seeds)
        trainer = Trainer(chunk, by_place, self._cells, data, start)
        outcomes = {outcome.trial: outcome for outcome in trainer.run()}
        for pair, trial in of_pair.items():
            outcome, first = outcomes[by_place[pair].id], start[pair].epoch if pair in start else 0
            logs = [to_logs(entry, self._form.metrics) for entry in outcome.history]
            facts = {name: outcome.row[name] for name in _FACTS}
            execution = Execution(pair[1], logs, first, facts)
            self._executions.setdefault(trial.trial_id, []).append(execution)
            self._keep(trial.trial_id, by_place[pair], execution, lambda pair=pair: trainer.weights(*pair))
            if "tuner/epochs" in trial.hyperparameters.values:  # a later round may go on from here
                trainer.progress(*pair).save(self._progress_place(trial.trial_id, pair[1]))

    def _keep(self, name: str, trial: Trial, execution: Execution, weights: Callable[[], list[np.ndarray]]) -> None:
        """Keep the weights of the best execution."""
        objective = self._tuner.oracle.objective
        if not execution.own:
            return
        score = objective.get_value(execution.own[execution.best(objective)])
        if name not in self._best or objective.better_than(score, self._best[name].score):
            self._best[name] = _Best(score, trial, weights())

    def _before(self, trial: "KerasTrial") -> list[Progress]:
        """What each execution of a trial of a later round of Hyperband goes on from; nothing where it isn't there."""
        past = trial.hyperparameters.values.get(_PAST)
        found = [Progress.load(self._progress_place(past, seed)) for seed in self._tuner.seeds(trial)] if past else []
        return [cells for cells in found if cells] if all(found) else []

    def _progress_place(self, trial_id: str, seed: int) -> Path:
        return Path(self._tuner.get_trial_dir(trial_id), f"progress-{seed}.npz")

"""The recipe of Rosenblatt's perceptron: the learning rule, until every training example is right."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import keras
import numpy as np

from custom.models import PerceptronClassifier
from experiments.errors import RequestError
from experiments.models.build import build
from experiments.recipes.batches import Batches, examples
from experiments.recipes.recipe import Recipe
from experiments.recipes.supervised.constant import constant_score
from experiments.study import catalog
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import Data, Task

_BATCH = 1000  # the rule goes over one example after another, however many are handed to it at once


class PerceptronRule(Recipe):
    """Learns two classes by the rule w ← w + η(y − ŷ)x, one example after another, until none is wrong (S3).

    Metrics: `accuracy`; `converged`, 1 where the last epoch was without a mistake; `total_mistakes`, of all epochs,
    which on separable data are at most (R/γ)². The last two are of the whole training, so they are the same for
    validation and test. The loss is the number of mistakes: in training those of the epoch.

    >>> from experiments.tasks.gates import and_gate
    >>> PerceptronRule().learned(and_gate()).metrics
    ('accuracy', 'converged', 'total_mistakes')
    """

    def learned(self, task: Task) -> Task:
        """The same task with the perceptron's own metrics."""
        facts = catalog.RECIPES["perceptron"]
        if task.head not in facts.takes:
            raise RequestError(f"the perceptron learns two classes, the task has a {task.head} head")
        known = all(catalog.METRICS[name].heads.count(facts.head) for name in task.metrics if name in catalog.METRICS)
        return replace(task, head=facts.head, metrics=task.metrics if known else facts.metrics)

    def ready(self, study: Study, trial: Trial, task: Task, data: Data) -> "PerceptronTrainable":
        """A perceptron before its first example."""
        return PerceptronTrainable(study, trial, task, data)

    def constant_score(self, task: Task, data: Data) -> float | None:
        """The share of the more frequent class; None where accuracy does not rank."""
        ranks = task.metrics[0] == "accuracy"
        return constant_score(replace(task, head="sigmoid", metrics=("accuracy",)), data) if ranks else None


class _Tally(keras.callbacks.Callback):
    """Counts mistakes, and stops after the first epoch without one."""

    def __init__(self) -> None:
        super().__init__()
        self.total, self.last = 0.0, np.inf

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Count."""
        self.last = float((logs or {})["mistakes"])
        self.total += self.last
        if self.model is not None:
            self.model.stop_training = self.last == 0


class _Learner(PerceptronClassifier):
    """A perceptron whose mistakes are counted by the recipe, which says in a row what `fit` would warn of."""

    tally: _Tally

    # pyrefly: ignore[bad-override] - the trainer hands over batches and callbacks by name
    def fit(
        self, *given: object, callbacks: Sequence[keras.callbacks.Callback] = (), **options: object
    ) -> keras.callbacks.History:
        """As `keras.Model.fit`; mistakes are counted before any other callback is called."""
        return keras.Model.fit(self, *given, callbacks=[self.tally, *callbacks], **options)


class PerceptronTrainable:
    """One trial's perceptron."""

    def __init__(self, study: Study, trial: Trial, task: Task, data: Data) -> None:
        self._task, self._data = task, data
        built = build(study, trial, task)
        if not isinstance(built, PerceptronClassifier):
            kind = type(built).__name__
            raise RequestError(f"the recipe perceptron trains a custom.models.PerceptronClassifier, got a {kind}")
        self._built = built
        self.model = _Learner(learning_rate=trial.settings["learning_rate"], name="perceptron_classifier")
        self.model.tally = self._tally = _Tally()
        self.model.build((None, *task.input_shape))
        _copy(built, self.model)
        self.parameters: int = sum(int(np.prod(weight.shape)) for weight in self.model.trainable_weights)
        self._batches = Batches(data, trial.seed, _BATCH)

    def training_loss(self, logs: Mapping[str, float]) -> float:
        """The mistakes of the epoch."""
        return logs["mistakes"]

    def batches(self) -> Batches:
        """The training batches."""
        return self._batches

    def evaluate(self, index: np.ndarray) -> dict[str, float]:
        """The number of mistakes, and every metric."""
        found, right = self.test(index)
        return {"loss": float(len(right) - right.sum())} | found

    def test(self, index: np.ndarray) -> tuple[dict[str, float], np.ndarray]:
        """Every metric, and which examples came out right."""
        x, y = examples(self._data, index)
        right = np.asarray(self.model.predict_on_batch(x))[:, 0] == y
        found = {
            "accuracy": float(np.mean(right)),
            "converged": float(self._tally.last == 0),
            "total_mistakes": self._tally.total,
        }
        return {name: found[name] for name in self._task.metrics}, right

    def measure(self) -> dict[str, float]:
        """Nothing: a perceptron has no hidden layer."""
        return {}

    def finished(self) -> keras.Model:
        """The perceptron as `custom` has it."""
        _copy(self.model, self._built)
        return self._built


def _copy(source: PerceptronClassifier, target: PerceptronClassifier) -> None:
    """Weights, and which of them are learned."""
    for name in ("kernel", "bias"):
        getattr(target.perceptron, name).assign(getattr(source.perceptron, name))
        getattr(target.perceptron, name).trainable = getattr(source.perceptron, name).trainable

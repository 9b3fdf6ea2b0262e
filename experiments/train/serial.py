"""The serial trainer: one `keras.Model.fit` a trial, every random draw from the trial's seed."""

import math
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from experiments.errors import RequestError
from experiments.models import parts
from experiments.models.build import build
from experiments.models.schedules import learning_rate
from experiments.recipes.supervised.constant import told_constant
from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.metrics import correct, task_scores
from experiments.recipes.supervised.objective import objective
from experiments.recipes.supervised.overrides import compile_as_asked
from experiments.store.journal import Answers, Outcome
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import Data, Task
from experiments.tasks.digest import digest_of_test_set
from experiments.train.early_stopping import exhausted
from experiments.train.kept_epoch import best_epoch
from experiments.train.telemetry import Probe, probe

CHUNK = 10_000  # examples evaluated in one call


class Batches(keras.utils.PyDataset):
    """Training batches of a trial: in epoch e (from 0) the order is `default_rng([seed, e]).permutation(n)`.

    (x, y), and as a third the examples' weights where the data have any.
    """

    def __init__(self, data: Data, seed: int, batch_size: int) -> None:
        super().__init__()
        self._data, self._seed, self._size = data, seed, batch_size
        self.start(0)

    def start(self, epoch: int) -> None:
        """Take an epoch's order. (Keras calls `on_epoch_end` once more than there are epochs.)"""
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._data.train))
        self._order = self._data.train[order]

    def __len__(self) -> int:
        return math.ceil(len(self._data.train) / self._size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        batch = self._order[index * self._size : (index + 1) * self._size]
        weights = self._data.weights
        return (*examples(self._data, batch), *(() if weights is None else (weights[batch],)))


def examples(data: Data, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Examples as a model sees them: x in Keras' float type (float32) and scaled, y as it is."""
    floating = np.dtype(keras.config.floatx())
    x = data.x[index].astype(floating)
    return (x * floating.type(data.scale) if data.scale != 1 else x), data.y[index]


Measure = Callable[[], dict[str, float]]


class _Watch(keras.callbacks.Callback):
    """Shuffles before every epoch, validates after it, stops a trial that is no longer finite, or out of patience.

    keep: the score and its direction whose best epoch counts; None for the last epoch.
    """

    def __init__(
        self,
        head: Head,
        batches: Batches,
        data: Data,
        task: Task,
        patience: int,
        measure: Measure,
        keep: tuple[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._head, self._batches, self._data, self._task = head, batches, data, task
        self._patience, self._measure, self._keep = patience, measure, keep
        self._weights: list[np.ndarray] = []  # of the epoch that counts, where it is the best one
        self.history: list[dict[str, Any]] = []
        self.diverged = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Shuffle."""
        self._batches.start(epoch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the epoch, or stop."""
        train_loss = float((logs or {})["loss"])
        entry = {"epoch": epoch + 1, "train_loss": train_loss}
        finite = np.isfinite(train_loss) and all(np.isfinite(w).all() for w in self.model.get_weights())
        if finite:
            entry |= evaluate(self._head, self._data, self._data.validation, self._task)
            finite = _finite(entry)
        if finite:
            entry |= self._measure()
            self.history.append(entry)
            if self._keep and self.counted is entry:
                self._weights = self.model.get_weights()
            losses = [one["validation_loss"] for one in self.history]
            self.model.stop_training = exhausted(losses, self._patience)
        else:
            self.diverged = self.model.stop_training = True

    @property
    def counted(self) -> dict[str, Any]:
        """The entry of the epoch that counts."""
        if not self._keep:
            return self.history[-1]
        score, direction = self._keep
        return self.history[best_epoch([one[score] for one in self.history], direction)]

    def restore(self) -> None:
        """Give the model the weights of the epoch that counts."""
        if self._weights:
            self.model.set_weights(self._weights)


def evaluate(head: Head, data: Data, index: np.ndarray, task: Task) -> dict[str, Any]:
    """The validation loss (penalties included) and every metric, of a head whose `raw` is compiled."""
    model = head.raw
    losses, sizes, raw = [], [], []
    for start in range(0, len(index), CHUNK):
        x, y = examples(data, index[start : start + CHUNK])
        losses.append(float(model.test_on_batch(x, y, return_dict=True)["loss"]))
        sizes.append(len(y))
        raw.append(head.scores(model.predict_on_batch(x)))
    found = task_scores(task, data.y[index], np.concatenate(raw))
    return {"validation_loss": float(np.average(losses, weights=sizes))} | {
        f"validation_{name}": value for name, value in found.items()
    }


def train(
    study: Study, trial: Trial, task: Task, data: Data, note: Callable[[int], None] = lambda epoch: None
) -> tuple[Outcome, keras.Model]:
    """A trial's outcome, and its model with the weights of the epoch that counts, giving probabilities.

    `note` hears of every epoch that is done.
    """
    start = time.perf_counter()
    model = build(study, trial, task)
    head = Head(model, task.head, task.outputs)
    settings = trial.settings
    raw = head.raw
    head.check(examples(data, data.validation[:100])[0])
    batches = Batches(data, trial.seed, settings["batch_size"])
    rate = learning_rate(trial, settings["epochs"] * len(batches), study.folder)
    loss = objective(settings["loss"], task.head, task.outputs, study.folder, head.ends == "probabilities")
    compile_as_asked(raw, parts.optimizer(settings["optimizer"], rate, study.folder), loss, len(batches))
    measure = Probe(raw, *examples(data, probe(data))).measure if study.telemetry else dict
    keep = (f"validation_{study.primary}", study.direction) if settings.get("keep_epoch") == "best" else None
    watch = _Watch(head, batches, data, task, settings["patience"], measure, keep)
    # shuffle would reorder the batches, by Python's global random state
    told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: note(epoch + 1))
    raw.fit(batches, epochs=settings["epochs"], shuffle=False, verbose=0, callbacks=[watch, told])
    if not (watch.history or watch.diverged):
        kind = type(raw).__name__
        raise RequestError(f"the class {kind} overrides fit, and it does not call the callbacks given to it")
    watch.restore()
    tested, right = ({}, None) if watch.diverged else _test(head, data, task)
    diverged = watch.diverged or not _finite(tested)
    row: dict[str, Any] = {
        "status": "diverged" if diverged else "ok",
        "parameters": model.count_params(),
        "epochs_run": len(watch.history),
        "engine": "serial",
    }
    if not diverged:
        row |= {key: value for key, value in watch.counted.items() if key != "epoch"}
        row |= tested
    row |= told_constant(task, data)
    row["seconds"] = round(time.perf_counter() - start, 3)
    kept = None if diverged or right is None else answers(digest_of_test_set(data), right)
    return Outcome(trial.id, row, watch.history, kept), head.probabilities()


def answers(test_set: str, right: np.ndarray) -> Answers:
    """Which test examples came out right, as the journal keeps it. right: `[examples]`, true or false."""
    return Answers(test_set, len(right), np.packbits(right.astype(bool)).tobytes())


def _test(head: Head, data: Data, task: Task) -> tuple[dict[str, float], np.ndarray | None]:
    """Every metric, and which examples came out right where accuracy is one."""
    chunks = [data.test[start : start + CHUNK] for start in range(0, len(data.test), CHUNK)]
    raw = [head.scores(head.raw.predict_on_batch(examples(data, chunk)[0])) for chunk in chunks]
    y, z = data.y[data.test], np.concatenate(raw)
    found = {f"test_{name}": value for name, value in task_scores(task, y, z).items()}
    return found, correct(y, z) if "accuracy" in task.metrics else None


def _finite(values: dict[str, Any]) -> bool:
    return bool(np.isfinite(list(values.values())).all())

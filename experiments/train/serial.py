"""The serial trainer: one `keras.Model.fit` per trial, every random draw from the trial's seed."""

import time
from collections.abc import Callable

import keras
import numpy as np

from experiments.errors import RequestError
from experiments.recipes.recipe import Trainable, recipe_of
from experiments.store.journal import Outcome, RightAnswers
from experiments.study.columns import CONSTANT, EpochRow, TrialRow
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.study.types import PlainTable
from experiments.tasks import Data, Task
from experiments.tasks.digest import digest_of_test_set
from experiments.train.epochs import best_epoch, is_exhausted


class _Watch(keras.callbacks.Callback):
    """Shuffles before every epoch, validates after it, stops a trial that is no longer finite, or out of patience.

    keep: the score and its direction whose best epoch counts; None for the last epoch. measured: whether figures of
    the layers are taken.
    """

    def __init__(
        self,
        ready: Trainable,
        validation: np.ndarray,
        patience: int,
        *,
        measured: bool,
        keep: tuple[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._ready, self._validation, self._batches = ready, validation, ready.batches()
        self._patience, self._measured, self._keep = patience, measured, keep
        self._weights: list[np.ndarray] = []  # of the epoch that counts, where it is the best one
        self.history: list[EpochRow] = []
        self.diverged = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Shuffle."""
        self._batches.start(epoch)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep the epoch, or stop."""
        train_loss = float(self._ready.training_loss(logs or {}))
        entry = {"epoch": epoch + 1, "train_loss": train_loss}
        finite = np.isfinite(train_loss) and all(np.isfinite(w).all() for w in self._ready.model.get_weights())
        if finite:
            found = self._ready.evaluate(self._validation)
            entry |= {f"validation_{name}": value for name, value in found.items()}
            finite = _finite(entry)
        if finite:
            entry |= self._ready.measure() if self._measured else {}
            self.history.append(entry)
            if self._keep and self.counted is entry:
                self._weights = self._ready.model.get_weights()
            if self._patience and "validation_loss" not in entry:
                raise RequestError(
                    "patience: waits for a lower validation loss, and this model is validated by none; name its loss "
                    "among the metrics, or leave patience out"
                )
            losses = [entry.get("validation_loss", np.nan) for entry in self.history]
            self._ready.model.stop_training |= is_exhausted(losses, self._patience)  # a model may stop by itself
        else:
            self.diverged = self._ready.model.stop_training = True

    @property
    def counted(self) -> PlainTable:
        """The entry of the epoch that counts."""
        if not self._keep:
            return self.history[-1]
        score, direction = self._keep
        return self.history[best_epoch([row[score] for row in self.history], direction)]

    def restore(self) -> None:
        """Give the model the weights of the epoch that counts."""
        if self._weights:
            self._ready.model.set_weights(self._weights)


def train(
    study: Study, trial: Trial, task: Task, data: Data, note: Callable[[int], None] = lambda epoch: None
) -> tuple[Outcome, keras.Model]:
    """A trial's outcome, and its model with the weights of the epoch that counts, as its recipe finishes it.

    task, data: as the study's recipe learns them. `note` is called after every epoch.
    """
    start = time.perf_counter()
    ready, settings = recipe_of(study).ready(study, trial, task, data), trial.settings
    keep = (f"validation_{study.primary}", study.direction) if settings.get("keep_epoch") == "best" else None
    watch = _Watch(ready, data.validation, settings["patience"], measured=study.telemetry, keep=keep)
    # shuffle would reorder the batches, by Python's global random state
    report = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: note(epoch + 1))
    ready.model.fit(
        ready.batches().for_fit, epochs=settings["epochs"], shuffle=False, verbose=0, callbacks=[watch, report]
    )
    if not (watch.history or watch.diverged):
        kind = type(ready.model).__name__
        raise RequestError(f"the class {kind} overrides fit, and it does not call the callbacks given to it")
    watch.restore()
    tested: dict[str, float] = {}
    right = None
    if not watch.diverged:
        tested, right = ready.test(data.test)
    diverged = watch.diverged or not _finite(tested)
    row: TrialRow = {
        "status": "diverged" if diverged else "ok",
        "parameters": ready.parameters,
        "epochs_run": len(watch.history),
        "engine": "serial",
    }
    if not diverged:
        row |= {key: value for key, value in watch.counted.items() if key != "epoch"}
        row |= {f"test_{name}": value for name, value in tested.items()}
    row |= constant_column(recipe_of(study).constant_score(task, data))
    row["seconds"] = round(time.perf_counter() - start, 3)
    kept = None if diverged or right is None else answers(digest_of_test_set(data), right)
    return Outcome(trial.id, row, watch.history, kept), ready.finished()


def constant_column(score: float | None) -> dict[str, float]:
    """The column of a row with what the best guess without learning scores, where there is one."""
    return {} if score is None else {CONSTANT: score}


def answers(test_set: str, right: np.ndarray) -> RightAnswers:
    """Which test examples came out right, as the journal keeps it. right: `[examples]`, true or false."""
    return RightAnswers(test_set, len(right), np.packbits(right.astype(bool)).tobytes())


def _finite(values: PlainTable) -> bool:
    return bool(np.isfinite(list(values.values())).all())

"""Stops a training that has diverged."""

import keras
import numpy as np

from custom import checks
from custom.types import Logs


class StopOnDivergence(keras.callbacks.Callback):
    """Stops training when a loss or a weight is not finite any more.

    The losses that `fit` logs are looked at after every batch, the weights after every epoch. What was
    found is in `diverged`, `epoch`, `batch` (None when a weight gave it away) and `reason`.

    Arguments:
        limit: the size at which a finite loss counts as diverged too; a finite number above 0, or None
            for none.
        restore: whether the model gets back the weights of the last epoch that ended finite, or those of
            the start.

    Raises:
        ValueError: an argument is out of its range.

    Example:

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile(keras.optimizers.SGD(1e30), "mse")
    >>> watch = StopOnDivergence(restore=True)
    >>> x = keras.ops.ones((8, 1))
    >>> history = model.fit(x, x, epochs=50, verbose=0, callbacks=[watch])
    >>> watch.diverged, len(history.epoch) < 50
    (True, True)
    """

    model: keras.Model
    epoch: int | None
    batch: int | None
    reason: str | None

    def __init__(self, *, limit: float | None = None, restore: bool = False) -> None:
        super().__init__()
        self.limit = None if limit is None else check_limit(limit)
        self.restore = checks.flag("restore", restore)
        self.diverged, self.epoch, self.batch, self.reason = False, None, None, None

    def on_train_begin(self, logs: Logs = None) -> None:
        self.diverged, self.epoch, self.batch, self.reason = False, None, None, None
        self._kept = self._weights() if self.restore else None

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._current = epoch

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        if self.diverged:
            return
        for name, value in (logs or {}).items():
            if name == "loss" or name.endswith("_loss"):
                loss = float(value)
                if not np.isfinite(loss):
                    self._stop(batch, f"{name} is {loss}")
                elif self.limit is not None and abs(loss) > self.limit:
                    self._stop(batch, f"{name} is {loss:g}, beyond the limit {self.limit:g}")

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if self.diverged:
            return
        weights = self._weights()
        for variable, value in zip(self.model.weights, weights, strict=True):
            if not np.isfinite(value.astype("float64")).all():
                self._stop(None, f"the weight {variable.path} is not finite")
                return
        if self.restore:
            self._kept = weights

    def on_train_end(self, logs: Logs = None) -> None:
        if self.diverged and self.restore:
            self.model.set_weights(self._kept)

    def _weights(self) -> list[np.ndarray]:
        # not `get_weights`, which warns of NumPy's copies on JAX; a copy, for the weights change in place
        return [np.asarray(variable).copy() for variable in self.model.weights]

    def _stop(self, batch: int | None, reason: str) -> None:
        self.diverged, self.epoch, self.batch, self.reason = True, self._current, batch, reason
        self.model.stop_training = True


def check_limit(limit: object) -> float:
    return checks.number(
        "limit",
        limit,
        expected="a finite number above 0, or None",
        holds=lambda number: number > 0,
        mend="try limit=1e6",
    )

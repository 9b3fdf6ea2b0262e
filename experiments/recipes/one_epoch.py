"""A model trained for one epoch without compiling: whether it can be trained at all."""

import operator
from collections.abc import Callable, Mapping

import keras

from experiments.errors import RequestError
from experiments.study.types import KerasPart, PlainTable


class _Heard(keras.callbacks.Callback):
    """Keeps what `fit` tells after an epoch."""

    logs: dict[str, float] | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep it."""
        self.logs = logs or {}


def train_once(
    model: keras.Model,
    batches: KerasPart,
    told: str,
    loss: Callable[[Mapping[str, float]], float] = operator.itemgetter("loss"),
) -> PlainTable:
    """What `fit` tells after one epoch of a compiled model.

    told: how the model is named in an error. loss: what is the loss in the logs, KeyError where none is. Raises
    RequestError where `fit` tells nothing, or no loss.

    >>> from experiments.recipes.batches import Batches
    >>> from experiments.tasks.digits import digits
    >>> model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> [*train_once(model, Batches(digits().draw(0), seed=0, batch_size=1000), "the model")]
    ['loss']
    """
    heard = _Heard()
    model.run_eagerly, model.jit_compile = True, False  # compiling would take longer than all the rest
    model.fit(batches, epochs=1, shuffle=False, verbose=0, callbacks=[heard])
    if heard.logs is None:
        raise RequestError(f"{told}, and does not call the callbacks given to fit")
    try:
        loss(heard.logs)
    except KeyError as error:
        raise RequestError(
            f"{told}, and what a train step returns has no {error.args[0]}: got {sorted(heard.logs)}"
        ) from None
    return heard.logs


def with_loss(logs: KerasPart, step: str, told: str) -> PlainTable:
    """What a step returns. Raises RequestError where that is no loss. step: "train" or "test"."""
    if not isinstance(logs, dict) or "loss" not in logs:
        raise RequestError(f"{told}, and what a {step} step returns has no loss: got {sorted(logs)}")
    return logs

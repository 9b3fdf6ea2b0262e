"""A classifier's raw scores and its probabilities: the same weights, with and without the last activation."""

from typing import Any

import keras
import numpy as np

_LAST = {"softmax": keras.activations.softmax, "sigmoid": keras.activations.sigmoid}


class Head:
    """A model seen twice: as it was built, and as raw scores `[batch, outputs]` for training.

    model: ends in softmax, in sigmoid or in raw scores. `raw` shares its layers and weights; it is the one to
    compile, so that the model itself stays free of what training needs.

    Raises ValueError where the model's output does not have the task's shape.
    """

    def __init__(self, model: keras.Model, head: str, outputs: int) -> None:
        given = getattr(model, "output_shape", (None, outputs))
        if not isinstance(given, tuple) or tuple(given)[1:] != (outputs,):
            raise ValueError(
                f"the model gives {given}, the task wants (None, {outputs}) for its {head} head; "
                "end the model in a layer of that many units"
            )
        self.model, self._head = model, head
        self._swapped: Any = None  # the layer whose activation is held back
        self.ends_raw = head == "linear"
        if not getattr(model, "inputs", None):
            self.raw, self.ends_raw = model, True  # a subclassed model shows no layers to cut off
            return
        inputs = model.inputs[0] if len(model.inputs) == 1 else model.inputs
        last = model.layers[-1]
        activation = getattr(last, "activation", None)
        own_layer = isinstance(last, keras.layers.Activation) and head in _LAST and activation is _LAST[head]
        if own_layer or (isinstance(last, keras.layers.Softmax) and head == "softmax"):
            self.raw = keras.Model(inputs, last.input)
            return
        if head in _LAST and activation is _LAST[head]:
            self._swapped = last
            last.activation = keras.activations.linear
        else:
            self.ends_raw = True
        self.raw = keras.Model(inputs, model.outputs[0])

    def check(self, x: Any) -> None:
        """ValueError where raw scores look like probabilities: a softmax that `Head` could not see."""
        if self._head == "softmax" and self.ends_raw:
            z = np.asarray(self.raw.predict_on_batch(x), np.float64)
            if z.shape[1] > 1 and (z >= 0).all() and np.allclose(z.sum(axis=1), 1, atol=1e-4):
                raise ValueError("the model's softmax is hidden: end it in a softmax layer, or give raw scores")

    def probabilities(self) -> keras.Model:
        """The trained model giving probabilities, or for a linear head values; not compiled."""
        if self._swapped is not None:
            self._swapped.activation = _LAST[self._head]
        if not self.ends_raw or self._head == "linear":
            return self.model
        shape = self.model.input_shape[1:]
        return keras.Sequential([keras.Input(shape), self.model, keras.layers.Activation(self._head)])

"""Whether a user's own activation lets leading axes pass: tried with numbers, once."""

import keras
import numpy as np
from keras import ops

from experiments.recipes.leading_axes import BATCH, LEADING, pass_through
from experiments.study.types import KerasPart

_UNITS = 4
_KNOWN = ("keras.", "custom.")


def has_weights(function: KerasPart) -> bool:
    """Whether a layer that serves as a function makes weights once it is called; a twin of it is."""
    if not isinstance(function, keras.layers.Layer):
        return False
    twin = type(function).from_config(function.get_config())
    twin(np.zeros((BATCH, _UNITS), "float32"))
    return bool(twin.weights)


def function_passes(function: KerasPart) -> bool:
    """Whether an activation of a stack is the stack of activations; Keras' own and those of `custom` are."""
    if (getattr(function, "__module__", None) or "").startswith(_KNOWN):
        return True
    x = np.random.default_rng(0).normal(size=(*LEADING, BATCH, _UNITS)).astype("float32")

    def of_arrays(x: np.ndarray) -> np.ndarray:
        return ops.convert_to_numpy(function(ops.convert_to_tensor(x)))

    return pass_through(of_arrays, x)

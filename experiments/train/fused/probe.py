"""Whether a user's own function lets leading axes pass: tried with numbers, once."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from experiments.recipes.supervised.objective import Objective

_LEADING, _BATCH, _UNITS = (2, 3), 5, 4
_KNOWN = ("keras.", "custom.")


def has_weights(function: Any) -> bool:
    """Whether a layer that serves as a function makes weights once it is called; a twin of it is."""
    if not isinstance(function, keras.layers.Layer):
        return False
    twin = type(function).from_config(function.get_config())
    twin(np.zeros((_BATCH, _UNITS), "float32"))
    return bool(twin.weights)


def function_passes(function: Any) -> bool:
    """Whether an activation of a stack is the stack of activations; Keras' own and those of `custom` are."""
    if (getattr(function, "__module__", None) or "").startswith(_KNOWN):
        return True
    x = np.random.default_rng(0).normal(size=(*_LEADING, _BATCH, _UNITS)).astype("float32")
    return _same(lambda x: ops.convert_to_numpy(function(ops.convert_to_tensor(x))), x)


def loss_passes(objective: Objective) -> bool:
    """Whether a loss of a stack is the stack of losses, an example each."""
    generator = np.random.default_rng(0)
    z = generator.normal(size=(*_LEADING, _BATCH, objective.outputs)).astype("float32")
    classes = {"softmax": objective.outputs, "sigmoid": 2}.get(objective.head)
    y = generator.integers(classes, size=z.shape[:-1]) if classes else generator.normal(size=z.shape).astype("float32")
    return _same(lambda y, z: ops.convert_to_numpy(objective.call(*map(ops.convert_to_tensor, (y, z)))), y, z, rank=3)


def _same(function: Callable[..., np.ndarray], *arrays: np.ndarray, rank: int = 4) -> bool:
    try:
        whole = function(*arrays)
        alone = [[function(*(one[s, c] for one in arrays)) for c in range(_LEADING[1])] for s in range(_LEADING[0])]
    except Exception:
        return False  # what a function that can't take the axes raises is anyone's guess
    return whole.ndim == rank and whole.shape == np.shape(alone) and np.allclose(whole, alone, rtol=1e-4, atol=1e-6)

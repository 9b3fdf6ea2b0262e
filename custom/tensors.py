"""Small conversions that several parts share."""

from collections.abc import Callable, Sequence
from numbers import Real

import keras
import numpy as np
from keras import ops

from custom.types import Tensor, TensorLike


def as_float(x: TensorLike) -> Tensor:
    """`x` as a tensor of its own float type; integers and booleans become Keras' default float type."""
    tensor: Tensor = ops.convert_to_tensor(x)
    return tensor if keras.backend.is_float_dtype(tensor.dtype) else ops.cast(tensor, keras.backend.floatx())


def at_least_float32(x: TensorLike) -> Tensor:
    """`x` as a tensor of 32 bits or more: sums over a batch overflow in float16 and stall in bfloat16."""
    x = as_float(x)
    half = keras.backend.standardize_dtype(x.dtype) in ("float16", "bfloat16")
    return ops.cast(x, "float32") if half else x


def parameter(value: float | TensorLike, x: Tensor) -> float | Tensor:
    """A hyper-parameter in the float type of `x`: a plain number stays one, which arithmetic takes at that type."""
    return float(value) if isinstance(value, Real) else ops.convert_to_tensor(value, dtype=x.dtype)


@ops.custom_gradient
def _absolute(x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    return ops.abs(x), lambda upstream: upstream * ops.sign(x)


@keras.saving.register_keras_serializable(package="custom")
class Absolute(keras.Operation):
    """|x| with the gradient sign(x), of tensors and, in a functional model, of symbolic ones."""

    def call(self, x: Tensor) -> Tensor:
        # elsewhere the gradient is sign(x) anyhow, and PyTorch's `vmap` refuses Keras' custom gradients
        return _absolute(x) if keras.backend.backend() == "jax" else ops.abs(x)

    def compute_output_spec(self, x: keras.KerasTensor) -> keras.KerasTensor:
        return keras.KerasTensor(x.shape, dtype=x.dtype)


def absolute(x: TensorLike) -> Tensor:
    """|x| with the gradient sign(x), 0 at 0; the gradient of `ops.abs` at 0 is 1 on JAX."""
    return Absolute()(x)


def tanh(x: Tensor) -> Tensor:
    """tanh in the float type of x; `ops.tanh` makes float32 of float64 on JAX."""
    if keras.backend.standardize_dtype(x.dtype) != "float64":
        return ops.tanh(x)
    # beyond 20 the result is 1 to the last bit, and the exponential must not overflow
    grown = ops.expm1(2.0 * ops.clip(x, -20.0, 20.0))
    return grown / (grown + 2.0)


def mean(x: Tensor, axis: int | Sequence[int] | None = None) -> Tensor:
    """The mean in the float type of x; `ops.mean` sums float64 in float32 on JAX."""
    if keras.backend.standardize_dtype(x.dtype) != "float64":
        return ops.mean(x, axis=axis)
    return ops.sum(x, axis=axis) / ops.sum(ops.ones_like(x), axis=axis)


def mean_of_any(x: Tensor) -> Tensor:
    """The mean of all of x, and 0 where there is nothing, as in a device's share of a batch smaller than the devices.

    >>> float(mean_of_any(keras.ops.array([1.0, 3.0]))), float(mean_of_any(keras.ops.zeros((0, 2))))
    (2.0, 0.0)
    """
    return ops.sum(x) / ops.maximum(ops.cast(ops.size(x), x.dtype), 1)


def concrete(x: TensorLike) -> np.ndarray | None:
    """The values of `x` as an array, or None while a program is being traced and there are none yet."""
    if keras.backend.is_keras_tensor(x):
        return None
    try:
        return ops.convert_to_numpy(x)
    # TensorFlow says NotImplementedError of a symbolic tensor, JAX a subclass of TypeError
    except (NotImplementedError, TypeError):
        return None

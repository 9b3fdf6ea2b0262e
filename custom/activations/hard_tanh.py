"""Hard tanh: the identity between two bounds, constant beyond."""

import keras
from keras import ops

from custom.tensors import as_float
from custom.types import Tensor, TensorLike


@keras.saving.register_keras_serializable(package="custom")
def hard_tanh(x: TensorLike, *, min_value: float | Tensor = -1.0, max_value: float | Tensor = 1.0) -> Tensor:
    """Identity on the closed range [min_value, max_value], constant outside.

    Formula:

        y = min_value   where x < min_value
            x           where min_value ≤ x ≤ max_value
            max_value   where x > max_value

    The gradient is 1 on the closed range, both ends included, and 0 outside, on every backend; NaN stays NaN.

    Arguments:
        x: a tensor of any shape; integers become Keras' default float type.
        min_value, max_value: the bounds, in units of x, min_value < max_value; numbers, or tensors that
            broadcast against x.

    Returns a tensor of the shape and float type of x.

    >>> [float(y) for y in hard_tanh([-3.0, -1.0, 0.5, 3.0])]
    [-1.0, -1.0, 0.5, 1.0]

    Source: Collobert (2004), "Large scale machine learning".
    """
    x = as_float(x)
    # not `ops.clip`: on JAX its gradient at a bound is one half
    low = ops.convert_to_tensor(min_value, dtype=x.dtype)
    high = ops.convert_to_tensor(max_value, dtype=x.dtype)
    return ops.where(x < low, low, ops.where(x > high, high, x))

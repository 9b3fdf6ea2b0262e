"""Hard tanh as a layer, with bounds of your choice, fixed or learned."""

import math

import keras
from keras import ops

from custom import checks
from custom.activations.hard_tanh import hard_tanh
from custom.types import Config, Shape, Tensor


@keras.saving.register_keras_serializable(package="custom")
class HardTanh(keras.layers.Layer):
    """Hard tanh: the identity between two bounds, constant beyond.

    Formula:

        y = min(max(x, min_value), max_value)      dy/dx = 1 on the closed range, 0 outside

    Arguments:
        min_value: the lower bound, in units of x; a finite number below max_value.
        max_value: the upper bound, in units of x; a finite number above min_value.
        learn_bounds: whether training moves the bounds. They are then two scalar weights, the lower bound and
            the logarithm of the width, so that the upper bound stays above the lower one.
        **kwargs: `name`, `dtype` and the like, as in `keras.layers.Layer`.

    Input: a tensor of any shape. Output: the same shape.

    Raises:
        ValueError: a bound is not a finite number, min_value ≥ max_value, or learn_bounds is no flag.

    Example:

    >>> layer = HardTanh(min_value=0.0, max_value=6.0)
    >>> [float(y) for y in layer(keras.ops.array([-1.0, 3.0, 9.0]))]
    [0.0, 3.0, 6.0]

    Source: Collobert (2004), "Large scale machine learning"; learned bounds as in Choi et al. (2018), "PACT:
    parameterized clipping activation for quantized neural networks".
    """

    def __init__(
        self, min_value: float = -1.0, max_value: float = 1.0, learn_bounds: bool = False, **kwargs: object
    ) -> None:
        super().__init__(**kwargs)
        self.min_value = checks.number("min_value", min_value, mend="try min_value=-1.0")
        self.max_value = checks.number(
            "max_value",
            max_value,
            expected=f"a finite number above min_value ({self.min_value})",
            holds=lambda number: number > self.min_value,
            mend="swap the two, or try min_value=-1.0, max_value=1.0",
        )
        self.learn_bounds = checks.flag("learn_bounds", learn_bounds)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        if self.learn_bounds:
            self.lower = self.add_weight(shape=(), initializer=_constant(self.min_value), name="lower")
            width = math.log(self.max_value - self.min_value)
            self.log_width = self.add_weight(shape=(), initializer=_constant(width), name="log_width")

    def bounds(self) -> tuple[float | Tensor, float | Tensor]:
        """The lower and the upper bound as they are now: numbers, or tensors where they are learned."""
        if not self.learn_bounds:
            return self.min_value, self.max_value
        lower = ops.convert_to_tensor(self.lower)
        return lower, lower + ops.exp(ops.convert_to_tensor(self.log_width))

    def call(self, inputs: Tensor) -> Tensor:
        low, high = self.bounds()
        return hard_tanh(inputs, min_value=low, max_value=high)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "min_value": self.min_value,
            "max_value": self.max_value,
            "learn_bounds": self.learn_bounds,
        }


def _constant(value: float) -> keras.initializers.Initializer:
    return keras.initializers.Constant(value)

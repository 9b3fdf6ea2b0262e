"""Rosenblatt's perceptron as a layer."""

import keras
from keras import ops

from custom import checks
from custom.activations.heaviside import heaviside
from custom.tensors import as_float
from custom.types import Config, Shape, Tensor


@keras.saving.register_keras_serializable(package="custom")
class Perceptron(keras.layers.Layer):
    """Threshold units: each weighs its inputs and is on or off.

    Formula:

        y = 1 where x·W + b ≥ 0, else 0

    Arguments:
        units: the number of units; a whole number of at least 1.
        straight_through: whether gradients pass the step as if it were the identity. Without it the layer
            has no gradient, and only a rule of its own can train it, as
            `custom.models.PerceptronClassifier` does.
        kernel_initializer, bias_initializer, kernel_regularizer, kernel_constraint: as in
            `keras.layers.Dense`.
        **kwargs: `name`, `dtype` and the like, as in `keras.layers.Layer`.

    Input: `[..., features]`. Output: `[..., units]`, of zeros and ones.

    Raises:
        ValueError: `units` is not a whole number of at least 1, or straight_through is no flag.

    Example, the AND gate:

    >>> gate = Perceptron(1)
    >>> gate.build((None, 2))
    >>> gate.set_weights([keras.ops.array([[0.5], [0.5]]), keras.ops.array([-0.7])])
    >>> [float(y[0]) for y in gate(keras.ops.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))]
    [0.0, 0.0, 0.0, 1.0]

    Source: Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and
    organization in the brain".
    """

    def __init__(
        self,
        units: int,
        straight_through: bool = True,
        *,
        kernel_initializer: object = "glorot_uniform",
        bias_initializer: object = "zeros",
        kernel_regularizer: object = None,
        kernel_constraint: object = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.units = checks.whole("units", units, at_least=1, mend="try units=1")
        self.straight_through = checks.flag("straight_through", straight_through)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer=self.bias_initializer)

    def call(self, inputs: Tensor) -> Tensor:
        weighed = ops.matmul(as_float(inputs), self.kernel) + self.bias
        return heaviside(weighed, straight_through=self.straight_through)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.units)

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "units": self.units,
            "straight_through": self.straight_through,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
        }

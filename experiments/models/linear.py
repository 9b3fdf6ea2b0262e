"""The linear model: one layer without hidden ones, as in linear, logistic and softmax regression."""

import keras

from experiments.models import pieces


def linear(
    input_shape: tuple[int, ...],
    outputs: int,
    head: str,
    *,
    bias: bool = True,
    kernel_regularizer: keras.regularizers.Regularizer | None = None,
    activity_regularizer: keras.regularizers.Regularizer | None = None,
    dropout: float = 0.0,
    initializer: str = "glorot_uniform",
    seed: int = 0,
) -> keras.Model:
    """A linear model with its head: x W + b, and the head's activation.

    input_shape: of one example; it is flattened. outputs: units of the head.
    head: "softmax", "sigmoid" or "linear". bias: whether there is b.
    kernel_regularizer: of W. activity_regularizer: of x W + b. dropout: share of inputs dropped in training, in [0, 1).
    seed: of weights and dropout.

    Input `[batch, *input_shape]` float32, output `[batch, outputs]`: probabilities, or for a linear head values.

    >>> linear((3,), 2, "softmax").count_params(), linear((3,), 1, "linear", bias=False).count_params()
    (8, 3)
    """
    layers: list[keras.layers.Layer | keras.KerasTensor] = [keras.Input(input_shape)]
    if len(input_shape) > 1:
        layers.append(keras.layers.Flatten(name="flatten"))
    layers += pieces.dropout_layers(dropout, 0, seed)
    layers.append(
        keras.layers.Dense(
            outputs,
            use_bias=bias,
            kernel_initializer=pieces.seeded(initializer, seed, 0),
            kernel_regularizer=kernel_regularizer,
            activity_regularizer=activity_regularizer,
            name="logits",
        )
    )
    return keras.Sequential([*layers, keras.layers.Activation(head, name="output")])

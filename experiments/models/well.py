"""One weight in a double well: the model of the task `double_well`."""

import keras

from experiments.study.seeds import stream


def well(input_shape: tuple[int, ...], outputs: int, head: str, *, start: float = 1.5, seed: int = 0) -> keras.Model:
    """One weight w that gives z² + z, z = w · x. On `double_well` its squared error is a polynomial of w.

    input_shape: `(1,)`. outputs: 1. head: "linear". start: w is uniform in [−start, start] before training, above 0.
    seed: of w.

    Input `[batch, 1]` float32, output `[batch, 1]`.

    Raises ValueError for other shapes or heads.

    >>> model = well((1,), 1, "linear")
    >>> model.set_weights([keras.ops.ones((1, 1)) * 2.0])
    >>> model.predict(keras.ops.convert_to_tensor([[1.0], [-1.0]]), verbose=0).tolist()
    [[6.0], [2.0]]
    """
    if (tuple(input_shape), outputs, head) != ((1,), 1, "linear"):
        got = f"examples of shape {tuple(input_shape)}, {outputs} outputs and a {head} head"
        raise ValueError(f"got {got}, allowed are one number, one output and a linear head, as double_well has them")
    kernel = keras.initializers.RandomUniform(-start, start, seed=stream(seed, 0, "kernel"))
    x = keras.Input((1,))
    z = keras.layers.Dense(1, use_bias=False, kernel_initializer=kernel, name="weight")(x)
    square = keras.layers.Multiply(name="square")([z, z])
    return keras.Model(x, keras.layers.Add(name="output")([square, z]))

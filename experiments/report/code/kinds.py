"""How the layers of each model kind are written: one line per layer, as `experiments.models` has them."""

from collections.abc import Callable
from functools import partial

from experiments.report.code.names import Names, call
from experiments.report.code.parts import activation_layer
from experiments.report.code.pieces import dropout_lines, pieces_of
from experiments.report.code.shapes import Shape, image, sequence
from experiments.study.types import Settings


def mlp(levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer, as `experiments.models.mlp` has them; LookupError with residual connections."""
    if levels["residual"]:
        raise LookupError("residual connections, which are no list of layers")
    pieces = pieces_of(levels, names, as_layer=True)
    flat = [] if shape and len(shape) == 1 else ["keras.layers.Flatten()"]
    noise = [call("keras.layers.GaussianNoise", repr(levels["input_noise"]))] if levels["input_noise"] else []
    hidden = [
        line
        for width in levels["units"] * levels["depth"]
        for line in (call("keras.layers.Dense", str(width), *pieces.kernel), *pieces.after())
    ]
    return [*flat, *noise, *hidden, pieces.head(head)]


def cnn(levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer, as `experiments.models.cnn` has them; LookupError where examples may be no images."""
    pieces = pieces_of(levels, names, as_layer=True)
    pool = levels["pool_size"]
    lines = image(shape)
    for count in levels["filters"]:
        side = str(levels["kernel_size"])
        lines.append(call("keras.layers.Conv2D", str(count), side, 'padding="same"', *pieces.kernel))
        lines += pieces.after(0.0)
        lines += [call("keras.layers.MaxPooling2D", str(pool))] if pool > 1 else []
        lines += dropout_lines(pieces.dropout)
    lines.append("keras.layers.Flatten()")
    for width in levels["units"]:
        lines += [call("keras.layers.Dense", str(width), *pieces.kernel), *pieces.after()]
    return [*lines, pieces.head(head)]


def recurrent(layer: str, levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer, as `experiments.models.recurrent` has them; LookupError where the shape is not known.

    layer: `SimpleRNN`, `LSTM` or `GRU`.
    """
    pieces = pieces_of(levels, names, as_layer=False)
    options = [f"activation={pieces.function}", *pieces.kernel]
    options += [f"activity_regularizer={pieces.penalty}"] if pieces.penalty else []
    lines = sequence(shape)
    for left, width in enumerate(levels["units"], start=1 - len(levels["units"])):
        goes_on = ["return_sequences=True"] if left else []
        lines += [call(f"keras.layers.{layer}", str(width), *options, *goes_on), *dropout_lines(pieces.dropout)]
    return [*lines, pieces.head(head)]


def autoencoder(levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer, as `experiments.models.autoencoder` has them."""
    pieces = pieces_of(levels, names, as_layer=True)
    flat = [] if shape and len(shape) == 1 else ["keras.layers.Flatten()"]
    noise = [call("keras.layers.GaussianNoise", repr(levels["input_noise"]))] if levels["input_noise"] else []
    plain = activation_layer(levels["activation"], "", names)  # the penalty is on the code alone

    def hidden(width: int) -> list[str]:
        return [call("keras.layers.Dense", str(width), *pieces.kernel), plain, *dropout_lines(pieces.dropout)]

    code = [call("keras.layers.Dense", str(levels["bottleneck"]), *pieces.kernel), pieces.layer]
    encoder = [line for width in levels["units"] for line in hidden(width)]
    decoder = [line for width in reversed(levels["units"]) for line in hidden(width)]
    return [*flat, *noise, *encoder, *code, *decoder, pieces.head(head)]


def linear(levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer, as `experiments.models.linear` has them."""
    pieces = pieces_of({"activation": {"name": "linear"}, **levels}, names, as_layer=True)
    flat = [] if shape and len(shape) == 1 else ["keras.layers.Flatten()"]
    penalty = [f"activity_regularizer={pieces.penalty}"] if pieces.penalty else []
    bias = [] if levels["bias"] else ["use_bias=False"]
    layers = [call("keras.layers.Dense", "task.outputs", *bias, *pieces.kernel, *penalty)]
    ending = [] if head == "linear" else [call("keras.layers.Activation", f'"{head}"')]
    return [*flat, *dropout_lines(pieces.dropout), *layers, *ending]


def well(levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer; `experiments.models.well` has a product and a sum in place of the function."""
    start = f"keras.initializers.RandomUniform({-levels['start']!r}, {levels['start']!r})"
    weight = call("keras.layers.Dense", "1", "use_bias=False", f"kernel_initializer={start}")
    return [weight, "keras.layers.Lambda(lambda z: z * z + z)"]


KINDS: dict[str, Callable[..., list[str]]] = {
    "autoencoder": autoencoder,
    "linear": linear,
    "mlp": mlp,
    "well": well,
    "cnn": cnn,
    "rnn": partial(recurrent, "SimpleRNN"),
    "lstm": partial(recurrent, "LSTM"),
    "gru": partial(recurrent, "GRU"),
}

"""The layers of an autoencoder."""

from experiments.report.code.names import Names, call
from experiments.report.code.parts import activation_layer
from experiments.report.code.pieces import dropped, pieces_of
from experiments.report.code.shapes import Shape
from experiments.study.types import Settings


def autoencoder(levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer, as `experiments.models.autoencoder` has them."""
    pieces = pieces_of(levels, names, as_layer=True)
    flat = [] if shape and len(shape) == 1 else ["keras.layers.Flatten()"]
    noise = [call("keras.layers.GaussianNoise", repr(levels["input_noise"]))] if levels["input_noise"] else []
    plain = activation_layer(levels["activation"], "", names)  # the penalty is on the code alone

    def hidden(width: int) -> list[str]:
        return [call("keras.layers.Dense", str(width), *pieces.kernel), plain, *dropped(pieces.dropout)]

    code = [call("keras.layers.Dense", str(levels["bottleneck"]), *pieces.kernel), pieces.layer]
    encoder = [line for width in levels["units"] for line in hidden(width)]
    decoder = [line for width in reversed(levels["units"]) for line in hidden(width)]
    return [*flat, *noise, *encoder, *code, *decoder, pieces.head(head)]

"""The layers of a multilayer perceptron."""

from experiments.report.code.names import Names, call
from experiments.report.code.pieces import pieces_of
from experiments.report.code.shapes import Shape
from experiments.study.types import Settings


def mlp(levels: Settings, shape: Shape | None, head: str, names: Names) -> list[str]:
    """One line per layer, as `experiments.models.mlp` has them."""
    pieces = pieces_of(levels, names, as_layer=True)
    flat = [] if shape and len(shape) == 1 else ["keras.layers.Flatten()"]
    hidden = [
        line
        for width in levels["units"]
        for line in (call("keras.layers.Dense", str(width), *pieces.kernel), *pieces.after())
    ]
    return [*flat, *hidden, pieces.head(head)]

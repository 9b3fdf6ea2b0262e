"""The layers of a convolutional network."""

from experiments.report.code.names import Names, call
from experiments.report.code.pieces import dropped, pieces_of
from experiments.report.code.shapes import Shape, image
from experiments.study.types import Settings


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
        lines += dropped(pieces.dropout)
    lines.append("keras.layers.Flatten()")
    for width in levels["units"]:
        lines += [call("keras.layers.Dense", str(width), *pieces.kernel), *pieces.after()]
    return [*lines, pieces.head(head)]

"""The layers of a recurrent network."""

from experiments.report.code.names import Names, call
from experiments.report.code.pieces import dropped, pieces_of
from experiments.report.code.shapes import Shape, sequence
from experiments.study.types import Settings


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
        lines += [call(f"keras.layers.{layer}", str(width), *options, *goes_on), *dropped(pieces.dropout)]
    return [*lines, pieces.head(head)]

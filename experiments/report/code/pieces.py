"""What the layers of every model kind share: options of kernels, what follows a product, the head."""

from dataclasses import dataclass

from experiments.report.code.names import Names, call
from experiments.report.code.parts import activation, activation_layer, make
from experiments.study import catalog
from experiments.study.types import Settings

_DEFAULT_START = "glorot_uniform"  # of Keras' layers too


@dataclass(frozen=True)
class Pieces:
    """Pieces of lines.

    kernel: arguments of a layer with a kernel. penalty: on outputs, or empty. function, layer: the activation as an
    argument and as a layer. dropout: its rate. start: the initializer's argument, or none.
    """

    kernel: list[str]
    penalty: str
    function: str
    layer: str
    dropout: float
    normalized: bool
    start: list[str]

    def after(self, dropout: float | None = None) -> list[str]:
        """What follows a product: batch norm, the activation with the penalty on it, dropout."""
        norm = ["keras.layers.BatchNormalization()"] if self.normalized else []
        return [*norm, self.layer, *dropout_lines(self.dropout if dropout is None else dropout)]

    def head(self, activation: str) -> str:
        """The last layer."""
        return call("keras.layers.Dense", "task.outputs", f'activation="{activation}"', *self.start)


def pieces_of(levels: Settings, names: Names, *, as_layer: bool) -> Pieces:
    """The pieces of a model's settings. as_layer: whether its activation is a layer of its own, not an argument."""
    level = levels["regularizer"]
    slot = catalog.REGULARIZERS.get(level["name"], catalog.RegularizerPart(level["name"])).slot
    written = make("regularizer", level, names) if slot.endswith("_regularizer") else ""
    start = levels["initializer"]
    starts = [f'kernel_initializer="{start}"'] if start != _DEFAULT_START else []
    penalty = written if slot == "activity_regularizer" else ""
    return Pieces(
        kernel=[*([f"kernel_regularizer={written}"] if slot == "kernel_regularizer" else []), *starts],
        penalty=penalty,
        function="" if as_layer else activation(levels["activation"], names),
        layer=activation_layer(levels["activation"], penalty, names) if as_layer else "",
        dropout=level["rate"] if slot == "dropout" else levels["dropout"],
        normalized=levels.get("batch_normalization", False),
        start=starts,
    )


def dropout_lines(rate: float) -> list[str]:
    """Dropout, where there is any."""
    return [call("keras.layers.Dropout", repr(rate))] if rate else []

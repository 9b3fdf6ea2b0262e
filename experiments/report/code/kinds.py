"""How the layers of each model kind are written."""

from collections.abc import Callable
from functools import partial

from experiments.report.code.cnn import cnn
from experiments.report.code.mlp import mlp
from experiments.report.code.recurrent import recurrent

KINDS: dict[str, Callable[..., list[str]]] = {
    "mlp": mlp,
    "cnn": cnn,
    "rnn": partial(recurrent, "SimpleRNN"),
    "lstm": partial(recurrent, "LSTM"),
    "gru": partial(recurrent, "GRU"),
}

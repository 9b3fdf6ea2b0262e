"""How the layers of each model kind are written."""

from collections.abc import Callable
from functools import partial

from experiments.report.code.autoencoder import autoencoder
from experiments.report.code.cnn import cnn
from experiments.report.code.mlp import mlp
from experiments.report.code.recurrent import recurrent

KINDS: dict[str, Callable[..., list[str]]] = {
    "autoencoder": autoencoder,
    "mlp": mlp,
    "cnn": cnn,
    "rnn": partial(recurrent, "SimpleRNN"),
    "lstm": partial(recurrent, "LSTM"),
    "gru": partial(recurrent, "GRU"),
}

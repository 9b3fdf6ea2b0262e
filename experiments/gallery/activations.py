"""The activations of the gallery: those of `custom`, and the close ones of Keras."""

import math
from functools import partial

import keras

from custom.activations import hard_tanh, heaviside
from experiments.gallery.entry import Entry, Family, Formula, Span

FAMILIES = (
    Family(
        name="activations",
        title="Activations",
        reads="Value and slope over the input x.",
        argument="x",
        low=-4.0,
        high=4.0,
        values=(-1.5, 3.0),
        slopes=(-0.3, 1.3),
        reference="relu",
        inputs="tensors",
    ),
)


def _of_dense(activation: str) -> str:
    """Three lines with an activation that Keras knows by name."""
    return (
        "model = keras.Sequential()\n"
        f'model.add(keras.layers.Dense(16, activation="{activation}"))\n'
        'model.compile("adam", loss="mean_squared_error")'
    )


ENTRIES = (
    Entry(
        title="hard_tanh",
        family="activations",
        parts=("activations.hard_tanh", "layers.HardTanh"),
        formula=Formula("f(x)", (("−1", "where x < −1"), ("x", "where −1 ≤ x ≤ 1"), ("1", "where x > 1"))),
        values=Span(-1, 1),
        slopes=Span(0, 1, "0 or 1"),
        lines={"hard_tanh": hard_tanh},
        timed=hard_tanh,
        snippet="from custom.layers import HardTanh\n"
        "model = keras.Sequential([keras.layers.Dense(16), HardTanh()])\n"
        'model.compile("adam", loss="mean_squared_error")',
        note="Tanh without its exponentials; its slope is 1 on the whole closed range, both ends included. The layer "
        "takes bounds of its own, and HardTanh(min_value=0.0, max_value=6.0, learn_bounds=True) learns them.",
        beside="tanh",
    ),
    Entry(
        title="heaviside",
        family="activations",
        parts=("activations.heaviside",),
        formula=Formula("f(x)", (("1", "where x ≥ 0"), ("0", "where x < 0"))),
        values=Span(0, 1, "0 or 1"),
        slopes=Span(0, 0),
        lines={"heaviside": heaviside},
        timed=heaviside,
        snippet="from custom.models import PerceptronClassifier\nmodel = PerceptronClassifier()\nmodel.compile()",
        note="The perceptron's step. Its slope is 0, so nothing before it learns by gradients: the model below "
        "learns by Rosenblatt's rule instead.",
        beside="sigmoid",
    ),
    Entry(
        title="heaviside, straight through",
        family="activations",
        parts=("activations.heaviside", "layers.Perceptron"),
        formula=Formula("f(x)", (("1", "where x ≥ 0"), ("0", "where x < 0"))),
        values=Span(0, 1, "0 or 1"),
        slopes=Span(1, 1),
        lines={"straight through": partial(heaviside, straight_through=True)},
        timed=partial(heaviside, straight_through=True),
        snippet="from custom.layers import Perceptron\n"
        "model = keras.Sequential([Perceptron(16), keras.layers.Dense(1)])\n"
        'model.compile("adam", loss="mean_squared_error")',
        note="The same step going forward; going backward it counts as the identity, so that steps can be trained "
        "by gradients. The slope drawn is the one that training sees.",
        beside="sigmoid",
    ),
    Entry(
        title="tanh",
        family="activations",
        formula=Formula("f(x)", (("tanh x", ""),)),
        values=Span(-1, 1),
        slopes=Span(0, 1),
        lines={"tanh": keras.activations.tanh},
        timed=keras.activations.tanh,
        snippet=_of_dense("tanh"),
        note="Smooth, odd, and flat far out.",
    ),
    Entry(
        title="relu",
        family="activations",
        formula=Formula("f(x)", (("max(x, 0)", ""),)),
        values=Span(0, math.inf),
        slopes=Span(0, 1, "0 or 1"),
        lines={"relu": keras.activations.relu},
        timed=keras.activations.relu,
        snippet=_of_dense("relu"),
        note="The reference that costs are ratios to.",
    ),
    Entry(
        title="sigmoid",
        family="activations",
        formula=Formula("f(x)", (("{1}/{1 + exp(−x)}", ""),)),
        values=Span(0, 1),
        slopes=Span(0, 0.25),
        lines={"sigmoid": keras.activations.sigmoid},
        timed=keras.activations.sigmoid,
        snippet=_of_dense("sigmoid"),
        note="A smooth step; even at its steepest the slope is a quarter.",
    ),
    Entry(
        title="elu",
        family="activations",
        formula=Formula("f(x)", (("x", "where x > 0"), ("exp(x) − 1", "elsewhere"))),
        values=Span(-1, math.inf),
        slopes=Span(0, 1),
        lines={"elu": keras.activations.elu},
        timed=keras.activations.elu,
        snippet=_of_dense("elu"),
        note="Like relu to the right of 0, with a smooth tail that goes to −1 to the left of it.",
    ),
    Entry(
        title="gelu",
        family="activations",
        formula=Formula("f(x)", (("x · Φ(x)", ""),)),
        values=Span(-0.17, math.inf),
        slopes=Span(-0.129, 1.129),
        lines={"gelu": partial(keras.activations.gelu, approximate=False)},
        timed=partial(keras.activations.gelu, approximate=False),
        snippet=_of_dense("gelu"),
        note="Φ is the distribution function of the standard normal. Not monotonic: it falls to −0.17 near x = −0.75.",
    ),
)

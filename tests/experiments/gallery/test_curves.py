"""Curves against values and derivatives worked out in NumPy, in float64."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from experiments.gallery import activations, losses
from experiments.gallery.curves import POINTS, curve_table

FAMILIES = {family.name: family for family in (*activations.FAMILIES, *losses.FAMILIES)}
ENTRIES = {entry.title: entry for entry in (*activations.ENTRIES, *losses.ENTRIES)}


def step(x):
    return (x >= 0).astype(float)


def huber(delta):
    return (
        lambda e: np.where(np.abs(e) <= delta, e**2 / 2, delta * (np.abs(e) - delta / 2)),
        lambda e: np.clip(e, -delta, delta),
    )


# (title, line) → value and slope
ANALYTIC = {
    ("hard_tanh", "hard_tanh"): (lambda x: np.clip(x, -1, 1), lambda x: (np.abs(x) <= 1).astype(float)),
    ("heaviside", "heaviside"): (step, np.zeros_like),
    ("heaviside, straight through", "straight through"): (step, np.ones_like),
    ("tanh", "tanh"): (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    ("relu", "relu"): (lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(float)),
    ("sigmoid", "sigmoid"): (expit, lambda x: expit(x) * expit(-x)),
    ("elu", "elu"): (lambda x: np.where(x > 0, x, np.expm1(x)), lambda x: np.where(x > 0, 1, np.exp(x))),
    ("gelu", "gelu"): (lambda x: x * norm.cdf(x), lambda x: norm.cdf(x) + x * norm.pdf(x)),
    ("Huber", "δ = 0.5"): huber(0.5),
    ("Huber", "δ = 1"): huber(1.0),
    ("Huber", "δ = 2"): huber(2.0),
    ("LogCosh", "LogCosh"): (lambda e: np.log(np.cosh(e)), np.tanh),
    ("mean squared error", "squared"): (np.square, lambda e: 2 * e),
    ("mean absolute error", "absolute"): (np.abs, np.sign),
    ("EarthMover, exponent 1", "next class"): (lambda p: p, np.ones_like),
    ("EarthMover, exponent 1", "class after"): (lambda p: 2 * p, lambda p: 2 * np.ones_like(p)),
    ("EarthMover, exponent 2", "next class"): (np.square, lambda p: 2 * p),
    ("EarthMover, exponent 2", "class after"): (lambda p: 2 * p**2, lambda p: 4 * p),
    ("cross-entropy", "cross-entropy"): (lambda p: -np.log1p(-p), lambda p: 1 / (1 - p)),
    ("Wasserstein", "real"): (lambda f: -f, lambda f: -np.ones_like(f)),
    ("Wasserstein", "generated"): (lambda f: f, np.ones_like),
    ("binary cross-entropy of a score", "real"): (lambda f: np.logaddexp(0, -f), lambda f: -expit(-f)),
    ("binary cross-entropy of a score", "generated"): (lambda f: np.logaddexp(0, f), expit),
}
# where a standard of Keras has no slope, and each backend one of its own
KINKS = {"mean absolute error": [0.0]}


def test_every_line_has_a_reference():
    assert {(title, line) for title, entry in ENTRIES.items() for line in entry.lines} == set(ANALYTIC)


@pytest.mark.parametrize("title", ENTRIES)
def test_values_and_slopes(title):
    entry = ENTRIES[title]
    family = FAMILIES[entry.family]
    table = curve_table(entry, family)
    for line, group in table.groupby("line"):
        x = group["x"].to_numpy("float64")
        value, slope = ANALYTIC[title, line]
        assert len(group) == POINTS
        assert (x[0], x[-1]) == pytest.approx((family.low, family.high))
        np.testing.assert_allclose(group["value"], value(x), rtol=2e-5, atol=2e-6)
        smooth = ~np.isin(x, KINKS.get(title, []))
        np.testing.assert_allclose(group["slope"][smooth], slope(x)[smooth], rtol=2e-5, atol=2e-5)

"""The formulas of the lecture notes that Keras itself has, as studies use them; and the page that lists all of them."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from scipy.special import expit

from experiments.models.parts import activation as activation_of
from experiments.models.parts import activation_layer, optimizer, regularization
from experiments.models.recurrent import lstm
from experiments.study import catalog
from experiments.study.level import check_part

ROOT = Path(__file__).parents[1]
Z = np.array([[-3.0, -0.5, 0.0, 0.25, 4.0]])
ACTIVATIONS = {
    "linear": Z,
    "sigmoid": expit(Z),
    "tanh": np.tanh(Z),
    "hard_tanh": np.clip(Z, -1, 1),
    "softmax": np.exp(Z) / np.exp(Z).sum(),
    "relu": np.maximum(0, Z),
}
W, G = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[0.2, -0.4], [0.0, 1.0]])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name):
    layer = activation_layer(activation_of(check_part("activation", name, catalog.ACTIVATIONS)))
    np.testing.assert_allclose(layer(Z.astype("float32")), ACTIVATIONS[name], rtol=1e-6, atol=1e-7)


def _adam(w, g):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for step in (1, 2):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - 0.1 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step) * m / (np.sqrt(v) + 1e-7)
    return w


def _rmsprop(w, g):
    v = np.zeros_like(w)
    for _ in range(2):
        v = 0.9 * v + 0.1 * g**2
        w = w - 0.1 * g / np.sqrt(v + 1e-7)
    return w


STEPS = {"sgd": lambda w, g: w - 2 * 0.1 * g, "adam": _adam, "rmsprop": _rmsprop}


@pytest.mark.parametrize("name", STEPS)
def test_two_steps_of_an_optimizer(name):
    made = optimizer(check_part("optimizer", name, catalog.OPTIMIZERS), 0.1)
    weight = keras.Variable(W.astype("float32"))
    made.build([weight])
    for _ in range(2):
        made.apply([keras.ops.convert_to_tensor(G.astype("float32"))], [weight])
    np.testing.assert_allclose(weight, STEPS[name](W, G), rtol=1e-5, atol=1e-6)


def test_penalties_of_weights():
    for name, formula in (("l1", 1e-4 * np.abs(W).sum()), ("l2", 1e-4 * np.square(W).sum())):
        (penalty,) = regularization(check_part("regularizer", name, catalog.REGULARIZERS)).values()
        assert float(penalty(W.astype("float32"))) == pytest.approx(formula, rel=1e-6)


def test_batch_normalization():
    x = np.random.default_rng(0).normal(3.0, 2.0, (50, 4))
    layer = keras.layers.BatchNormalization(epsilon=1e-3)
    expected = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-3)
    np.testing.assert_allclose(layer(x.astype("float32"), training=True), expected, rtol=1e-4, atol=1e-5)


def test_lstm():
    model = lstm((4, 3), 2, "linear", units=[5])
    x = np.random.default_rng(0).normal(size=(6, 4, 3))
    kernel, recurrent, bias = (np.asarray(weight, float) for weight in model.get_layer("lstm_0").weights)
    h, c = np.zeros((6, 5)), np.zeros((6, 5))
    for step in range(4):
        i, f, g, o = np.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = expit(f) * c + expit(i) * np.tanh(g)
        h = expit(o) * np.tanh(c)
    head, shift = (np.asarray(weight, float) for weight in model.get_layer("logits").weights)
    np.testing.assert_allclose(model.predict_on_batch(x.astype("float32")), h @ head + shift, rtol=1e-4, atol=1e-5)


def test_the_page_of_formulas_names_tests_that_exist():
    rows = re.findall(r"^\| S(\d+) \|.*\| (.*) \|$", (ROOT / "docs/reference/formulas.md").read_text(), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 36))
    for number, proofs in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", proofs)
        assert named, f"S{number} names no test"
        for place, test in named:
            assert f"def {test}(" in (ROOT / place).read_text(encoding="utf-8"), f"S{number}: {place}::{test}"

"""Levels → Keras objects."""

import keras
import numpy as np
import pytest

from experiments.models import parts
from experiments.study import catalog
from experiments.study.level import check_part

X = np.linspace(-3, 3, 13).astype(np.float32)[None]


@pytest.mark.parametrize("name", catalog.ACTIVATIONS)
def test_every_activation_fits_a_dense_layer_and_a_layer_of_its_own(name):
    given = parts.activation(check_part("activation", name, catalog.ACTIVATIONS))
    dense = keras.layers.Dense(13, activation=given, kernel_initializer="identity")
    expected = np.asarray(keras.activations.get(name)(X)) if name not in ("leaky_relu", "elu") else None
    alone = np.asarray(parts.activation_layer(given)(X))
    np.testing.assert_allclose(np.asarray(dense(X)), alone, rtol=1e-6)
    if expected is not None:
        np.testing.assert_allclose(alone, expected, rtol=1e-6)


def test_settings_of_an_activation_arrive():
    given = parts.activation({"name": "elu", "alpha": 0.5})
    np.testing.assert_allclose(np.asarray(given(X))[0, 0], 0.5 * (np.exp(-3) - 1), rtol=1e-5)


@pytest.mark.parametrize("name", catalog.REGULARIZERS)
def test_every_regularizer_fills_its_slot(name):
    level = check_part("regularizer", name, catalog.REGULARIZERS)
    found = parts.regularization(level)
    assert list(found) == ([catalog.REGULARIZERS[name].slot] if name != "none" else [])


def test_elastic_net_adds_both_penalties():
    penalty = parts.regularization({"name": "elastic_net", "l1": 0.5, "l2": 0.25})["kernel_regularizer"]
    assert float(penalty(np.array([1.0, -2.0], np.float32))) == 0.5 * 3 + 0.25 * 5


@pytest.mark.parametrize("name", catalog.OPTIMIZERS)
def test_every_optimizer_has_its_rate_and_settings(name):
    level = check_part("optimizer", name, catalog.OPTIMIZERS)
    made = parts.optimizer(level, 0.125)
    config = made.get_config()
    assert float(made.learning_rate) == 0.125
    for key, value in level.items():
        if key != "name":
            assert config[key] == pytest.approx(value)

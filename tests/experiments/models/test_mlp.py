"""The multilayer perceptron: its layers, its seeds, its regularization."""

import keras
import numpy as np
import pytest

import custom
from experiments.models.mlp import mlp
from experiments.study.study_file import read

X = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)


def test_the_layers_of_the_notes_network():
    model = mlp((28, 28), 10, "softmax", units=[128, 128])
    assert model.count_params() == 784 * 128 + 128 + 128 * 128 + 128 + 128 * 10 + 10
    output = model.predict(np.zeros((3, 28, 28), np.float32), verbose=0)
    np.testing.assert_allclose(output.sum(axis=1), 1, rtol=1e-6)


def test_weights_depend_on_the_seed_and_the_position_alone():
    first = mlp((4,), 3, "softmax", units=[5, 5], seed=0)
    keras.layers.Dense(7)(X)  # what was built before must not matter
    again = mlp((4,), 3, "softmax", units=[5, 5], seed=0, activation="tanh", dropout=0.5)
    other = mlp((4,), 3, "softmax", units=[5, 5], seed=1)
    for weight, two in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, two)
    kernels = [weights for weights in first.get_weights() if weights.ndim == 2]
    assert not np.array_equal(kernels[0], other.get_weights()[0])
    assert len({float(kernel.flat[0]) for kernel in kernels}) == len(kernels)


@pytest.mark.parametrize(("name", "limit"), [("glorot_uniform", (6 / 9) ** 0.5), ("he_uniform", (6 / 4) ** 0.5)])
def test_initializers_scale_by_fan(name, limit):
    kernel = mlp((4,), 3, "softmax", units=[5], initializer=name).get_weights()[0]
    assert 0.5 * limit < np.abs(kernel).max() <= limit


def test_dropout_drops_its_share_in_training_only_and_by_its_seed():
    one, two, other = (mlp((4,), 2, "linear", units=[1000], dropout=0.3, seed=seed) for seed in (0, 0, 1))
    hidden = [keras.Model(m.inputs[0], m.get_layer("dropout_0").output) for m in (one, two, other)]
    masks = [np.asarray(h(np.ones((1, 4), np.float32), training=True)) == 0 for h in hidden]
    resting = np.asarray(hidden[0](np.ones((1, 4), np.float32), training=False)) == 0  # ReLU's own zeros
    np.testing.assert_array_equal(masks[0], masks[1])
    assert not np.array_equal(masks[0], masks[2])
    assert abs(masks[0][~resting].mean() - 0.3) < 0.08


def test_hidden_kernels_are_regularized_and_the_head_is_not():
    model = mlp((4,), 3, "softmax", units=[5], kernel_regularizer=keras.regularizers.L2(0.25))
    hidden = model.get_layer("dense_0").kernel
    assert float(sum(model.losses)) == pytest.approx(0.25 * float(np.square(hidden.numpy()).sum()), rel=1e-6)


@pytest.mark.parametrize("batch", [2, 8])
def test_the_sparsity_penalty_does_not_shrink_with_the_batch(batch):
    target, weight = 0.2, 0.5
    penalty = custom.regularizers.KLSparsity(target=target, weight=weight)
    model = mlp((4,), 3, "softmax", units=[5], activation="sigmoid", activity_regularizer=penalty)
    x = np.repeat(X[:2], batch // 2, axis=0)
    hidden = keras.Model(model.inputs[0], model.get_layer("activation_0").output)
    rho = hidden.predict(x, verbose=0).astype(np.float64).mean(axis=0)
    model(x)
    expected = weight * (target * np.log(target / rho) + (1 - target) * np.log((1 - target) / (1 - rho))).sum()
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-5)


def test_batch_normalization_and_parts_of_custom_have_their_layers():
    activation = custom.layers.HardTanh(min_value=-2.0, max_value=2.0)
    model = mlp((4,), 1, "sigmoid", units=[5, 6], batch_normalization=True, activation=activation)
    names = [layer.name for layer in model.layers]
    assert names == ["dense_0", "batch_normalization_0", "activation_0",
                     "dense_1", "batch_normalization_1", "activation_1", "logits", "output"]  # fmt: skip
    layers = [model.get_layer(f"activation_{i}") for i in range(2)]
    assert layers[0] is not layers[1]
    assert all(layer.max_value == 2.0 for layer in layers)


def test_depth_repeats_the_hidden_layers_and_noise_comes_first():
    model = mlp((3,), 2, "linear", units=[5, 4], depth=2, input_noise=0.5)
    assert [layer.units for layer in model.layers if hasattr(layer, "units")] == [5, 4, 5, 4, 2]
    assert model.layers[0].stddev == 0.5
    same = mlp((3,), 2, "linear", units=[5, 4, 5, 4])
    for ours, theirs in zip(model.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_residual_layers_add_what_they_are_given():
    model = mlp((3,), 2, "linear", units=[4], depth=3, residual=True)
    x = np.random.default_rng(0).normal(size=(6, 3))
    weights = iter(np.asarray(weight, float) for weight in model.weights)
    h = np.maximum(0, x @ next(weights) + next(weights))
    for _ in range(2):
        h = h + np.maximum(0, h @ next(weights) + next(weights))
    expected = h @ next(weights) + next(weights)
    np.testing.assert_allclose(model.predict_on_batch(x.astype("float32")), expected, rtol=1e-4, atol=1e-5)


def test_settings_that_came_later_are_no_part_of_an_id_at_their_defaults():
    table = {"name": "a", "task": "xor", "factors": {"learning_rate": [0.1, 0.2]}}
    usual = read(table)
    assert "depth" not in usual.settings
    held = {"depth": 1, "residual": False, "input_noise": 0.0}
    assert [trial.id for trial in read(table | {"model": held}).trials] == [trial.id for trial in usual.trials]
    deep = read(table | {"factors": {"depth": [1, 3]}})
    assert deep.trials[0].cell == read(table | {"factors": {"learning_rate": [1e-3]}}).trials[0].cell
    assert "depth" in deep.settings
    assert deep.trials[1].cell != deep.trials[0].cell

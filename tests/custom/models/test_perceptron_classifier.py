"""The learning rule against a loop in NumPy; gates; what it says when no weights will do."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.models import PerceptronClassifier, perceptron_pass
from tests.custom.support import AT_ONCE, _at_once, steps_compiled  # noqa: F401 (a fixture)

pytestmark = AT_ONCE

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")


def rule(x, y, *, rate=1.0, passes=1):
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, 0
    for _ in range(passes):
        for example, label in zip(x.astype("float64"), y, strict=True):
            error = label - float(example @ w + b >= 0)
            w, b, mistakes = w + rate * error * example, b + rate * error, mistakes + abs(error)
    return w, b, mistakes


def clouds(seed=0, gap=0.3):
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=4)
    direction /= np.linalg.norm(direction)
    x = rng.normal(size=(60, 4))
    side = x @ direction
    x = x + np.outer(np.sign(side) * gap, direction)
    return x.astype("float32"), (side > 0).astype("float32")


@pytest.mark.parametrize("rate", [1.0, 0.25])
def test_one_pass_is_the_rule(rate):
    x, y = clouds()
    kernel, bias, mistakes = perceptron_pass(
        ops.zeros((4, 1)),
        ops.zeros((1,)),
        ops.convert_to_tensor(x),
        ops.convert_to_tensor(y[:, None]),
        learning_rate=rate,
    )
    w, b, expected = rule(x, y, rate=rate)
    np.testing.assert_allclose(np.asarray(kernel)[:, 0], w, rtol=1e-5, atol=1e-6)
    assert float(bias[0]) == b and float(mistakes) == expected


def test_fit_is_the_rule_in_batches_too():
    x, y = clouds(gap=0.05)
    model = PerceptronClassifier()
    with pytest.warns(UserWarning, match="raise epochs"):
        # two passes are not enough for so small a gap; 7 does not divide 60
        model.fit(x, y, epochs=2, batch_size=7, shuffle=False, verbose=0)
    w, b, mistakes = rule(x, y, passes=2)
    np.testing.assert_allclose(np.asarray(model.perceptron.kernel)[:, 0], w, rtol=1e-5, atol=1e-5)
    assert np.asarray(model.perceptron.bias)[0] == b
    assert model.mistakes == mistakes and model.separable is True


@pytest.mark.parametrize(("gate", "labels"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("nand", [1, 1, 1, 0])])
def test_learns_gates(gate, labels):
    model = PerceptronClassifier()
    history = model.fit(CORNERS, np.array(labels), verbose=0)
    np.testing.assert_array_equal(model.predict(CORNERS, verbose=0)[:, 0], labels)
    assert model.separable is True
    # it stops after the first pass without a mistake
    assert history.history["mistakes"][-1] == 0 and all(history.history["mistakes"][:-1])
    assert len(history.epoch) < 100
    assert model.evaluate(CORNERS, np.array(labels)[:, None], verbose=0) == 0
    assert model.evaluate(CORNERS, 1 - np.array(labels), verbose=0) == 4


def test_says_of_exclusive_or_that_it_is_not_separable():
    model = PerceptronClassifier()
    with pytest.warns(UserWarning, match="not linearly separable: no weights classify all examples"):
        model.fit(CORNERS, np.array([0, 1, 1, 0]), epochs=10, verbose=0)
    assert model.separable is False


def test_says_when_it_can_not_tell():
    model = PerceptronClassifier()
    x = np.zeros((1000, 201), "float32")
    with pytest.warns(UserWarning, match="too large to find out"), steps_compiled():
        model.fit(x, np.arange(1000) % 2, epochs=1, verbose=0)
    assert model.separable is None


@pytest.mark.parametrize("seed", range(5))
def test_mistakes_stay_within_the_bound(seed):
    x, y = clouds(seed)
    model = PerceptronClassifier()
    with steps_compiled():
        model.fit(x, y, epochs=500, batch_size=60, verbose=0)
    # with the bias as one more input of 1; the margin of any separating direction bounds the mistakes
    extended = np.hstack([x, np.ones((len(x), 1))]).astype("float64")
    w = np.append(np.asarray(model.perceptron.kernel)[:, 0], np.asarray(model.perceptron.bias))
    margin = np.min(np.where(y > 0, 1, -1) * (extended @ w)) / np.linalg.norm(w)
    assert margin >= 0
    assert model.separable and (margin == 0 or model.mistakes <= (np.linalg.norm(extended, axis=1).max() / margin) ** 2)


def test_callbacks_and_tensors():
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(logs["mistakes"])

    model = PerceptronClassifier()
    model.fit(
        ops.convert_to_tensor(CORNERS), ops.convert_to_tensor([0.0, 0.0, 0.0, 1.0]), verbose=0, callbacks=[Watch()]
    )
    assert sum(seen) == model.mistakes > 0


def test_weights_multiply_steps_and_zero_leaves_out():
    x, y = clouds(gap=0.05)
    weights = np.random.default_rng(0).choice([0.0, 0.5, 2.0], size=len(x))
    w, b, mistakes = np.zeros(4), 0.0, 0
    for example, label, weight in zip(x.astype("float64"), y, weights, strict=True):
        error = label - float(example @ w + b >= 0)
        w, b, mistakes = w + weight * error * example, b + weight * error, mistakes + abs(error) * (weight > 0)
    model = PerceptronClassifier()
    with pytest.warns(UserWarning, match="raise epochs"):
        model.fit(x, y, sample_weight=weights, epochs=1, shuffle=False, verbose=0)
    np.testing.assert_allclose(np.asarray(model.perceptron.kernel)[:, 0], w, rtol=1e-5, atol=1e-5)
    assert np.asarray(model.perceptron.bias)[0] == b and model.mistakes == mistakes
    # exclusive or without one of its corners is separable
    model = PerceptronClassifier()
    model.fit(CORNERS, np.array([0, 1, 1, 0]), sample_weight=np.array([1.0, 1.0, 1.0, 0.0]), verbose=0)
    assert model.separable is True
    left = model.evaluate(CORNERS, np.array([0, 1, 1, 0]), verbose=0)
    assert left == 1 and model.evaluate(CORNERS[:3], np.array([0, 1, 1]), verbose=0) == 0
    assert model.evaluate(CORNERS, np.array([0, 1, 1, 0]), sample_weight=np.array([1, 1, 1, 0]), verbose=0) == 0


def test_class_weights():
    model = PerceptronClassifier()
    # with the class 1 left out, one step from zero weights makes all of the class 0 right
    model.fit(CORNERS, np.array([0, 1, 1, 0]), class_weight={1: 0.0}, verbose=0)
    assert model.separable is True and model.mistakes == 1
    with pytest.raises(ValueError, match="class_weight: got -1, expected numbers of at least 0"):
        model.fit(CORNERS, np.array([0, 0, 0, 1]), class_weight={0: -1.0}, verbose=0)
    with pytest.raises(ValueError, match="sample_weight: got -2, expected numbers of at least 0"):
        model.fit(CORNERS, np.array([0, 0, 0, 1]), sample_weight=np.array([1, 1, -2, 1]), verbose=0)


@pytest.mark.parametrize("part", ["bias", "kernel", "layer", "model"])
def test_frozen_weights_stay(part):
    model = PerceptronClassifier()
    model.build((None, 2))
    perceptron = model.perceptron
    frozen = {"bias": perceptron.bias, "kernel": perceptron.kernel, "layer": perceptron, "model": model}[part]
    frozen.trainable = False
    model.compile()
    # from zero weights all examples are on, and the first step is one of both weights
    with pytest.warns(UserWarning, match="some weights are frozen"):
        model.fit(CORNERS[1:], np.zeros(3), epochs=1, verbose=0)
    assert np.asarray(perceptron.kernel).any() == (part == "bias")
    assert np.asarray(perceptron.bias).any() == (part == "kernel")
    assert model.separable is None


def test_a_line_through_the_origin():
    model = PerceptronClassifier()
    model.build((None, 2))
    model.perceptron.bias.trainable = False
    model.compile()
    model.fit(np.array([[1.0, 0.5], [-1.0, -0.5]]), np.array([0, 1]), verbose=0)
    assert model.separable is True and not np.asarray(model.perceptron.bias).any()


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16", "uint8"])
def test_half_precision_and_whole_numbers_decide_as_float32(dtype):
    # in half precision all of these are one number
    x, y = np.array([[2049.0], [2050.0], [2051.0], [2053.0]]), np.array([0, 0, 1, 1])
    if dtype == "uint8":
        model, x = PerceptronClassifier(), (x - 2000).astype("uint8")
    else:
        model = PerceptronClassifier(dtype=dtype)
    model.perceptron.build((None, 1))
    model.perceptron.kernel.assign([[1.0]])
    model.perceptron.bias.assign([-2050.5 if dtype != "uint8" else -50.5])
    model.built = True
    assert model.evaluate(x, y, verbose=0) == 0
    np.testing.assert_array_equal(model.predict(x, verbose=0)[:, 0], y)


@pytest.mark.parametrize("name", ["optimizer", "loss", "metrics"])
def test_what_the_rule_has_no_use_for_is_refused(name):
    with pytest.raises(ValueError, match=f"{name}: PerceptronClassifier takes none"):
        PerceptronClassifier().compile(**{name: ["mse"] if name == "metrics" else "sgd"})


def test_configuration():
    config = PerceptronClassifier(learning_rate=np.float32(0.5), name="mine").get_config()
    assert config["learning_rate"] == 0.5
    assert PerceptronClassifier.from_config(config).get_config() == config


@pytest.mark.parametrize("learning_rate", [0, -1, float("nan"), True, "1"])
def test_wrong_rate(learning_rate):
    with pytest.raises(ValueError) as error:
        PerceptronClassifier(learning_rate)
    assert f"learning_rate: got {learning_rate!r}, expected a finite number above 0" in str(error.value)


@pytest.mark.parametrize(("labels", "shown"), [([-1, 1, 1, 1], "-1, 1"), ([0, 1, 2, 1], "0, 1, 2")])
def test_wrong_labels(labels, shown):
    with pytest.raises(ValueError, match=rf"got the labels {shown}, expected 1 and 0; map them"):
        PerceptronClassifier().fit(CORNERS, np.array(labels), verbose=0)

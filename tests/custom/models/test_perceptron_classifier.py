"""The learning rule against a loop in NumPy; gates; what it says when no weights will do."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.models import PerceptronClassifier, perceptron_pass

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
    with pytest.warns(UserWarning, match="too large to find out"):
        model.fit(x, np.arange(1000) % 2, epochs=1, verbose=0)
    assert model.separable is None


@pytest.mark.parametrize("seed", range(5))
def test_mistakes_stay_within_the_bound(seed):
    x, y = clouds(seed)
    model = PerceptronClassifier()
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

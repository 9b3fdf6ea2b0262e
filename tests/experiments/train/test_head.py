"""Raw scores and probabilities of a model, however its end is written."""

import keras
import numpy as np
import pytest

from experiments.train.head import Head

X = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
Dense, Activation, Softmax = keras.layers.Dense, keras.layers.Activation, keras.layers.Softmax
ENDS = {
    "activation layer": ("softmax", 3, lambda: [Dense(3), Activation("softmax")]),
    "softmax layer": ("softmax", 3, lambda: [Dense(3), Softmax()]),
    "dense with softmax": ("softmax", 3, lambda: [Dense(3, activation="softmax")]),
    "raw scores": ("softmax", 3, lambda: [Dense(3)]),
    "dense with sigmoid": ("sigmoid", 1, lambda: [Dense(1, activation="sigmoid")]),
    "raw score": ("sigmoid", 1, lambda: [Dense(1)]),
    "values": ("linear", 2, lambda: [Dense(2)]),
}
LINKS = {
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "linear": lambda z: z,
}


@pytest.mark.parametrize("end", ENDS)
def test_raw_scores_and_probabilities_share_weights(end, tmp_path):
    name, outputs, layers = ENDS[end]
    model = keras.Sequential([keras.Input((4,)), *layers()])
    head = Head(model, name, outputs)
    head.check(X)
    head.raw.compile(optimizer=keras.optimizers.SGD(0.5), loss="mean_squared_error")
    before = head.raw.predict_on_batch(X)
    head.raw.train_on_batch(X, np.ones((5, outputs)))
    raw = head.raw.predict_on_batch(X)
    assert not np.allclose(raw, before)
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(raw, X @ kernel + bias, rtol=1e-5, atol=1e-6)

    head.probabilities().save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict_on_batch(X), LINKS[name](raw.astype(np.float64)), rtol=1e-5, atol=1e-6)


def test_a_model_of_another_width_is_refused():
    model = keras.Sequential([keras.Input((4,)), Dense(2)])
    with pytest.raises(ValueError, match=r"the model gives \(None, 2\), the task wants \(None, 3\)"):
        Head(model, "softmax", 3)


def test_a_hidden_softmax_is_refused():
    scores = Dense(3)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.ops.softmax(scores(inputs)))
    head = Head(model, "softmax", 3)
    with pytest.raises(ValueError, match="the model's softmax is hidden"):
        head.check(X)

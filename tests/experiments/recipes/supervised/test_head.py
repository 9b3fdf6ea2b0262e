"""What is trained and what is saved of a model, however its end is written."""

import keras
import numpy as np
import pytest
from keras import ops

from experiments.recipes.supervised.head import Head
from experiments.study import catalog

X = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
Dense, Activation, Softmax, Reshape = (
    keras.layers.Dense,
    keras.layers.Activation,
    keras.layers.Softmax,
    keras.layers.Reshape,
)
LINKS = {
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "linear": lambda z: z,
}


def sequential(*layers):
    return keras.Sequential([keras.Input((4,)), *layers])


def functional(of, units=1):
    inputs = keras.Input((4,))
    return keras.Model(inputs, of(Dense(units)(inputs)))


class Classifier(keras.Model):
    """A sigmoid that no graph shows."""

    def __init__(self, activation="sigmoid", **options):
        super().__init__(**options)
        self.dense = Dense(1, activation=activation)

    def call(self, x):
        return self.dense(x)


class Stepped(keras.Model):
    """A functional model with a step of its own."""

    def train_step(self, *data):
        return super().train_step(*data)


def stepped():
    inputs = keras.Input((4,))
    return Stepped(inputs, Dense(3, activation="softmax")(inputs))


def float16():
    return sequential(Dense(3, activation="softmax", dtype="mixed_float16"))


def mixed():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return sequential(Dense(3, dtype="float32"))
    finally:
        keras.config.set_dtype_policy("float32")


def penalized():
    return sequential(Dense(3), Activation("softmax", activity_regularizer="l2"))


def masked():
    inputs = keras.Input((4,))
    scores = Dense(3)(inputs)
    return keras.Model(inputs, Softmax()(scores, mask=scores >= scores[:, :1]))


def called_twice():
    inputs, shared = keras.Input((4,)), Dense(4, activation="softmax")
    return keras.Model(inputs, shared(shared(inputs)))


# name → (head, outputs, what is trained gives, model)
ENDS = {
    "activation layer": ("softmax", 3, "raw", lambda: sequential(Dense(3), Activation("softmax"))),
    "softmax layer": ("softmax", 3, "raw", lambda: sequential(Dense(3), Softmax())),
    "dense with softmax": ("softmax", 3, "raw", lambda: sequential(Dense(3, activation="softmax"))),
    "raw scores": ("softmax", 3, "raw", lambda: sequential(Dense(3))),
    "dense with sigmoid": ("sigmoid", 1, "raw", lambda: sequential(Dense(1, activation="sigmoid"))),
    "raw score": ("sigmoid", 1, "raw", lambda: sequential(Dense(1))),
    "values": ("linear", 2, "raw", lambda: sequential(Dense(2))),
    "labels": ("multi_label", 3, "raw", lambda: sequential(Dense(3, activation="sigmoid"))),
    "ordered classes": ("ordinal", 3, "probabilities", lambda: sequential(Dense(3, "sigmoid"), Reshape((3,)))),
    "ops.sigmoid": ("sigmoid", 1, "raw", lambda: functional(ops.sigmoid)),
    "ops.softmax": ("softmax", 3, "raw", lambda: functional(ops.softmax, 3)),
    "dense with ops.sigmoid": ("sigmoid", 1, "raw", lambda: sequential(Dense(1, ops.sigmoid))),
    "nested raw scores": ("sigmoid", 1, "raw", lambda: sequential(sequential(Dense(1)))),
    "nested sigmoid": ("sigmoid", 1, "raw", lambda: sequential(sequential(sequential(Dense(1, "sigmoid"))))),
    "nested softmax": ("softmax", 3, "raw", lambda: sequential(sequential(Dense(3), Activation("softmax")))),
    "raw scores added": ("softmax", 3, "raw", lambda: functional(lambda z: keras.layers.add([z, Dense(3)(z)]), 3)),
    "bounded scores": ("sigmoid", 1, "raw", lambda: sequential(Dense(1, "tanh"))),
    "mixed precision, raw": ("softmax", 3, "raw", mixed),
    "raw from a class": ("sigmoid", 1, "raw", lambda: Classifier(None)),
    "sigmoid from a class": ("sigmoid", 1, "probabilities", Classifier),
    "nested softmax layer": ("softmax", 3, "probabilities", lambda: sequential(sequential(Dense(3), Softmax()))),
    "sigmoid reshaped": ("sigmoid", 1, "probabilities", lambda: sequential(Dense(1, "sigmoid"), Reshape((1,)))),
    "softmax by hand": (
        "softmax", 3, "probabilities", lambda: functional(lambda z: ops.exp(z) / ops.sum(ops.exp(z), -1, True), 3),
    ),
    "sigmoid in a lambda": (
        "sigmoid", 1, "probabilities", lambda: sequential(Dense(1), keras.layers.Lambda(ops.sigmoid)),
    ),
    "hard sigmoid": ("sigmoid", 1, "probabilities", lambda: sequential(Dense(1, "hard_sigmoid"))),
    "a step of its own": ("softmax", 3, "probabilities", stepped),
    "float16 probabilities": ("softmax", 3, "probabilities", float16),
    "penalized probabilities": ("softmax", 3, "probabilities", penalized),
    "masked softmax": ("softmax", 3, "probabilities", masked),
    "shared softmax": ("softmax", 4, "probabilities", called_twice),
}  # fmt: skip
RAW = (
    "raw scores", "raw score", "nested raw scores", "raw scores added", "bounded scores", "mixed precision, raw",
    "raw from a class",
)  # fmt: skip
SAVED = ("dense with softmax", "ops.sigmoid", "raw score", "nested sigmoid", "a step of its own", "values", "labels")


@pytest.mark.parametrize("end", ENDS)
def test_scores_are_those_of_the_model_itself(end, tmp_path):
    keras.utils.set_random_seed(0)
    name, outputs, gives, build = ENDS[end]
    model = build()
    own = np.asarray(model(X), np.float64)
    weights = [keras.ops.convert_to_numpy(weight) for weight in model.weights]
    head = Head(model, name, outputs)
    head.check(X)
    assert head.ends == gives
    for before, now in zip(weights, model.weights, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(now), before)

    scores = head.scores(head.raw(X))
    saved = head.finished()
    given = np.asarray(saved(X), np.float64)
    # what the row is computed from, what is saved, and what the user's own model gives, are one thing
    of_scores = LINKS[catalog.HEADS[name].link](scores.astype(np.float64))
    np.testing.assert_allclose(of_scores, given, atol=2e-3 if "float16" in end else 2e-7)
    if end not in RAW:
        np.testing.assert_allclose(given, own, atol=1e-7)
    if end in SAVED:
        saved.save(tmp_path / "model.keras")
        loaded = keras.models.load_model(tmp_path / "model.keras", custom_objects={"Stepped": Stepped})
        np.testing.assert_allclose(loaded.predict_on_batch(X), given, atol=1e-7)


def test_raw_scores_share_weights_with_the_model():
    model = sequential(Dense(3, activation="softmax"))
    head = Head(model, "softmax", 3)
    head.raw.compile(optimizer=keras.optimizers.SGD(0.5), loss="mean_squared_error")
    before = head.raw.predict_on_batch(X)
    head.raw.train_on_batch(X, np.ones((5, 3)))
    raw = head.raw.predict_on_batch(X)
    assert not np.allclose(raw, before)
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(raw, X @ kernel + bias, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(head.finished().predict_on_batch(X), LINKS["softmax"](raw), rtol=1e-5, atol=1e-6)


def test_scores_of_probabilities_are_clipped_as_keras_clips_them():
    head = Head(sequential(Dense(1, "hard_sigmoid")), "sigmoid", 1)
    head.check(X)
    given = np.float32([[0.0], [0.25], [1.0]])
    z = head.scores(given)[:, 0]
    for label in (0.0, 1.0):
        own = np.logaddexp(0, z) - label * z  # −log of the label's probability
        theirs = keras.losses.binary_crossentropy(np.full_like(given, label), ops.convert_to_tensor(given))
        np.testing.assert_allclose(own, theirs, rtol=1e-6, atol=1e-7)

    softmax = Head(masked(), "softmax", 3)
    z = softmax.scores(np.float32([[0.0, 0.25, 0.75], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(z[0], np.log([1e-7, 0.25, 0.75]), rtol=1e-7)
    assert np.isnan(z[1]).all()


class Told(keras.Model):
    """Scores of its own, which no trainer asks for."""

    def evaluate(self, *given, **options):
        return 1.0


def told():
    inputs = keras.Input((4,))
    return Told(inputs, Dense(3)(inputs))


def two_out():
    inputs = keras.Input((4,))
    return keras.Model(inputs, [Dense(2)(inputs), Dense(1)(inputs)])


def two_in():
    inputs = [keras.Input((4,)), keras.Input((4,))]
    return keras.Model(inputs, keras.layers.add([Dense(1)(tensor) for tensor in inputs]))


class TwoOut(Classifier):
    def call(self, x):
        return self.dense(x), self.dense(x)


@pytest.mark.parametrize(
    ("build", "head", "outputs", "message"),
    [
        (lambda: sequential(Dense(2)), "softmax", 3, r"the model gives \(None, 2\), the task wants \(None, 3\)"),
        (lambda: sequential(Dense(1, "softmax")), "sigmoid", 1, "softmax over one output, which is always 1; sigmoid"),
        (lambda: sequential(Dense(1), Softmax()), "sigmoid", 1, "softmax over one output"),
        (lambda: functional(ops.softmax), "sigmoid", 1, "softmax over one output"),
        (lambda: Classifier("softmax"), "sigmoid", 1, "gives 1 whatever its input .* end it in sigmoid, or in raw"),
        (lambda: sequential(Dense(3, "sigmoid")), "softmax", 3, "3 numbers from 0 to 1 that do not add up to 1"),
        (lambda: sequential(Dense(1, "relu")), "sigmoid", 1, "all of one sign: neither a probability nor a raw score"),
        (
            lambda: sequential(Dense(3, "softmax")),
            "multi_label",
            3,
            "softmax whose outputs add up to 1; multi_label",
        ),
        (
            lambda: sequential(Dense(3)),
            "ordinal",
            2,
            "its ordinal head .one of several ordered classes, by",
        ),
        (two_out, "softmax", 2, "the model has 2 outputs, allowed is one"),
        (TwoOut, "sigmoid", 1, "the model has 2 outputs, allowed is one"),
        (two_in, "sigmoid", 1, "the model has 2 inputs"),
        (told, "softmax", 3, "the class Told overrides evaluate, which a study does not call; allowed are call"),
    ],
)
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")
def test_ends_that_do_not_fit_are_refused(build, head, outputs, message):
    model = build()
    with pytest.raises(ValueError, match=message):
        Head(model, head, outputs).check(X)

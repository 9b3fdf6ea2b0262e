"""What does not fit is told once, before anything trains."""

import keras
import numpy as np
import pytest

from experiments import Study
from experiments.errors import RequestError
from experiments.train import forms, worker

Dense = keras.layers.Dense
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(60, 4)).astype(np.float32)
Y = GENERATOR.integers(0, 3, 60)


def net(*layers, start=keras.Sequential):
    return start([keras.Input((4,)), *layers])


def checked(build, factors=None, data=(X, Y), **settings):
    """What the check says of a study, before it trains."""
    study = Study(build=build, data=data, factors=factors or {"learning_rate": [0.1]}, seeds=2, epochs=1, **settings)
    return worker.check(study.declared, study.declared.trials)


def ended(activation):
    return net(Dense(3, activation="softmax"), Dense(1, activation=activation))


def refusing(units):
    if units > 8:
        raise ValueError("too wide")
    return net(Dense(units), Dense(3))


def hidden(end):
    return net(Dense(3), keras.layers.Lambda(lambda z: {"relu": z, "tanh": keras.ops.sigmoid(z)}[end]))


def narrow(units, kernel):
    return net(keras.layers.Reshape((4, 1)), keras.layers.Conv1D(units, kernel), keras.layers.Flatten(), Dense(3))


def exploding():
    huge = keras.initializers.Constant(1e30)
    return net(Dense(3, kernel_initializer=huge), Dense(3, kernel_initializer=huge))


def own_loss(y_true, y_pred):
    raise TypeError("a slip")


@pytest.mark.parametrize(
    ("build", "factors", "settings", "message"),
    [
        (lambda: net(Dense(1, "softmax")), {}, {"head": "sigmoid"}, "^model <lambda>: .* softmax over one output"),
        (lambda: net(Dense(2)), {}, {}, r"^model <lambda>: the model gives \(None, 2\), the task wants \(None, 3\)"),
        (
            refusing, {"units": [4, 16, 32]}, {},
            r"^model refusing with units = 16 or 32: ValueError: too wide \(test_forms.py, line \d+\)$",
        ),
        (refusing, {"units": [16, 32]}, {}, r"^model refusing: ValueError: too wide"),
        (
            hidden, {"end": ["relu", "tanh"]}, {},
            '^model hidden with end = "tanh": the model gives 3 numbers from 0 to 1 that do not add up to 1',
        ),
        (
            exploding,
            {}, {}, "gives NaN or infinity before it is trained, for the first 32 training examples",
        ),
        (lambda: net(Dense(3)), {}, {"loss": f"{__file__}:own_loss"}, r"TypeError: a slip \(test_forms.py, line"),
        (lambda: net(keras.layers.Reshape((2, 3)), Dense(3)), {}, {}, r"target_shape=\(2, 3\) \(test_forms.py"),
    ],
)  # fmt: skip
def test_what_can_not_be_trained_is_refused_in_one_line(build, factors, settings, message):
    data = (X, (Y > 0).astype(int)) if settings.get("head") else (X, Y)
    with pytest.raises(RequestError, match=message) as raised:
        checked(build, factors, data, **settings)
    assert len(str(raised.value).splitlines()) == 1


def test_a_combination_that_can_not_be_built_is_said_and_the_others_train():
    said = checked(narrow, {"units": [2, 3], "kernel": [2, 3]})
    assert said == []

    def together(units, kernel):
        return narrow(units, 9 if units == kernel == 3 else kernel)

    (line,) = checked(together, {"units": [2, 3], "kernel": [2, 3]})
    assert line.startswith("model together with units = 3, kernel = 3: ValueError: ")
    assert line.endswith("its trials fail")


class Own(keras.Model):
    """A loss of its own, in steps of its own."""

    def __init__(self, step="loss", **options):
        super().__init__(**options)
        self.dense, self.step = Dense(3), step

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return keras.ops.mean(keras.ops.square(y_pred))

    def train_step(self, *data):
        logs = super().train_step(*data)
        return logs if self.step == "loss" else {"error": 0.0}


def test_a_class_that_leaves_the_loss_out_is_told_and_refused_where_the_loss_is_a_factor():
    assert checked(lambda: Own()) == [  # noqa: PLW0108 (its options would be taken for settings)
        "study: the class Own overrides call, compute_loss, train_step, and does not use the study's loss"
    ]
    with pytest.raises(RequestError, match="does not use the study's loss, so the factor loss changes nothing"):
        checked(lambda: Own(), {"loss": ["cross_entropy", "mean_squared_error"]})  # noqa: PLW0108
    with pytest.raises(RequestError, match=r"what a train step returns has no loss: got \['error'\]"):
        checked(lambda: Own("none"))


def test_one_model_of_each_form_and_every_level():
    def of(build, **factors):
        study = Study(data=(X, Y), factors=factors, seeds=3, **({"build": build} if build else {})).declared
        return forms.pick_one_of_each(study, study.trials)

    assert len(of(None, activation=["relu", "tanh"], learning_rate=[0.1, 0.2, 0.3])) == 2
    assert len(of(None, activation=["relu", "tanh"], units=[[4], [8]])) == 3  # every level once
    assert len(of(narrow, units=[2, 3], kernel=[1, 2])) == 4  # of a user's function every combination
    assert len(of(narrow, units=list(range(1, 100)), kernel=[1, 2])) == 64

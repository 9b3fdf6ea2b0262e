"""StopOnDivergence: when it stops, what it says, what it leaves behind."""

import keras
import numpy as np
import pytest

from custom.callbacks import StopOnDivergence

X = np.linspace(-1, 1, 32, dtype="float32")[:, None]


def model_of(rate, loss="mse"):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(rate), loss)
    return model


def train(model, watch, epochs=5, **kwargs):
    return model.fit(X, 2 * X, epochs=epochs, batch_size=8, shuffle=False, verbose=0, callbacks=[watch], **kwargs)


def test_a_training_that_goes_well_is_left_alone():
    watch = StopOnDivergence()
    history = train(model_of(0.1), watch)
    assert len(history.epoch) == 5
    assert (watch.diverged, watch.epoch, watch.batch, watch.reason) == (False, None, None, None)


def test_a_loss_that_is_not_finite():
    watch = StopOnDivergence()
    history = train(model_of(1e15), watch)
    assert watch.diverged and watch.epoch == history.epoch[-1] < 4
    assert isinstance(watch.batch, int)
    assert watch.reason in ("loss is inf", "loss is nan")


def test_a_weight_that_is_not_finite_while_the_loss_is():
    class Poison(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.layers[0].bias.assign([np.inf])

    model, watch = model_of(0.1), StopOnDivergence()
    model.fit(X, X, epochs=5, verbose=0, callbacks=[Poison(), watch])
    assert watch.diverged and (watch.epoch, watch.batch) == (0, None)
    assert watch.reason.endswith("/bias is not finite")


def test_a_limit():
    watch = StopOnDivergence(limit=10.0)
    train(model_of(8.0), watch)
    assert watch.diverged and "beyond the limit 10" in watch.reason


def test_restore_gives_back_the_last_finite_epoch():
    model, watch = model_of(0.1), StopOnDivergence(restore=True)
    train(model, watch, epochs=3)
    good = [np.asarray(weight).copy() for weight in model.weights]

    class Explode(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.model.optimizer.learning_rate = 1e30

    fresh, watch = model_of(0.1), StopOnDivergence(restore=True)
    fresh.set_weights(good)
    kept = []

    class Keep(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kept.append([np.asarray(weight).copy() for weight in self.model.weights])

    fresh.fit(X, 2 * X, epochs=9, batch_size=8, shuffle=False, verbose=0, callbacks=[Explode(), Keep(), watch])
    assert watch.diverged and watch.epoch == 2
    for weight, expected in zip(fresh.weights, kept[1], strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_without_restore_the_model_stays_as_it_ended():
    model, watch = model_of(1e30), StopOnDivergence()
    train(model, watch)
    assert not all(np.isfinite(np.asarray(weight)).all() for weight in model.weights)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"limit": 0}, ["limit", "got 0", "above 0, or None"]),
        ({"limit": float("nan")}, ["limit", "got nan"]),
        ({"restore": 1}, ["restore", "got 1", "True or False"]),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError) as error:
        StopOnDivergence(**arguments)
    assert all(word in str(error.value) for word in words)

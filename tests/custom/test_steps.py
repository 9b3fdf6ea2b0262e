"""A training step of one's own: gradients by hand, state that moves, state that stays."""

import keras
import numpy as np
import pytest
from keras import ops

from custom import steps
from custom.steps import input_gradient, loss_and_gradients, run_step


class Counting(keras.Model):
    """One weight, and a count of its calls that no gradient touches."""

    def __init__(self):
        super().__init__()
        self.weight = self.add_weight(shape=(), initializer=keras.initializers.Constant(3.0), name="weight")
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False, name="calls")
        self.seen = keras.metrics.Mean(name="seen")
        self.built = True

    def call(self, inputs):
        self.calls.assign_add(1.0)
        return self.weight * inputs

    def train_step(self, *arguments):
        return run_step(self, self._learn, arguments)

    def _learn(self, data):
        x, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        loss, gradients = loss_and_gradients(
            lambda: ops.mean(ops.square(self(x))), self.trainable_variables, model=self
        )
        self.optimizer.apply(gradients, self.trainable_variables)
        self.seen.update_state(loss)
        return {"seen": self.seen.result()}


def test_loss_and_gradients():
    model = Counting()
    x = ops.convert_to_tensor(np.array([1.0, 2.0], "float32"))
    value, gradients = loss_and_gradients(lambda: ops.sum(ops.square(model(x))), model.trainable_variables, model=model)
    # Σ (wx)² = 5w², slope 10w
    assert float(value) == 45.0 and [float(g) for g in gradients] == [30.0]
    # what the call assigned has arrived
    assert float(model.calls.value) == 1.0


@pytest.mark.parametrize(
    "settings", [{}, {"run_eagerly": True}, {"jit_compile": True}], ids=["default", "eager", "jit"]
)
def test_all_state_moves_in_fit(settings):
    model = Counting()
    model.compile(keras.optimizers.SGD(0.1), **settings)
    history = model.fit(np.ones((6, 1), "float32"), batch_size=2, epochs=2, verbose=0).history
    # w ← w − 0.1 · 2w = 0.8w, six times
    assert float(model.weight.value) == pytest.approx(3 * 0.8**6, rel=1e-5)
    assert float(model.calls.value) == 6.0
    assert int(model.optimizer.iterations.value) == 6
    squares = (3 * 0.8 ** np.arange(6)) ** 2
    np.testing.assert_allclose(history["seen"], [squares[:3].mean(), squares[3:].mean()], rtol=1e-5)


def test_input_gradient_and_its_own_gradient():
    model = Counting()
    x = ops.convert_to_tensor(np.array([[1.0], [2.0]], "float32"))

    def slope():
        return ops.sum(input_gradient(lambda x: ops.sum(model(x) ** 2, axis=-1), x, model=model))

    value, (gradient,) = loss_and_gradients(slope, model.trainable_variables, model=model)
    # d/dx (wx)² = 2w²x, summed 6w²; its slope in w 12w
    assert float(value) == 54.0 and float(gradient) == 36.0


def test_the_gradient_alone_is_scaled():
    model = Counting()
    x = ops.convert_to_tensor(np.array([1.0, 2.0], "float32"))
    value, (gradient,) = loss_and_gradients(
        lambda: ops.sum(ops.square(model(x))), model.trainable_variables, model=model, scale=0.5
    )
    assert float(value) == 45.0 and float(gradient) == 15.0


def test_a_backend_without_training_steps_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "numpy")
    with pytest.raises(RuntimeError, match="KERAS_BACKEND: got 'numpy', expected tensorflow, jax or torch"):
        steps.run_step(None, None, ())

"""Rosenblatt's perceptron with its learning rule."""

import warnings

import keras
import numpy as np
from keras import ops

from custom import checks
from custom.layers.perceptron import Perceptron
from custom.models.separability import linearly_separable
from custom.steps import run_step
from custom.tensors import as_float

# the linear program is a matter of seconds up to here
LARGEST_PROGRAM = 200_000


def perceptron_pass(kernel, bias, x, y, *, learning_rate=1.0):
    """One pass of the learning rule over examples in their order: kernel, bias, and the mistakes made.

    Arguments:
        kernel: `[features, 1]`.
        bias: `[1]`.
        x: `[examples, features]`.
        y: labels 1 and 0, `[examples, 1]`.

    >>> zero = keras.ops.zeros((1, 1))
    >>> kernel, bias, mistakes = perceptron_pass(zero, zero[0], keras.ops.array([[2.0]]), zero)
    >>> float(kernel[0, 0]), float(bias[0]), float(mistakes)
    (-2.0, -1.0, 1.0)
    """

    def one(index, state):
        kernel, bias, mistakes = state
        example = ops.expand_dims(x[index], 0)
        on = ops.cast(ops.matmul(example, kernel)[0] + bias >= 0.0, kernel.dtype)
        error = y[index] - on
        return (
            kernel + learning_rate * ops.transpose(example) * error,
            bias + learning_rate * error,
            mistakes + ops.sum(ops.abs(error)),
        )

    return ops.fori_loop(0, ops.shape(x)[0], one, (kernel, bias, ops.zeros((), kernel.dtype)))


@keras.saving.register_keras_serializable(package="custom")
class PerceptronClassifier(keras.Model):
    """A perceptron that learns by Rosenblatt's rule, until every training example is right.

    Formula, for one example after another:

        ŷ = 1 where w·x + b ≥ 0, else 0
        w ← w + η(y − ŷ)x,    b ← b + η(y − ŷ)

    On separable data the rule ends, after at most (R/γ)² mistakes; on others it never does. `fit` stops
    after the first epoch without a mistake. Otherwise it finds out by linear programming whether any
    weights could have done better, and warns: `separable` is then False, or True if only more epochs were
    needed, or None if the data are too large to tell (over 200 000 numbers, or no arrays). `mistakes`
    counts all of them; `evaluate` counts those that are left.

    Arguments:
        learning_rate: η; a finite number above 0. From zero weights it only scales them.
        **kwargs: `name`, `dtype` and the like, as in `keras.Model`.

    Input: `[batch, features]`; labels 1 and 0, `[batch]` or `[batch, 1]`. Output: zeros and ones,
    `[batch, 1]`.

    Raises:
        ValueError: learning_rate is out of its range; labels other than 1 and 0.

    Example:

    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> model = PerceptronClassifier()
    >>> history = model.fit(x, np.array([0, 1, 1, 1]), verbose=0)
    >>> model.predict(x, verbose=0)[:, 0].tolist(), model.separable
    ([0.0, 1.0, 1.0, 1.0], True)

    Source: Rosenblatt (1958), "The perceptron"; the bound: Novikoff (1962), "On convergence proofs on
    perceptrons".
    """

    def __init__(self, learning_rate=1.0, **kwargs):
        super().__init__(**kwargs)
        self.learning_rate = checks.number(
            "learning_rate",
            learning_rate,
            expected="a finite number above 0",
            holds=lambda number: number > 0,
            mend="try learning_rate=1.0",
        )
        self.perceptron = Perceptron(1, straight_through=False, kernel_initializer="zeros", name="perceptron")
        self.mistake_count = keras.metrics.Sum(name="mistakes")
        self.mistakes, self.separable = 0, None
        # the rule takes the place of loss and optimizer; of Keras' optimizers this one has no state to be
        # saved
        self.compile("sgd")

    def build(self, input_shape):
        self.perceptron.build(input_shape)

    def call(self, inputs):
        return self.perceptron(inputs)

    def fit(self, x=None, y=None, epochs=100, callbacks=None, **kwargs):
        """As `keras.Model.fit`, up to `epochs` passes, and no longer than there are mistakes."""
        if y is not None:
            check_labels(y)
        self.separable = None
        stop = _StopWhenRight()
        history = super().fit(x=x, y=y, epochs=epochs, callbacks=[*(callbacks or []), stop], **kwargs)
        self.mistakes = int(sum(history.history["mistakes"]))
        if history.history["mistakes"][-1] == 0:
            self.separable = True
            return history
        if y is not None and hasattr(x, "shape") and np.prod(x.shape) <= LARGEST_PROGRAM:
            self.separable = linearly_separable(ops.convert_to_numpy(x), ops.convert_to_numpy(y))
        warnings.warn(MESSAGES[self.separable].format(epochs=epochs), stacklevel=2)
        return history

    def train_step(self, *arguments):
        return run_step(self, self._learn, arguments)

    def test_step(self, *arguments):
        return run_step(self, self._judge, arguments)

    def _learn(self, data):
        x, y = self._examples(data)
        kernel, bias = (ops.convert_to_tensor(weight) for weight in self.perceptron.weights)
        kernel, bias, mistakes = perceptron_pass(kernel, bias, x, y, learning_rate=self.learning_rate)
        self.perceptron.kernel.assign(kernel)
        self.perceptron.bias.assign(bias)
        self.mistake_count.update_state(mistakes)
        return {"mistakes": self.mistake_count.result()}

    def _judge(self, data):
        x, y = self._examples(data)
        self.mistake_count.update_state(ops.abs(y - ops.cast(self(x), y.dtype)))
        return {"mistakes": self.mistake_count.result()}

    def _examples(self, data):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        if not self.built:
            self(x)
        dtype = self.perceptron.kernel.dtype
        return ops.cast(as_float(x), dtype), ops.cast(ops.reshape(y, (-1, 1)), dtype)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 1)

    def get_config(self):
        return {**super().get_config(), "learning_rate": self.learning_rate}


MESSAGES = {
    True: "after {epochs} epochs there are still mistakes, though the data are separable; raise epochs.",
    False: "the data are not linearly separable: no weights classify all examples, and the rule would "
    "never end; add features or hidden layers.",
    None: "after {epochs} epochs there are still mistakes, and the data are too large to find out whether "
    "they are linearly separable; raise epochs, or ask linearly_separable about a part of them.",
}


class _StopWhenRight(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["mistakes"] == 0:
            self.model.stop_training = True


def check_labels(y):
    labels = np.unique(ops.convert_to_numpy(y).astype("float64"))
    if not set(labels.tolist()) <= {0.0, 1.0}:
        shown = ", ".join(f"{label:g}" for label in labels[:5])
        raise ValueError(f"y: got the labels {shown}, expected 1 and 0; map them with (y == positive_class).")

"""Rosenblatt's perceptron with its learning rule."""

import warnings
from collections.abc import Mapping, Sequence

import keras
import numpy as np
from keras import ops

from custom import checks
from custom.layers.perceptron import Perceptron
from custom.models.separability import linearly_separable
from custom.replicas import replicas
from custom.steps import run_step
from custom.tensors import as_float
from custom.types import Config, Data, Logs, Shape, Tensor, TensorLike

# the linear program is a matter of seconds up to here
LARGEST_PROGRAM = 200_000


def perceptron_pass(
    kernel: Tensor,
    bias: Tensor,
    x: Tensor,
    y: Tensor,
    *,
    learning_rate: float = 1.0,
    sample_weight: Tensor | None = None,
    learned: Sequence[str] = ("kernel", "bias"),
) -> tuple[Tensor, Tensor, Tensor]:
    """One pass of the learning rule over examples in their order: kernel, bias, and the mistakes made.

    Arguments:
        kernel: `[features, 1]`.
        bias: `[1]`.
        x: `[examples, features]`.
        y: labels 1 and 0, `[examples, 1]`.
        learning_rate: a number above 0.
        sample_weight: what each example's step is multiplied by, `[examples, 1]`, of at least 0, or None for 1. A
            mistake counts as one whatever its weight, and not at all at the weight 0.
        learned: which of the two learn; the other stays as it is.

    >>> zero = keras.ops.zeros((1, 1))
    >>> kernel, bias, mistakes = perceptron_pass(zero, zero[0], keras.ops.array([[2.0]]), zero)
    >>> float(kernel[0, 0]), float(bias[0]), float(mistakes)
    (-2.0, -1.0, 1.0)
    """

    weights = ops.ones_like(y) if sample_weight is None else sample_weight

    def one(index: int, state: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        kernel, bias, mistakes = state
        example = ops.expand_dims(x[index], 0)
        on = ops.cast(ops.matmul(example, kernel)[0] + bias >= 0.0, kernel.dtype)
        error = y[index] - on
        step = learning_rate * weights[index] * error
        return (
            kernel + ops.transpose(example) * step if "kernel" in learned else kernel,
            bias + step if "bias" in learned else bias,
            mistakes + ops.sum(ops.where(weights[index] > 0, ops.abs(error), 0.0)),
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

    `sample_weight` and `class_weight` multiply an example's step, as in scikit-learn's `Perceptron`; an example of
    the weight 0 is left out, of the mistakes too. Frozen weights stay as they are: with
    `model.perceptron.bias.trainable = False` the line goes through the origin. Steps and outputs are computed in the
    float type of the weights, under mixed precision too. The rule goes over one example after another, and so
    refuses several devices under a `tf.distribute` strategy.

    Arguments:
        learning_rate: η; a finite number above 0. From zero weights it only scales them.
        **kwargs: `name`, `dtype` and the like, as in `keras.Model`.

    Input: `[batch, features]`; labels 1 and 0, `[batch]` or `[batch, 1]`. Output: zeros and ones,
    `[batch, 1]`.

    Raises:
        ValueError: learning_rate is out of its range; labels other than 1 and 0; negative weights; an optimizer, a
            loss or metrics given to `compile`; a step on several devices.

    Example:

    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> model = PerceptronClassifier()
    >>> history = model.fit(x, np.array([0, 1, 1, 1]), verbose=0)
    >>> model.predict(x, verbose=0)[:, 0].tolist(), model.separable
    ([0.0, 1.0, 1.0, 1.0], True)

    Source: Rosenblatt (1958), "The perceptron"; the bound: Novikoff (1962), "On convergence proofs on
    perceptrons".
    """

    separable: bool | None

    def __init__(self, learning_rate: float = 1.0, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.learning_rate = checks.number(
            "learning_rate",
            learning_rate,
            expected="a finite number above 0",
            holds=lambda number: number > 0,
            mend="try learning_rate=1.0",
        )
        # rounded to half precision, examples would not be those that the rule has counted as right
        self.autocast = False
        whole = self.dtype_policy.variable_dtype
        self.perceptron = Perceptron(
            1, straight_through=False, kernel_initializer="zeros", dtype=whole, name="perceptron"
        )
        self.mistake_count = keras.metrics.Sum(name="mistakes")
        self.mistakes, self.separable = 0, None
        self.compile()

    def compile(self, **kwargs: object) -> None:
        """`run_eagerly`, `steps_per_execution` and `jit_compile`, as in `keras.Model.compile`.

        The rule takes the place of optimizer and loss, and `mistakes` that of metrics.
        """
        for name in ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"):
            if kwargs.pop(name, None) is not None:
                raise ValueError(
                    f"{name}: PerceptronClassifier takes none, for it learns by its own rule and counts mistakes; "
                    "leave it out."
                )
        self._compile_settings = kwargs
        # of Keras' optimizers this one has no state to be saved
        super().compile(optimizer="sgd", **kwargs)

    def get_compile_config(self) -> Config | None:
        return dict(self._compile_settings)

    def compile_from_config(self, config: Config) -> None:
        # files of earlier versions name Keras' optimizer here
        self.compile(**{name: value for name, value in config.items() if name in COMPILED})

    def build(self, input_shape: Shape) -> None:
        self.perceptron.build(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        return self.perceptron(inputs)

    def fit(
        self,
        x: Data = None,
        y: TensorLike | None = None,
        epochs: int = 100,
        callbacks: Sequence[keras.callbacks.Callback] | None = None,
        *,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: TensorLike | None = None,
        **kwargs: object,
    ) -> keras.callbacks.History:
        """As `keras.Model.fit`, up to `epochs` passes, and no longer than there are mistakes."""
        if y is not None:
            check_labels(y)
        check_weights("sample_weight", sample_weight)
        check_weights("class_weight", None if class_weight is None else list(class_weight.values()))
        kwargs.update(class_weight=class_weight, sample_weight=sample_weight)
        self.separable = None
        stop = _StopWhenRight()
        history = super().fit(x=x, y=y, epochs=epochs, callbacks=[*(callbacks or []), stop], **kwargs)
        self.mistakes = int(sum(history.history["mistakes"]))
        if history.history["mistakes"][-1] == 0:
            self.separable = True
            return history
        if len(self._learned()) < 2:
            warnings.warn(FROZEN.format(epochs=epochs), stacklevel=2)
            return history
        if y is not None and hasattr(x, "shape") and np.prod(x.shape) <= LARGEST_PROGRAM:
            x, y = ops.convert_to_numpy(x), np.ravel(ops.convert_to_numpy(y))
            counted = weights_of(y, class_weight, sample_weight) > 0
            self.separable = linearly_separable(x[counted], y[counted])
        warnings.warn(MESSAGES[self.separable].format(epochs=epochs), stacklevel=2)
        return history

    def train_step(self, *arguments: Data) -> dict[str, Tensor]:
        return run_step(self, self._learn, arguments)

    def test_step(self, *arguments: Data) -> dict[str, Tensor]:
        return run_step(self, self._judge, arguments)

    def _learn(self, data: Data) -> dict[str, Tensor]:
        if replicas() > 1:
            raise ValueError(
                f"PerceptronClassifier: got {replicas()} devices, expected 1, for the rule goes over one example after "
                "another; build and fit it outside of the strategy's scope."
            )
        x, y, weights = self._examples(data)
        kernel, bias = (ops.convert_to_tensor(weight) for weight in self.perceptron.weights)
        learned = self._learned()
        *after, mistakes = perceptron_pass(
            kernel, bias, x, y, learning_rate=self.learning_rate, sample_weight=weights, learned=learned
        )
        for name, value in zip(("kernel", "bias"), after, strict=True):
            if name in learned:
                getattr(self.perceptron, name).assign(value)
        self.mistake_count.update_state(mistakes)
        return {"mistakes": self.mistake_count.result()}

    def _judge(self, data: Data) -> dict[str, Tensor]:
        x, y, weights = self._examples(data)
        mistakes = ops.abs(y - ops.cast(self(x), y.dtype))
        self.mistake_count.update_state(mistakes if weights is None else ops.where(weights > 0, mistakes, 0.0))
        return {"mistakes": self.mistake_count.result()}

    def _learned(self) -> list[str]:
        trained = {id(variable) for variable in self.trainable_variables}
        return [name for name in ("kernel", "bias") if id(getattr(self.perceptron, name)) in trained]

    def _examples(self, data: Data) -> tuple[Tensor, Tensor, Tensor | None]:
        x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
        if not self.built:
            self(x)
        dtype = self.perceptron.kernel.dtype
        column = ops.cast(ops.reshape(y, (-1, 1)), dtype)
        of_examples = None if weights is None else ops.cast(ops.reshape(weights, (-1, 1)), dtype)
        return ops.cast(as_float(x), dtype), column, of_examples

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], 1)

    def get_config(self) -> Config:
        return {**super().get_config(), "learning_rate": self.learning_rate}


COMPILED = ("run_eagerly", "steps_per_execution", "jit_compile")
MESSAGES = {
    True: "after {epochs} epochs there are still mistakes, though the data are separable; raise epochs.",
    False: "the data are not linearly separable: no weights classify all examples, and the rule would "
    "never end; add features or hidden layers.",
    None: "after {epochs} epochs there are still mistakes, and the data are too large to find out whether "
    "they are linearly separable; raise epochs, or ask linearly_separable about a part of them.",
}
FROZEN = "after {epochs} epochs there are still mistakes, and some weights are frozen; unfreeze them, or raise epochs."


class _StopWhenRight(keras.callbacks.Callback):
    model: keras.Model

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if logs is not None and logs["mistakes"] == 0:
            self.model.stop_training = True


def check_labels(y: TensorLike) -> None:
    labels = np.unique(ops.convert_to_numpy(y).astype("float64"))
    if not set(labels.tolist()) <= {0.0, 1.0}:
        shown = ", ".join(f"{label:g}" for label in labels[:5])
        raise ValueError(f"y: got the labels {shown}, expected 1 and 0; map them with (y == positive_class).")


def check_weights(name: str, weights: TensorLike | None) -> None:
    if weights is not None and np.min(ops.convert_to_numpy(weights), initial=0.0) < 0:
        lowest = np.min(ops.convert_to_numpy(weights))
        raise ValueError(
            f"{name}: got {lowest:g}, expected numbers of at least 0; a weight of 0 leaves an example out."
        )


def weights_of(y: np.ndarray, class_weight: Mapping[int, float] | None, sample_weight: TensorLike | None) -> np.ndarray:
    """The weight of each example, `[examples]`; a class that is not named has the weight 1.

    >>> weights_of(np.array([0, 1]), {0: 2.0}, None).tolist()
    [2.0, 1.0]
    """
    if sample_weight is not None:
        return np.ravel(ops.convert_to_numpy(sample_weight))
    return np.array([(class_weight or {}).get(int(label), 1.0) for label in y])

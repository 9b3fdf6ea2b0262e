"""What goes on inside a model while it trains, an epoch at a time."""

from collections.abc import Callable, Iterable, Sequence

import keras
import numpy as np

from custom import checks
from custom.keras_internals import calls_of
from custom.layers.hard_tanh import HardTanh
from custom.steps import loss_and_gradients
from custom.types import Logs, Tensor, TensorLike

# slope of an activation relative to its steepest, as a function of its output
RELATIVE_SLOPES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda a: 4.0 * a * (1.0 - a),
    "tanh": lambda a: 1.0 - a * a,
    "softsign": lambda a: (1.0 - np.abs(a)) ** 2,
    "hard_tanh": lambda a: np.abs(a) < 1.0,
    "hard_sigmoid": lambda a: (a > 0.0) & (a < 1.0),
    "relu": lambda a: a > 0.0,
    "relu6": lambda a: (a > 0.0) & (a < 6.0),
}
# layers that are an activation
ACTIVATION_LAYERS: dict[type[keras.layers.Layer], str] = {
    HardTanh: "hard_tanh",
    keras.layers.ReLU: "relu",
    keras.layers.LeakyReLU: "leaky_relu",
    keras.layers.ELU: "elu",
}
# a softmax's outputs are shares of one whole, a gated cell's are products: neither is a unit's own activation
NOT_MEASURED_ACTIVATIONS = ("linear", "softmax", "log_softmax")
NOT_MEASURED_LAYERS = (keras.layers.LSTM, keras.layers.GRU)


def activation_name(layer: keras.layers.Layer) -> str | None:
    """The name of the activation that makes a layer's output, or None where there is none to measure.

    >>> activation_name(keras.layers.Dense(1, "tanh")), activation_name(keras.layers.Dense(1))
    ('tanh', None)
    """
    if type(layer) in ACTIVATION_LAYERS:
        return ACTIVATION_LAYERS[type(layer)]
    name = getattr(getattr(layer, "activation", None), "__name__", None)
    return None if name in NOT_MEASURED_ACTIVATIONS or isinstance(layer, NOT_MEASURED_LAYERS) else name


def measured_activation(layer: keras.layers.Layer) -> str | None:
    """`activation_name`, where the layer is called once and gives one tensor: of other outputs there is no share.

    >>> measured_activation(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "tanh")]).layers[0])
    'tanh'
    """
    calls = calls_of(layer)
    if len(calls) != 1 or len(calls[0].output_tensors) != 1:
        return None
    return activation_name(layer)


def saturated_share(outputs: np.ndarray, activation: str, *, below: float = 0.01) -> float:
    """The share of outputs where the activation's slope is under a share of its steepest slope.

    >>> saturated_share(np.array([0.0, 0.5, 0.999, -1.0]), "tanh")
    0.5
    """
    return float(np.mean(RELATIVE_SLOPES[activation](np.asarray(outputs, "float64")) < below))


def dead_share(outputs: np.ndarray) -> float:
    """The share of units (last axis) whose output is exactly 0 for every example.

    >>> dead_share(np.array([[0.0, 1.0], [0.0, 0.0]]))
    0.5
    """
    units = np.asarray(outputs).reshape(-1, np.shape(outputs)[-1])
    return float(np.mean(~units.any(axis=0)))


def active_share(outputs: np.ndarray, *, above: float = 0.1) -> float:
    """The share of outputs whose size is above a threshold.

    >>> active_share(np.array([0.0, 0.05, -0.5, 2.0]))
    0.5
    """
    return float(np.mean(np.abs(outputs) > above))


def zero_share(weights: TensorLike) -> float:
    """The share of weights that are exactly 0.

    >>> zero_share(np.array([0.0, 1e-6, 1.0, 0.0]))
    0.5
    """
    return float(np.mean(np.asarray(weights) == 0.0))


def near_zero_share(weights: TensorLike, *, below: float = 1e-3) -> float:
    """The share of weights whose size is under a threshold, exact zeros among them.

    >>> near_zero_share(np.array([0.0, 1e-6, 1.0, -1.0]))
    0.5
    """
    return float(np.mean(np.abs(weights) < below))


def output_figures(
    outputs: np.ndarray, activation: str, *, bounds: Iterable[Tensor | float] | None = None, active_above: float = 0.1
) -> dict[str, float]:
    """What a layer's outputs show: `dead`, `active`, and where the slope is known `saturated`.

    bounds: the lowest and the highest output of a hard tanh layer.

    >>> output_figures(np.array([[0.0, 1.0], [0.0, 0.05]]), "relu")
    {'saturated': 0.5, 'dead': 0.5, 'active': 0.25}
    """
    outputs = np.asarray(outputs, "float64")
    figures: dict[str, float] = {}
    if bounds is not None:
        low, high = (float(bound) for bound in bounds)
        # brought to [−1, 1]; learned bounds are rounded on the way
        scaled = (2.0 * outputs - high - low) / (high - low) * (1.0 + 1e-6)
        figures["saturated"] = saturated_share(scaled, activation)
    elif activation in RELATIVE_SLOPES:
        figures["saturated"] = saturated_share(outputs, activation)
    return {**figures, "dead": dead_share(outputs), "active": active_share(outputs, above=active_above)}


def kernel_figures(kernels: Sequence[np.ndarray], *, near_zero: float = 1e-3) -> dict[str, float]:
    """What a layer's kernels show: `zero` and `near_zero`; nothing where there is none.

    >>> kernel_figures([np.array([[0.0, 1e-6], [1.0, 0.0]])])
    {'zero': 0.5, 'near_zero': 0.75}
    """
    if not kernels:
        return {}
    weights = np.concatenate([np.ravel(np.asarray(kernel)) for kernel in kernels]).astype("float64")
    return {"zero": zero_share(weights), "near_zero": near_zero_share(weights, below=near_zero)}


class Telemetry(keras.callbacks.Callback):
    """Measures a model on a fixed probe after every epoch, and adds the figures to the epoch's logs.

    They reach `History`, and `CSVLogger` and `TensorBoard` where these come after it in the list of
    callbacks. For each layer:

        gradient_norm/<layer>   Euclidean norm of the gradient of the loss, penalties included, in its weights
        saturated/<layer>       share of outputs where the activation's slope is under 1 % of its steepest
        dead/<layer>            share of units that are exactly 0 for every example of the probe
        active/<layer>          share of outputs whose size is above `active_above`
        zero/<layer>            share of exact zeros among its kernels' weights
        near_zero/<layer>       share of them whose size is below `near_zero`

    The probe runs in inference mode, so that dropout, batch statistics and seeds of the training stay
    untouched. Outputs are measured in models with known layer outputs (sequential and functional ones),
    where the activation is neither linear nor softmax; `saturated` for the activations in
    `RELATIVE_SLOPES` and for `HardTanh`.

    Arguments:
        x: inputs of the probe, as the model takes them; a few hundred examples are enough.
        y: their labels, or None to leave the gradients out.
        near_zero: the size below which a weight counts as near zero; a finite number above 0.
        active_above: the size above which an output counts as active; a finite number of at least 0.

    Raises:
        ValueError: an argument is out of its range.

    Example:

    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "relu", name="hidden")])
    >>> model.compile("sgd", "mse")
    >>> x, y = np.ones((4, 3), "float32"), np.ones((4, 2), "float32")
    >>> history = model.fit(x, y, verbose=0, callbacks=[Telemetry(x, y)]).history
    >>> sorted(name for name in history if name.endswith("/hidden"))[:3]
    ['active/hidden', 'dead/hidden', 'gradient_norm/hidden']
    """

    model: keras.Model
    _probe: keras.Model | None

    def __init__(
        self, x: np.ndarray, y: np.ndarray | None = None, *, near_zero: float = 1e-3, active_above: float = 0.1
    ) -> None:
        super().__init__()
        self.x, self.y = x, y
        self.near_zero = checks.number(
            "near_zero",
            near_zero,
            expected="a finite number above 0",
            holds=lambda number: number > 0,
            mend="try near_zero=1e-3",
        )
        self.active_above = checks.number(
            "active_above",
            active_above,
            expected="a finite number of at least 0",
            holds=lambda number: number >= 0,
            mend="try active_above=0.1",
        )

    def set_model(self, model: keras.Model) -> None:
        super().set_model(model)
        self._probe = None

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if logs is not None:
            logs.update(self.measure())

    def measure(self) -> dict[str, float]:
        """All figures as they are now: a dictionary of plain numbers."""
        figures: dict[str, float] = {}
        if self.y is not None:
            figures.update(self._gradient_norms())
        figures.update(self._outputs())
        figures.update(self._weights())
        return figures

    def _gradient_norms(self) -> dict[str, float]:
        model = self.model

        def loss() -> Tensor:
            return model.compute_loss(x=self.x, y=self.y, y_pred=model(self.x, training=False), training=False)

        variables = model.trainable_variables
        _, gradients = loss_and_gradients(loss, variables, model=model)
        squares = {
            id(variable): 0.0 if gradient is None else float(keras.ops.sum(keras.ops.square(gradient)))
            for variable, gradient in zip(variables, gradients, strict=True)
        }
        return {
            f"gradient_norm/{layer.name}": sum(squares[id(v)] for v in layer.trainable_variables) ** 0.5
            for layer in model.layers
            if layer.trainable_variables
        }

    def _outputs(self) -> dict[str, float]:
        if not getattr(self.model, "inputs", None):
            return {}
        measured = [(layer, name) for layer in self.model.layers if (name := measured_activation(layer))]
        if not measured:
            return {}
        if self._probe is None:
            inputs = self.model.inputs
            # a list of one input is another structure than the input itself, of which Keras warns on PyTorch
            inputs = inputs[0] if len(inputs) == 1 else inputs
            self._probe = keras.Model(inputs, {layer.name: layer.output for layer, _ in measured})
        figures: dict[str, float] = {}
        all_outputs = self._probe.predict_on_batch(self.x)
        for layer, name in measured:
            bounds = map(keras.ops.convert_to_numpy, layer.bounds()) if isinstance(layer, HardTanh) else None
            found = output_figures(all_outputs[layer.name], name, bounds=bounds, active_above=self.active_above)
            figures.update({f"{figure}/{layer.name}": value for figure, value in found.items()})
        return figures

    def _weights(self) -> dict[str, float]:
        figures: dict[str, float] = {}
        for layer in self.model.layers:
            # biases start at zero by design
            kernels = [v for v in layer.trainable_variables if len(v.shape) > 1]
            found = kernel_figures(kernels, near_zero=self.near_zero)
            figures.update({f"{figure}/{layer.name}": value for figure, value in found.items()})
        return figures

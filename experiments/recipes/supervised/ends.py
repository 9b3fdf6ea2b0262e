"""What a model's outputs are, raw scores or probabilities: told by its layers, or tried with numbers."""

from collections.abc import Callable

import keras
import numpy as np

from custom.keras_internals import Functional, Sigmoid, Softmax, call_inputs, graph, operation_of
from custom.types import Tensor
from experiments.errors import RequestError
from experiments.study.types import KerasPart, Plain

_layers = keras.layers
LINKS: dict[str, tuple[KerasPart, ...]] = {
    "softmax": (keras.activations.softmax, keras.ops.softmax),
    "sigmoid": (keras.activations.sigmoid, keras.ops.sigmoid),
}
_LINEAR = (keras.activations.linear, None)
# the last axis of their outputs is `activation` of a product
PRODUCTS = (_layers.Dense, _layers.EinsumDense)
HOLDERS = (*PRODUCTS, _layers.Activation)  # layers whose attribute `activation` is what they end in
_CONVOLUTIONS = (_layers.Conv1D, _layers.Conv2D, _layers.Conv3D)
_PASS = (
    _layers.Reshape, _layers.Flatten, _layers.Identity, _layers.Dropout, _layers.ActivityRegularization,
    _layers.GlobalAveragePooling1D, _layers.GlobalAveragePooling2D, _layers.GlobalAveragePooling3D,
)  # fmt: skip
_MERGES = (_layers.Add, _layers.Average)
_TINY = 1e-6  # by which a probability may miss its bounds
_SCALES = (0.5, 1.0, 3.0, 0.5, 1.0, 3.0)  # of the noise that weights are moved by


def link(operation: KerasPart) -> str | None:
    """The name of the activation that an operation ends in, "softmax" over the last axis or "sigmoid", or None.

    >>> link(keras.layers.Dense(2, activation="softmax")), link(keras.layers.Dense(2))
    ('softmax', None)
    """
    kind = type(operation)
    if kind is Sigmoid:
        return "sigmoid"
    if kind in (Softmax, _layers.Softmax):
        return "softmax" if operation.axis == -1 else None
    if kind not in (*PRODUCTS, _layers.Activation):
        return None
    return next((name for name, known in LINKS.items() if operation.activation in known), None)


def innermost(inputs: KerasPart, output: KerasPart) -> KerasPart:
    """The operation that gives an output; of a model within the model, called once, the one that gives its output."""
    last = operation_of(output)
    while type(last) in (keras.Sequential, Functional) and len(last.outputs) == 1 and used_once(inputs, output, last):
        inputs, output = last.inputs, last.outputs[0]
        deeper = operation_of(output)
        if not used_once(inputs, output, deeper):
            break
        last = deeper
    return last


def used_once(inputs: KerasPart, output: KerasPart, operation: KerasPart) -> bool:
    """Whether an operation stands once in the graph from inputs to an output."""
    return sum(call.operation is operation for call in graph(keras.Model(inputs, output))) == 1


def gives_raw_scores(tensor: KerasPart) -> bool:
    """Whether a tensor of a graph is, by its layers, any real number: a product, or sums and means of products."""
    operation = operation_of(tensor)
    kind = type(operation)
    if kind in (*PRODUCTS, *_CONVOLUTIONS):
        return operation.activation in _LINEAR
    if kind is _layers.Activation and operation.activation not in _LINEAR:
        return False
    if kind in (keras.Sequential, Functional):
        return len(operation.outputs) == 1 and gives_raw_scores(operation.outputs[0])
    if kind in (*_PASS, *_MERGES, _layers.Activation):
        return all(map(gives_raw_scores, call_inputs(tensor)))
    return False


def tried(
    call: Callable[[np.ndarray], Tensor], model: keras.Model, activation: str, outputs: int, x: np.ndarray
) -> str:
    """What a classifier's outputs are, "raw" or "probabilities", from what it gives as it is and with other weights.

    call: x → outputs `[examples, outputs]`. activation: "softmax" or "sigmoid", of which they are probabilities. x:
    examples as the model sees them. Weights are as before afterwards.

    Raises RequestError where the outputs are neither, or can't be told apart.
    """
    variables = model.variables
    before = [keras.ops.convert_to_numpy(variable) for variable in variables]
    noise = np.random.default_rng(0)
    trained = {id(variable) for variable in model.trainable_variables}
    found = [_rows(call(x), outputs)]
    try:
        for scale in _SCALES:
            if _are_raw(np.concatenate(found), activation):
                break
            for variable, value in zip(variables, before, strict=True):
                if id(variable) in trained:
                    moved = scale * noise.standard_normal(size=value.shape, dtype=np.float32)
                    variable.assign(value + moved.astype(value.dtype))
            found.append(_rows(call(x), outputs))
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
    values = np.concatenate(found)
    return _judged(values[np.isfinite(values).all(axis=1)], activation, outputs, found[0].dtype)


def _rows(given: Plain, outputs: int) -> np.ndarray:
    values = keras.ops.convert_to_numpy(given)
    return values.reshape(-1, outputs).astype(np.float64 if values.dtype == np.float64 else np.float32)


def _are_raw(values: np.ndarray, activation: str) -> bool:
    """Whether outputs can only be raw scores: some are no probability, and those of one output have both signs."""
    low, high = np.min(values, initial=0.0), np.max(values, initial=0.0)
    return bool((low < -_TINY or high > 1 + _TINY) and (activation == "softmax" or low < 0 < high))


def _judged(values: np.ndarray, activation: str, outputs: int, kind: KerasPart) -> str:
    fits = f"end it in {activation}, or in raw scores: Dense({outputs})"
    if not len(values):
        raise RequestError(f"the model gives no finite outputs; {fits}")
    low, high = float(values.min()), float(values.max())
    if not np.ptp(values, axis=0).any():
        raise RequestError(f"the model gives {high:.6g} whatever its input and its weights are; {fits}")
    if low >= -_TINY and high <= 1 + _TINY:
        if activation == "sigmoid" or np.allclose(values.sum(axis=1), 1, atol=1e-2):
            return "probabilities"
        raise RequestError(
            f"the model gives {outputs} numbers from 0 to 1 that do not add up to 1, as separate sigmoids do; {fits}"
        )
    if activation == "sigmoid" and (low >= 0 or high <= 0):
        raise RequestError(
            f"the model gives numbers from {low:.3g} to {high:.3g}, all of one sign: neither a probability nor a "
            f"raw score; {fits}"
        )
    return "raw"

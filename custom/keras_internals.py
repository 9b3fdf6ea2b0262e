"""What Keras keeps to itself: its private names, each behind a function with a plain one.

No other file uses a private name of Keras, so a new version of Keras that changes one breaks this file alone.
`tests/test_keras_internals.py` keeps it so.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state
from keras.src.models.functional import Functional, functional_like_constructor
from keras.src.ops.nn import Sigmoid, Softmax
from keras.src.utils.naming import to_snake_case

__all__ = [
    "Functional",
    "Sigmoid",
    "Softmax",
    "all_layers",
    "as_graph",
    "call_inputs",
    "calls_of",
    "compile_option",
    "global_attribute",
    "graph",
    "has_graph",
    "has_own_losses",
    "input_shape_when_built",
    "keeps_class",
    "learning_rate_of",
    "merge",
    "merges_ranks",
    "omits_decay",
    "operation_of",
    "own_variables",
    "run_graph",
    "set_global_attribute",
    "shapes_only",
    "to_snake_case",
    "variable_index",
]


# --- the graph of a functional model ---------------------------------------------------------------------------------


def has_graph(model: Any) -> bool:
    """Whether a model shows its layers as a graph, as functional models do.

    >>> x = keras.Input((2,))
    >>> has_graph(keras.Model(x, keras.layers.Dense(1)(x))), has_graph(keras.Sequential([keras.layers.Dense(1)]))
    (True, False)
    """
    return hasattr(model, "_nodes_by_depth")


def as_graph(model: Any) -> Any:
    """A functional model itself, the functional model within a `Sequential` that is built, else None.

    >>> as_graph(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="a")])).layers[-1].name
    'a'
    >>> as_graph(keras.Sequential([keras.layers.Dense(1)]))
    """
    found = getattr(model, "_functional", None) if isinstance(model, keras.Sequential) else model
    return found if found is not None and has_graph(found) else None


def keeps_class(model: keras.Model) -> bool:
    """Whether Keras' `clone_model` gives a functional model of the same class: it is made of inputs and outputs.

    >>> x = keras.Input((2,))
    >>> keeps_class(keras.Model(x, keras.layers.Dense(1)(x)))
    True
    """
    return bool(functional_like_constructor(type(model)))


def graph(model: keras.Model) -> list[Any]:
    """The calls of a model's layers, from its inputs to its outputs, without the inputs themselves.

    A call has `operation`, the layer; `input_tensors` and `output_tensors`; and `arguments`.

    >>> x = keras.Input((2,))
    >>> [call.operation.name for call in graph(keras.Model(x, keras.layers.Dense(1, name="a")(x)))]
    ['a']
    """
    by_depth = model._nodes_by_depth
    calls = [call for depth in sorted(by_depth, reverse=True) for call in by_depth[depth]]
    return [call for call in calls if call.operation and not call.is_input]


def run_graph(model: keras.Model, inputs: list[Any], call: Callable[..., Any]) -> Any:
    """What a model's graph gives if `call(layer, *inputs)` stands for each layer's own call.

    >>> x = keras.Input((2,))
    >>> model = keras.Model(x, keras.layers.ReLU()(keras.layers.Dense(1)(x)))
    >>> run_graph(model, [1], lambda layer, x, **_: x + 1)
    3
    """
    return model._run_through_graph(inputs, call_fn=call)


def operation_of(tensor: Any) -> Any:
    """The layer, or other operation, that gives a tensor of a graph.

    >>> operation_of(keras.layers.Dense(1, name="a")(keras.Input((2,)))).name
    'a'
    """
    return tensor._keras_history.operation


def call_inputs(tensor: Any) -> list[Any]:
    """The tensors that the call which gives a tensor of a graph takes.

    >>> x = keras.Input((2,))
    >>> call_inputs(keras.layers.Dense(1)(x))[0] is x
    True
    """
    history = tensor._keras_history
    inputs: list[Any] = history.operation._inbound_nodes[history.node_index].input_tensors
    return inputs


def calls_of(layer: keras.Layer) -> list[Any]:
    """All calls of a layer in graphs, in the order in which they were made.

    >>> layer = keras.layers.Dense(1)
    >>> outputs = [layer(keras.Input((2,))), layer(keras.Input((2,)))]
    >>> len(calls_of(layer))
    2
    """
    calls: list[Any] = layer._inbound_nodes
    return calls


def all_layers(model: keras.Model) -> Iterable[Any]:
    """A model and all layers within it, those within its layers included.

    >>> [type(layer).__name__ for layer in all_layers(keras.Sequential([keras.layers.ReLU()]))]
    ['Sequential', 'ReLU']
    """
    layers: Iterable[Any] = model._flatten_layers()
    return layers


# --- layers ----------------------------------------------------------------------------------------------------------


def merge(layer: keras.Layer, inputs: list[Any]) -> Any:
    """What a merging layer, such as `Add`, makes of inputs of one rank.

    >>> int(merge(keras.layers.Add(), [1, 2]))
    3
    """
    return layer._merge_function(inputs)


def merges_ranks(layer: keras.Layer) -> bool:
    """Whether a merging layer that has been called takes inputs of different ranks.

    >>> layer = keras.layers.Add()
    >>> merged = layer([keras.Input((2,)), keras.Input((3, 2))])
    >>> merges_ranks(layer)
    True
    """
    return bool(layer._reshape_required)


def input_shape_when_built(layer: keras.Layer) -> tuple[Any, ...]:
    """The input shape that a layer was built for, the batch included.

    >>> layer = keras.layers.BatchNormalization()
    >>> layer.build((None, 3))
    >>> input_shape_when_built(layer)
    (None, 3)
    """
    shapes: Any = layer._build_shapes_dict
    return tuple(shapes["input_shape"])


@contextmanager
def shapes_only() -> Iterator[None]:
    """Weights that are made inside have a shape and no values, and get none: nothing is drawn, nothing takes memory.

    >>> with shapes_only():
    ...     layer = keras.layers.Dense(3)
    ...     layer.build((None, 2))
    >>> [tuple(weight.shape) for weight in layer.weights]
    [(2, 3), (3,)]
    """
    waiting = "uninitialized_variables"
    before: list[Any] = [*(global_state.get_global_attribute(waiting) or ())]
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:  # else the next scope that ends would draw their values
        global_state.set_global_attribute(waiting, before)


def has_own_losses(model: keras.Model) -> bool:
    """Whether terms of the loss were added to a model itself, rather than to its layers.

    >>> has_own_losses(keras.Sequential([keras.layers.Dense(1, kernel_regularizer="l2")]))
    False
    """
    return bool(model._losses)


# --- optimizers ------------------------------------------------------------------------------------------------------


def learning_rate_of(optimizer: keras.optimizers.Optimizer) -> Any:
    """An optimizer's rate as it was given: a `keras.Variable` of a number, or a schedule or callable itself.

    >>> isinstance(learning_rate_of(keras.optimizers.SGD(0.1)), keras.Variable)
    True
    """
    return optimizer._learning_rate


def omits_decay(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether an optimizer leaves some weights out of its decay.

    >>> optimizer = keras.optimizers.AdamW(0.1)
    >>> optimizer.exclude_from_weight_decay(var_names=["bias"])
    >>> omits_decay(optimizer), omits_decay(keras.optimizers.AdamW(0.1))
    (True, False)
    """
    names = ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern")
    return any(getattr(optimizer, name, None) for name in names)


def own_variables(optimizer: keras.optimizers.Optimizer) -> list[Any]:
    """The variables of an optimizer itself, without those that a property of its class may add.

    >>> [variable.name for variable in own_variables(keras.optimizers.SGD(0.1))]
    ['iteration', 'learning_rate']
    """
    variables: list[Any] = optimizer._variables
    return variables


def variable_index(optimizer: keras.optimizers.Optimizer, variable: Any) -> int:
    """The place of a variable among those that an optimizer was built with.

    >>> weights = [keras.Variable(1.0), keras.Variable(2.0)]
    >>> optimizer = keras.optimizers.SGD(0.1)
    >>> optimizer.build(weights)
    >>> variable_index(optimizer, weights[1])
    1
    """
    index: int = optimizer._get_variable_index(variable)
    return index


# --- what a model was compiled with ----------------------------------------------------------------------------------


def compile_option(model: keras.Model, name: str) -> Any:
    """An option as it was given to `compile`: `loss_weights`, `metrics` or `weighted_metrics`; None where none was.

    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse", metrics=["mae"])
    >>> compile_option(model, "metrics"), compile_option(model, "loss_weights")
    (['mae'], None)
    """
    holder = model._compile_loss if name == "loss_weights" else model._compile_metrics
    return getattr(holder, f"_user_{name}", None)


# --- what Keras keeps for the whole process --------------------------------------------------------------------------


def global_attribute(name: str) -> Any:
    """A value that Keras keeps for the whole process, such as "dtype_policy"; None where there is none.

    >>> global_attribute("no such thing")
    """
    return global_state.get_global_attribute(name)


def set_global_attribute(name: str, value: Any) -> None:
    """Set a value that Keras keeps for the whole process; None takes it away.

    >>> set_global_attribute("an example", 1)
    >>> global_attribute("an example")
    1
    >>> set_global_attribute("an example", None)
    """
    global_state.set_global_attribute(name, value)

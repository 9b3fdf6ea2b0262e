"""A model as a graph: its layers by their paths, and a walk through the calls of them."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import keras

from custom.keras_internals import as_graph, graph, keeps_class, run_graph
from experiments.errors import RequestError, wrong
from experiments.study.types import KerasPart

Shape: TypeAlias = tuple[int | None, ...]
Visit: TypeAlias = Callable[[str, KerasPart, tuple[Any, ...], dict[str, Any]], Any]


def graph_model(model: object) -> KerasPart:
    """The functional model that shows a model's layers as a graph.

    Raises RequestError for a model that shows none: one with a `call` of its own, or that was never built.
    """
    if not isinstance(model, keras.Model):
        raise RequestError(wrong("model", type(model).__name__, "a keras.Model, or the path of a .keras file"))
    found = as_graph(model)
    if found is None and isinstance(model, keras.Sequential):
        raise RequestError(f"model: {model.name} is not built yet; begin it with keras.Input(shape)")
    if found is None:
        raise RequestError(
            f"model: {type(model).__name__} has a call of its own, which shows no layers; allowed is a functional or "
            "Sequential model"
        )
    return found


def check_class(model: keras.Model) -> None:
    """RequestError for a model that would be of another class when it is made anew, and so would train otherwise."""
    kind = type(model)
    if kind.__module__.startswith("keras.") or (keeps_class(model) and not isinstance(model, keras.Sequential)):
        return
    raise RequestError(
        f"model: {kind.__name__} is a class that can't be made of inputs and outputs, so an arm would lose what is its "
        "own; allowed is a functional or Sequential model, or a subclass of keras.Model that takes (inputs, outputs)"
    )


def operations_of(model: keras.Model, prefix: str = "") -> Iterator[tuple[str, KerasPart]]:
    """The path of each layer or operation of a model but its inputs, and what is there; those in nested models too.

    >>> inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="a")], name="inner")
    >>> [path for path, _ in operations_of(keras.Sequential([keras.Input((2,)), inner]))]
    ['inner', 'inner/a']
    """
    for operation in graph_model(model).operations:
        if isinstance(operation, keras.layers.InputLayer):
            continue
        yield prefix + operation.name, operation
        if is_nested(operation):
            yield from operations_of(operation, f"{prefix}{operation.name}/")


def is_nested(operation: object) -> bool:
    """Whether a layer is a model of Keras' own classes, which shows its layers. One of another class is one layer."""
    own = isinstance(operation, keras.Model) and type(operation).__module__.startswith("keras.")
    return own and as_graph(operation) is not None


def walk(model: keras.Model, inputs: Any, visit: Visit, prefix: str = "") -> Any:
    """What a model gives if `visit(path, call, args, kwargs)` stands for each call of a layer. call: in the model."""
    return run_graph(graph_model(model), inputs, call_function(model, visit, prefix))


def call_function(model: keras.Model, visit: Visit, prefix: str = "") -> Callable[..., Any]:
    """What Keras calls in the place of each layer, in a walk through a model: `visit`, as `walk` has it."""
    calls = iter(graph(graph_model(model)))

    def call(layer: KerasPart, *args: Any, **kwargs: Any) -> Any:
        return visit(prefix + layer.name, next(calls), args, kwargs)

    return call


def tensors(*given: Any) -> list[Any]:
    """The tensors among the arguments of a call, in order; errors stand for those that could not be computed."""
    return [leaf for leaf in keras.tree.flatten(given) if isinstance(leaf, (keras.KerasTensor, Exception))]


def not_computed(call: KerasPart, error: Exception) -> list[Exception]:
    """What a call gives where it fails: its error for each output, which matters only if an output needs it."""
    return [error] * len(call.output_tensors)


def shape_text(shape: Shape) -> str:
    """A tensor's shape without its batch, in words.

    >>> shape_text((None, 64)), shape_text((None, 8, 8, 3))
    ('64 features', '8×8×3')
    """
    sizes = ["?" if size is None else str(size) for size in shape[1:]]
    return f"{sizes[0]} feature{'' if sizes == ['1'] else 's'}" if len(sizes) == 1 else "×".join(sizes) or "one number"

"""Which layers are meant: by name, path, pattern or class."""

import fnmatch
from collections.abc import Iterable

from custom.keras_internals import to_snake_case
from experiments.ablation.base import Base
from experiments.ablation.graph import is_nested
from experiments.errors import RequestError, closest, wrong

_MOST = 12  # names in a message


def layers_named(base: Base, given: object, field: str) -> list[str]:
    """The paths of the layers that are meant.

    given: a layer's name, its path within a nested model (`encoder/dense`), a pattern (`block_*_bn`), or a class, such
    as `keras.layers.BatchNormalization`.

    Raises RequestError where there is none, with the nearest name.
    """
    if isinstance(given, type):
        found = [path for path, layer in base.operations.items() if isinstance(layer, given)]
        if not found:
            kinds = sorted({type(layer).__name__ for layer in base.operations.values()})
            raise RequestError(f"{field}: the model has no {given.__name__}; it has {', '.join(kinds)}")
        return outermost(found)
    if not isinstance(given, str):
        raise RequestError(wrong(field, given, "a layer's name, a pattern such as block_*, or a class of layers"))
    if given in base.operations:
        return [given]
    inner = [path for path in base.operations if path.rsplit("/", maxsplit=1)[-1] == given]
    if len(inner) > 1:
        raise RequestError(
            f'{field}: got "{given}", which is in several nested models; allowed is {" or ".join(inner)}'
        )
    found = inner or [path for path in base.operations if fnmatch.fnmatchcase(path, given)]
    if found:
        return outermost(found)
    if given in {tensor.name for tensor in base.graph.inputs}:
        raise RequestError(f'{field}: "{given}" is an input; .without_inputs("{given}") holds it at its mean')
    names = list(base.operations)
    near = closest(given, names) or closest(given, [path.rsplit("/", maxsplit=1)[-1] for path in names])
    told = f'; did you mean "{near}"?' if near else "."
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    raise RequestError(f'{field}: got "{given}"{told} Layers: {", ".join(names[:_MOST])}{more}')


def outermost(paths: Iterable[str]) -> list[str]:
    """Paths without those that lie within another of them.

    >>> outermost(["a", "a/b", "c/b"])
    ['a', 'c/b']
    """
    paths = list(paths)
    return [path for path in paths if not any(path.startswith(f"{other}/") for other in paths)]


def leaves(base: Base, paths: Iterable[str]) -> list[str]:
    """The layers themselves, a nested model's in its place."""
    paths = list(paths)
    return [
        path
        for path, layer in base.operations.items()
        if not is_nested(layer) and any(path == given or path.startswith(f"{given}/") for given in paths)
    ]


def describe_given(given: object) -> str:
    """What was given for some layers, as a name.

    >>> import keras
    >>> describe_given(keras.layers.BatchNormalization), describe_given("block_*")
    ('every batch_normalization', 'every block_*')
    """
    if isinstance(given, type):
        return f"every {to_snake_case(given.__name__)}"
    return f"every {given}" if any(sign in str(given) for sign in "*?[") else str(given)

"""A user's own function that builds a model: what it is called, and a digest of all that it is made of."""

import functools
import hashlib
import inspect
import sys
from types import CellType, NoneType

import numpy as np

from experiments.errors import RequestError, wrong
from experiments.study.trial import canonical
from experiments.study.types import Build, OwnPart, Plain


def check_build(build: object) -> None:
    """RequestError for what is not a function that builds models: a model, which every trial would train further."""
    keras = sys.modules.get("keras")
    if keras and isinstance(build, keras.Model):
        raise RequestError(
            f"build: got the model {build.name}, allowed is a function that builds a new one for each trial, "
            "such as lambda: keras.models.clone_model(model)"
        )
    if not callable(build):
        raise RequestError(wrong("build", build, "a function that builds a keras.Model"))


def name_of(build: Build) -> str:
    """The name of a function, of the function of a partial, or of a callable object's class.

    >>> name_of(functools.partial(sorted, reverse=True)), name_of(len)
    ('sorted', 'len')
    """
    if isinstance(build, functools.partial):
        return name_of(build.func)
    return getattr(build, "__name__", type(build).__name__)


def digest_of(build: Build) -> str:
    """A digest of a function's source, and of what it is bound to: arguments, enclosing variables, an object's state.

    What is plain or an array counts with its value, a function with its source; of other objects only the class
    counts.

    >>> one, other = (functools.partial(sorted, reverse=reverse) for reverse in (True, False))
    >>> digest_of(one) == digest_of(other)
    False
    """
    return _digest(build, frozenset())


def _digest(function: object, seen: frozenset[int]) -> str:
    seen |= {id(function)}
    if isinstance(function, functools.partial):
        return _sha([_digest(function.func, seen), _as_json(function.args, seen), _as_json(function.keywords, seen)])
    if inspect.ismethod(function):
        return _sha([_digest(function.__func__, seen), _state(function.__self__, seen)])
    if not inspect.isroutine(function) and not inspect.isclass(function):
        return _sha([_source(type(function)), _state(function, seen)])
    cells = getattr(function, "__closure__", None) or ()
    bound = [_as_json(_content(cell), seen) for cell in cells]
    return _sha([_source(function), *bound]) if bound else _source(function)


def _source(part: OwnPart) -> str:
    """A digest of the source of a function or class, or where there is none of its code."""
    try:
        text = inspect.getsource(part).encode()
    except (OSError, TypeError):
        function = vars(part).get("__call__", part) if inspect.isclass(part) else part
        code = getattr(function, "__code__", None)
        text = code.co_code + repr(code.co_consts).encode() if code else _name(part).encode()
    return hashlib.sha256(text).hexdigest()[:16]


def _as_json(value: object, seen: frozenset[int]) -> Plain:
    """A value as JSON has it, so that equal values give equal digests in another process."""
    if isinstance(value, NoneType | str | bool | int | float) or id(value) in seen:
        return "itself" if id(value) in seen else value
    seen |= {id(value)}
    if isinstance(value, (list, tuple)):
        return [_as_json(item, seen) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_json(item, seen) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        array = np.ascontiguousarray(value)
        return [str(array.dtype), list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()[:16]]
    if inspect.isroutine(value) or inspect.isclass(value) or isinstance(value, functools.partial):
        return _digest(value, seen - {id(value)})
    return _name(type(value))


def _state(owner: object, seen: frozenset[int]) -> Plain:
    """What an object holds, or its class where that is not known."""
    return [_name(owner if inspect.isclass(owner) else type(owner)), _as_json(getattr(owner, "__dict__", {}), seen)]


def _content(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # a variable that has no value yet
        return None


def _name(found: object) -> str:
    return f"{getattr(found, '__module__', '')}.{getattr(found, '__qualname__', type(found).__qualname__)}"


def _sha(parts: list[Plain]) -> str:
    return hashlib.sha256(canonical(parts).encode()).hexdigest()[:16]

"""Checks of constructor arguments; every message says what was given, what is allowed, how to mend it."""

import difflib
import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import TypeVar

Allowed = TypeVar("Allowed", str, int)


def number(
    name: str,
    value: object,
    *,
    expected: str = "a finite number",
    holds: Callable[[float], bool] = lambda _: True,
    mend: str,
) -> float:
    """A finite number for which `holds`, as a plain Python float.

    >>> number("delta", 1, expected="a finite number above 0", holds=lambda n: n > 0, mend="try 1.0")
    1.0
    """
    # True is a Real in Python; as a width or a rate it is a mistake
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value) or not holds(float(value)):
        raise ValueError(message(name, value, expected, mend))
    return float(value)


def whole(name: str, value: object, *, at_least: int, mend: str) -> int:
    """A whole number of at least `at_least`, as a plain Python int.

    >>> whole("seed", 0, at_least=0, mend="try seed=0")
    0
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < at_least:
        raise ValueError(message(name, value, f"a whole number of at least {at_least}", mend))
    return int(value)


def flag(name: str, value: object) -> bool:
    """True or False, and nothing that merely counts as one of them.

    >>> flag("learn_bounds", False)
    False
    """
    if not isinstance(value, bool):
        raise ValueError(message(name, value, "True or False", f"write {name}=True or {name}=False"))
    return value


def choice(name: str, value: object, allowed: tuple[Allowed, ...]) -> Allowed:
    """One of the literal values allowed.

    >>> choice("kind", "kl", ("kl", "l1"))
    'kl'
    """
    # 1 == True and 1 == 1.0: the type counts as well
    for choice in allowed:
        if type(value) is type(choice) and value == choice:
            return choice
    near = difflib.get_close_matches(str(value), [str(choice) for choice in allowed], n=1) or [str(allowed[0])]
    spelled = next(choice for choice in allowed if str(choice) == near[0])
    listed = " or ".join(repr(choice) for choice in allowed)
    raise ValueError(message(name, value, listed, f"try {name}={spelled!r}"))


def message(name: str, value: object, expected: str, mend: str) -> str:
    """The one sentence that all errors of arguments share.

    >>> message("delta", 0, "a finite number above 0", "try delta=1.0")
    'delta: got 0, expected a finite number above 0; try delta=1.0.'
    """
    return f"{name}: got {value!r}, expected {expected}; {mend}."

"""Messages for a request that can't be carried out: where, what was given, what is allowed, the nearest match."""

import difflib
import math
import re
from collections.abc import Iterable


class RequestError(ValueError):
    """The request is wrong. Its text is for the user: short, complete, one line per mistake, without a traceback."""


class TaskUnavailable(RequestError):
    """A task's data can't be had here: not cached, and not to be fetched."""


MOST_LISTED = 30  # names in a message


def in_python(message: str) -> str:
    """A message in which options of the command line are arguments, as a notebook has them.

    >>> in_python("results/a: of another study; --fresh sets them aside")
    'results/a: of another study; fresh=True sets them aside, another name= keeps both'
    >>> in_python("--engine serial keeps every trial; give another --results")
    'engine="serial" keeps every trial; give another results='
    """

    def argument(found: re.Match[str]) -> str:
        name = found[1].replace("-", "_")
        if name in ("fresh", "retry_failed"):
            return f"{name}=True"
        return f'{name}="{found[2].strip()}"' if found[2] else f"{name}="

    message = re.sub(r"(--fresh sets (?:them|the old results) aside)", r"\1, another name= keeps both", message)
    return re.sub(r"(?<![\w-])--([a-z][a-z-]+)( (?:auto|fused|serial))?", argument, message)


def nearest(given: object, allowed: Iterable[str]) -> str:
    """`'; did you mean "relu"?'` where a name comes close to what was given, else nothing.

    >>> nearest("rellu", ["relu", "tanh"])
    '; did you mean "relu"?'
    """
    match = closest(given, allowed)
    return f'; did you mean "{match}"?' if match else "."


def closest(given: object, allowed: Iterable[str]) -> str | None:
    """The name that comes close to what was given, if one does.

    >>> closest("rellu", ["relu", "tanh"])
    'relu'
    """
    match = difflib.get_close_matches(str(given), list(allowed), n=1, cutoff=0.5)
    return match[0] if match else None


def unknown(field: str, given: object, allowed: Iterable[str]) -> str:
    """One line for a name that does not exist. Of more than 30 that do, the first 30 are listed.

    >>> unknown("task", "digit", ["digits", "xor"])
    'task: got "digit"; did you mean "digits"? Allowed: digits, xor'
    """
    allowed = list(allowed)
    listed = allowed if len(allowed) <= MOST_LISTED else [*allowed[:MOST_LISTED], "…"]
    return f'{field}: got "{given}"{nearest(given, allowed)} Allowed: {", ".join(listed)}'


def wrong(field: str, given: object, allowed: str) -> str:
    """One line for a value that is not allowed.

    >>> wrong("epochs", -1, "a whole number of at least 1")
    'epochs: got -1, allowed is a whole number of at least 1'
    """
    return f"{field}: got {show(given)}, allowed is {allowed}"


def said(error: BaseException) -> str:
    """An exception in one line: its type and its text, also where it has none that can be had.

    >>> said(ValueError("no\\n luck")), said(SystemExit(5))
    ('ValueError: no luck', 'SystemExit: 5')
    """
    try:
        text = " ".join(str(error).split())
    except BaseException as other:  # a user's own exception may raise whatever it likes when it is asked
        text = f"(its text can't be had: {type(other).__name__})"
    return f"{type(error).__name__}: {text}"


def show(value: object) -> str:
    """A value as a study file would have it.

    >>> show("relu"), show(True), show({"name": "huber", "delta": 0.5})
    ('"relu"', 'true', '{ name = "huber", delta = 0.5 }')
    """
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {show(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, int) and abs(value) >= 10**30:
        return f"a number of {math.ceil(value.bit_length() * math.log10(2))} digits"  # Python writes no long ones
    return "none" if value is None else str(value)

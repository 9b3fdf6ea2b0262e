"""A level's label as text, the same from a CSV and from a manifest."""

import re

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NONE = "none"  # nothing, and what a row has of a factor that belongs to a level it does not have
_WORDS = {"": NONE, "None": NONE, "True": "true", "False": "false"}


def text(label: object) -> str:
    """One spelling per level: numbers in their shortest form, `none` for nothing, `true` and `false`.

    A column of whole numbers with one gap comes back from a CSV as `32.0`; it is the level `32`.

    >>> text(1e-3), text("0.0010"), text("32.0"), text("64-64"), text(True), text(None)
    ('0.001', '0.001', '32', '64-64', 'true', 'none')
    """
    word = "" if label is None else str(label).strip()
    if _NUMBER.fullmatch(word):
        value = float(word)
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return _WORDS.get(word, word)


def number(label: str) -> float | None:
    """The number that a label is, or None.

    >>> number("0.001"), number("relu")
    (0.001, None)
    """
    return float(label) if _NUMBER.fullmatch(label) else None

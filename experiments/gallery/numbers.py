"""Numbers as a reader has them."""

import math

_SPACE = "\N{NO-BREAK SPACE}"


def number(value: float) -> str:
    """Three digits, and a true minus sign.

    >>> number(-0.12345), number(-0.0), number(math.inf)
    ('−0.123', '0', '∞')
    """
    text = "∞" if math.isinf(value) else f"{abs(value):.3g}"
    return f"−{text}" if value < 0 else text


def percent(share: float) -> str:
    """A share in per cent, with one decimal and a space that does not break.

    >>> percent(0.21).split(), percent(0.0).split(), percent(0.0004).split()
    (['21.0', '%'], ['0', '%'], ['under', '0.1', '%'])
    """
    if 0 < share < 0.0005:
        return f"under 0.1{_SPACE}%"
    return f"0{_SPACE}%" if share == 0 else f"{100 * share:.1f}{_SPACE}%"

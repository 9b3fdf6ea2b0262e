"""Numbers as people and programs spell them, by one decimal sign or the other."""

import math
import re
from decimal import Decimal

POINT, COMMA = ".", ","
SIGNS = {"point": POINT, "comma": COMMA}
_LONGEST = 400  # characters of a cell that may be a number; a float has at most 309 digits before its point
_INFINITE = ("inf", "infinity", "∞", "infty")
_GROUPS = {POINT: ",'’ \u202f", COMMA: ".'’ \u202f"}  # thousands
_NUMBER = {
    sign: re.compile(
        rf"[+-]?(?:(?P<plain>[0-9]+{re.escape(sign)}?[0-9]*|{re.escape(sign)}[0-9]+)(?P<power>[eE][+-]?[0-9]+)?"
        rf"|(?P<grouped>[1-9][0-9]{{0,2}}(?:([{groups}])[0-9]{{3}})(?:\4[0-9]{{3}})*(?:{re.escape(sign)}[0-9]*)?))"
    )
    for sign, groups in _GROUPS.items()
}
Number = int | float


def spell(cell: str, sign: str = POINT) -> str | None:
    """A number's spelling with a decimal point and without groups of thousands; None for what is no number.

    sign: `.` or `,`, the decimal sign.

    >>> spell("1,234.50"), spell("1.234,50", ","), spell("−1."), spell("64_32"), spell("0x10")
    ('1234.50', '1234.50', '-1.', None, None)
    """
    cell = cell.replace("−", "-")
    found = _NUMBER[sign].fullmatch(cell) if len(cell) <= _LONGEST else None
    if found is None:
        return None
    digits = found["plain"] or re.sub(f"[{_GROUPS[sign]}]", "", found["grouped"])
    return ("-" if cell[0] == "-" else "") + digits.replace(sign, ".") + (found["power"] or "")


def number(cell: str, sign: str = POINT, *, hundredth: bool = False) -> Number | None:
    """The number that a cell spells: whole ones as integers, to the last digit, others as floats; None for no number.

    hundredth: of the number in place of itself, rounded once.

    >>> number("91.23", hundredth=True)
    0.9123
    >>> number("64.0"), number("1e-3"), number("4611686018427387905"), number("0,001", ","), number("1_16")
    (64, 0.001, 4611686018427387905, 0.001, None)
    """
    digits = spell(cell, sign)
    if digits is None:
        return None
    exact = Decimal(digits)
    if hundredth and exact.is_normal():
        exact = exact.scaleb(-2)
    if exact.adjusted() < _LONGEST and exact == exact.to_integral_value():
        return int(exact)
    return float(exact)


def infinite(cell: str) -> float | None:
    """The infinity that a cell spells, or None.

    >>> infinite("-Infinity"), infinite("∞"), infinite("info")
    (-inf, inf, None)
    """
    word = cell.replace("−", "-").casefold()
    return (-math.inf if word[0] == "-" else math.inf) if word.lstrip("+-") in _INFINITE else None


def in_groups(cell: str, sign: str) -> bool:
    """Whether a number has groups of thousands by this decimal sign."""
    found = _NUMBER[sign].fullmatch(cell.replace("−", "-"))
    return found is not None and found["grouped"] is not None


def signs_of(cell: str) -> set[str]:
    """The decimal signs by which a cell is a number; both where it has neither, none where it is no number.

    >>> sorted(signs_of("0,001")), sorted(signs_of("1,234")), signs_of("relu")
    ([','], [',', '.'], set())
    """
    return {sign for sign in _NUMBER if spell(cell, sign) is not None}

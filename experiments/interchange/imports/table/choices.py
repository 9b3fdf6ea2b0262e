"""What the user says of a table: its columns, and what is not to be decided from it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict, Unpack

from experiments.errors import RequestError, unknown, wrong
from experiments.interchange.imports.table.number import SIGNS
from experiments.interchange.imports.table.states import MEANINGS

EXACT, LOOSE, PER_CENT = "exact", "loose", "percent"
READINGS = (EXACT, LOOSE, PER_CENT)
NO_COLUMN = "none"


@dataclass(frozen=True)
class Choices:
    """factors, score, seed: columns. direction: `max`, `min` or None. decimal: `.`, `,` or None.

    run: the column that tells runs apart, `none` where each row is a run; state: that of states, `none` for no column.
    meanings: what words of states mean. readings: by column `exact`, `loose` or `percent`. baseline: levels by column.
    smallest_effect: the smallest difference that matters, failure_score: what a diverged row scores, both in the units
    of the score.
    """

    factors: Sequence[str] = ()
    score: str | None = None
    seed: str | None = None
    direction: str | None = None
    run: str | None = None
    decimal: str | None = None
    state: str | None = None
    meanings: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    baseline: dict[str, str] = field(default_factory=dict)
    smallest_effect: float | None = None
    failure_score: float | None = None


class TableOptions(TypedDict, total=False):
    """What the command line says of a table, as text.

    factors: with commas between columns. decimal: `point` or `comma`. state: `COLUMN`, or `WORD=MEANING` for each word.
    read: `COLUMN=READING` each. baseline: `COLUMN=LEVEL` each. Others are those of `Choices`.
    """

    factors: str | None
    score: str | None
    seed: str | None
    direction: str | None
    run: str | None
    decimal: str | None
    state: Sequence[str]
    read: Sequence[str]
    baseline: Sequence[str]


def parse_choices(
    *, smallest_effect: str | None = None, failure_score: str | None = None, **options: Unpack[TableOptions]
) -> Choices:
    """The options of the command line.

    smallest_effect: a number above 0. failure_score: a number.

    Raises RequestError for a meaning, reading or decimal sign that does not exist, and for what is no such number.

    >>> parse_choices(factors="activation,lr", score="acc", state=["halted=failed"], read=["lr=exact"]).meanings
    {'halted': 'failed'}
    """
    decimal, state, factors = options.get("decimal"), options.get("state", ()), options.get("factors") or ""
    if decimal is not None and decimal not in SIGNS:
        raise RequestError(unknown("--decimal", decimal, SIGNS))
    meanings = _pairs("--state", [entry for entry in state if "=" in entry], MEANINGS)
    columns = [entry for entry in state if "=" not in entry]
    if len(columns) > 1:
        raise RequestError(wrong("--state", ", ".join(columns), "one column, and WORD=MEANING for its words"))
    return Choices(
        [name.strip() for name in factors.split(",") if name.strip()],
        options.get("score"),
        options.get("seed"),
        options.get("direction"),
        options.get("run"),
        SIGNS[decimal] if decimal else None,
        columns[0] if columns else None,
        meanings,
        _pairs("--read", options.get("read", ()), READINGS),
        _pairs("--baseline", options.get("baseline", ()), None),
        above_0("--smallest-effect", smallest_effect),
        finite("--failure-score", failure_score),
    )


def above_0(option: str, given: str | None) -> float | None:
    """An option that is a number above 0; None where it is not given. Raises RequestError for anything else.

    >>> above_0("--smallest-effect", "0.5")
    0.5
    """
    return _number(option, given, "a number above 0", 0)


def finite(option: str, given: str | None) -> float | None:
    """An option that is a number; None where it is not given. Raises RequestError for anything else.

    >>> finite("--failure-score", "-0.5")
    -0.5
    """
    return _number(option, given, "a number", -math.inf)


def _number(option: str, given: str | None, allowed: str, above: float) -> float | None:
    if given is None:
        return None
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not above < value < math.inf:
        raise RequestError(wrong(option, given, allowed))
    return value


def _pairs(option: str, given: Sequence[str], allowed: Sequence[str] | None) -> dict[str, str]:
    values = {}
    for pair in given:
        name, is_pair, value = pair.partition("=") if allowed is None else pair.rpartition("=")
        if not is_pair:
            raise RequestError(wrong(option, pair, f"COLUMN={'LEVEL' if allowed is None else '|'.join(allowed)}"))
        if allowed is not None and value not in allowed:
            raise RequestError(unknown(f"{option} {name}", value, allowed))
        values[name] = value
    return values

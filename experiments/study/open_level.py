"""An open level: a named part with ranges among its settings, each a factor of its own where the part is chosen.

In its canonical form `{"name": "huber", "delta": {"min": 0.1, "max": 2.0, "scale": "log"}}`. The factor of a range is
called `<factor>.<part>.<setting>`, `loss.huber.delta`.
"""

from collections.abc import Callable
from typing import TypeGuard

from experiments.study.types import Factors, Level, Range, Settings


def ranges_of(level: Level) -> dict[str, Range]:
    """The ranges of a level, by setting; none of a level that is not open.

    >>> ranges_of({"name": "huber", "delta": {"min": 0.1, "max": 2.0}}), ranges_of("relu")
    ({'delta': {'min': 0.1, 'max': 2.0}}, {})
    """
    if not isinstance(level, dict) or "name" not in level:
        return {}
    return {key: part for key, part in level.items() if _is_range(part)}


def _is_range(part: Level) -> TypeGuard[Range]:
    return isinstance(part, dict) and bool({"min", "max"} & set(part))


def close(level: Level, chosen: Callable[[str, Range], Level]) -> Level:
    """A level with a value in place of each range; others as they are. chosen: from a setting and its range.

    >>> close({"name": "huber", "delta": {"min": 0.1, "max": 2.0}}, lambda setting, span: span["min"])
    {'name': 'huber', 'delta': 0.1}
    """
    spans = ranges_of(level)
    return level | {key: chosen(key, span) for key, span in spans.items()} if spans else level


def inner_factors(factors: Factors) -> dict[str, Range]:
    """The factors that open levels bring along, with their ranges.

    >>> inner_factors({"loss": ["cross_entropy", {"name": "huber", "delta": {"min": 0.1, "max": 2.0}}]})
    {'loss.huber.delta': {'min': 0.1, 'max': 2.0}}
    """
    return {
        inner_name(factor, level, key): span
        for factor, levels in factors.items()
        if isinstance(levels, list)
        for level in levels
        for key, span in ranges_of(level).items()
    }


def inner_name(factor: str, level: Settings, setting: str) -> str:
    """What the factor of a range is called."""
    return f"{factor}.{level['name']}.{setting}"


def origin(level: Level, levels: list[Level] | Range | None) -> Level:
    """The open level among some that a closed one comes from, or None. (A part is open once in a factor, or not.)

    >>> origin({"name": "huber", "delta": 0.5}, [{"name": "huber", "delta": {"min": 0.1, "max": 2.0}}])
    {'name': 'huber', 'delta': {'min': 0.1, 'max': 2.0}}
    """
    if not isinstance(level, dict) or not isinstance(levels, list):
        return None
    return next((open_ for open_ in levels if ranges_of(open_) and open_["name"] == level.get("name")), None)

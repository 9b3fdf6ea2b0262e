"""Reads the levels of a factor: a list of them, or in a random design a range."""

import math
from collections.abc import Mapping
from typing import Literal

from experiments.errors import RequestError, show, wrong
from experiments.study import catalog
from experiments.study.catalog import NamedPart, Setting
from experiments.study.level import check, check_level, check_part, first_alike
from experiments.study.mistakes import Mistakes
from experiments.study.open_level import close, ranges_of
from experiments.study.trial import digest
from experiments.study.types import Level, Range, Settings

_MOST_DRAWN = 2**53  # a whole number that is drawn: above it not each is a float


def read_levels(mistakes: Mistakes, name: str, given: object, setting: Setting, design: str) -> list[Level] | Range:
    """The levels of a factor as a study file lists them, or the range that a random design draws from."""
    field = f"factors {name}"
    if design == "random" and isinstance(given, dict) and "name" not in given:
        return mistakes.catch(_range, field, given, setting)
    if not isinstance(given, list) or not given:
        mistakes.append(wrong(field, given, "a list of one level or more"))
        return []
    before = len(mistakes)
    levels = [mistakes.catch(_level, name, own_level, setting, field, design) for own_level in given]
    if len(mistakes) > before:
        return levels
    if len({digest(level) for level in levels}) < len(levels):
        mistakes.append(f"{field}: got a level twice in {show(given)}")
    elif pair := first_alike(name, levels):
        mine, other = map(show, pair)
        mistakes.append(f"{field}: got {mine} and {other}, which results can't tell apart; allowed is one of them")
    for level in levels:
        if ranges_of(level) and sum(other["name"] == level["name"] for other in levels) > 1:
            mistakes.append(
                f"{field}: got {level['name']} with a range and once more; a part with a range is there once"
            )
            break
    return levels


def _level(name: str, given: Level, setting: Setting, field: str, design: str) -> Level:
    """A level, which in a random design may have ranges among its settings."""
    spans = ranges_of(given) if setting.type is NamedPart else {}
    if not spans:
        return check_level(name, given, setting, field)
    if design != "random":
        raise RequestError(
            wrong(field, given, f'a level without ranges; the design is "{design}", only "random" has them')
        )
    for span in spans.values():
        _check_keys(field, span)
    low = check_part(field, close(given, lambda _, span: span["min"]), catalog.PARTS[name])
    high = check_part(field, close(given, lambda _, span: span["max"]), catalog.PARTS[name])
    return low | {key: _span(f"{field} {key}", span, low[key], high[key]) for key, span in spans.items()}


def _range(field: str, given: Settings, setting: Setting) -> Range:
    _check_keys(field, given)
    named = setting.type is NamedPart
    low, high = ("", "") if named else (check(f"{field} {end}", given[end], setting) for end in ("min", "max"))
    return _span(field, given, low, high)


def _check_keys(field: str, given: Mapping[str, Level]) -> None:
    if set(given) - {"min", "max", "scale"} or not {"min", "max"} <= set(given):
        raise RequestError(wrong(field, given, '{ min, max, scale = "log" or "linear" }'))


def _span(field: str, given: Mapping[str, Level], low: Level, high: Level) -> Range:
    """A range from its checked ends."""
    if not all(type(end) in (int, float) for end in (low, high)):
        raise RequestError(wrong(field, given, "a list of levels"))
    scale = check(f"{field} scale", given.get("scale", "linear"), Setting(Literal["log", "linear"]))
    if not low < high or (scale == "log" and low <= 0):
        raise RequestError(wrong(field, given, "min < max, and min above 0 on a log scale"))
    if not math.isfinite(high - low):
        raise RequestError(wrong(field, given, "a range whose width is a finite number"))
    if type(low) is type(high) is int and max(abs(low), abs(high)) > _MOST_DRAWN:
        raise RequestError(wrong(field, given, f"whole numbers of at most {_MOST_DRAWN}"))
    return {"min": low, "max": high, "scale": scale}

"""A factor's level: checked against the catalog, filled with defaults, written as a label.

In its canonical form a level is a plain value, a list, or for a named part a table
`{"name": "huber", "delta": 0.5}` with every setting present.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from experiments.errors import RequestError, nearest, show, unknown, wrong
from experiments.study import catalog
from experiments.study.catalog import NamedPart, Part, Setting
from experiments.study.imports import is_target
from experiments.study.open_level import ranges_of
from experiments.study.types import Level, Plain, PlainTable, Settings

_ALLOWED = {  # pydantic's complaints, as the end of "allowed is …"
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_pattern_mismatch": "letters, digits, dots, dashes and underscores, a letter or digit first",
    "dict_type": "a table",
    "too_short": "a list of {min_length} or more",
    "greater_than": "above {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "below {lt}",
    "less_than_equal": "{le} or less",
}


def check(field: str, given: object, setting: Setting) -> Level:
    """A value in its canonical form.

    Raises RequestError with the field, what it got and what is allowed.

    >>> check("learning_rate", 1, Setting(catalog.Positive))
    1.0
    """
    if setting.type is Any:
        return check_plain(field, given)
    try:
        adapter: TypeAdapter[Level] = TypeAdapter(setting.type, config=ConfigDict(strict=True))
        return adapter.validate_python(given)
    except ValidationError as error:
        raise RequestError(explain(field, error.errors()[0])) from None


def explain(field: str, error: ErrorDetails) -> str:
    """One of pydantic's complaints in one line: field, what it got, what is allowed, the nearest match."""
    known = _ALLOWED.get(error["type"])
    limits = {key: f"{limit:g}" if isinstance(limit, float) else limit for key, limit in error.get("ctx", {}).items()}
    allowed = known.format(**limits) if known else error["msg"].removeprefix("Input should be ")
    hint = nearest(error["input"], error["ctx"]["expected"].split("'")) if error["type"] == "literal_error" else "."
    return wrong(field, error["input"], allowed) + hint.rstrip(".")


def check_plain(field: str, given: object) -> Plain:
    """A value of a user's own setting, tuples as lists; RequestError for what a row can't hold, such as a date."""
    try:
        level = plain(given)
    except TypeError:
        allowed = "text, a number, true, false, or a list or table of them"
        raise RequestError(wrong(field, given, allowed)) from None
    if not _survives_writing(level):
        raise RequestError(
            wrong(field, given, "what a file can hold: whole numbers below 2⁶³, no NaN, whole characters")
        )
    return level


def _survives_writing(value: object) -> bool:
    """Whether a plain value is the same once it was written and read again, by whichever reader."""
    if isinstance(value, (list, dict)):
        return all(map(_survives_writing, [*value, *value.values()] if isinstance(value, dict) else value))
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in value)  # half a pair of surrogates
    return not (isinstance(value, int) and abs(value) >= 2**63) and value == value  # noqa: PLR0124 (NaN)


def plain(value: object) -> Plain:
    """A value as JSON has it, tuples as lists. Raises TypeError where JSON has no such value.

    >>> plain((8, "a", None))
    [8, 'a', None]
    """
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"{type(value).__name__} is no plain value")


def check_level(setting_name: str, given: object, setting: Setting, field: str | None = None) -> Level:
    """A level of any setting in its canonical form; RequestError where it is not allowed."""
    field = field or setting_name
    if setting.type is NamedPart:
        return check_part(field, given, catalog.PARTS[setting_name])
    return check(field, given, setting)


def check_part(field: str, given: object, parts: Mapping[str, Part]) -> Settings:
    """A named part as a full table; RequestError where it is not allowed.

    >>> check_part("loss", "huber", catalog.LOSSES)
    {'name': 'huber', 'delta': 1.0}
    >>> label("loss", check_part("loss", {"kind": "hinge", "size": "huber", "weights": {"size": 0.5}}, catalog.LOSSES))
    'each(kind=hinge, size=0.5 huber)'
    """
    if parts is catalog.LOSSES and _is_each(given):
        return _check_each(field, given)
    table = {"name": given} if isinstance(given, str) else given
    if not isinstance(table, dict) or not isinstance(table.get("name"), str):
        raise RequestError(wrong(field, given, 'a name or a table { name = "…", … }'))
    name = table["name"]
    settings = {key: value for key, value in table.items() if key != "name"}
    if name not in parts:
        if is_target(name):
            return {"name": name, **check_plain(f"{field} {name}", dict(sorted(settings.items())))}
        raise RequestError(unknown(field, name, parts) + ', or "package.module:attribute" for your own')
    known = parts[name].settings
    for key in settings:
        if key not in known:
            nothing = f"{field} {name}: got {key}, {name} takes no settings"
            raise RequestError(unknown(f"{field} {name}", key, known) if known else nothing)
    filled = {key: setting.default for key, setting in known.items()} | settings
    return {
        "name": name,
        **{key: check(f"{field} {name} {key}", setting, known[key]) for key, setting in filled.items()},
    }


def _is_each(given: object) -> TypeGuard[PlainTable]:
    """Whether it is a table of losses by output."""
    if not isinstance(given, dict) or "name" in given:
        return isinstance(given, dict) and given["name"] == catalog.EACH
    return bool(given) and all(isinstance(loss, (str, dict)) for loss in given.values())


def _check_each(field: str, given: PlainTable) -> Settings:
    """The losses of several outputs by name, and how much each counts."""
    losses = {name: loss for name, loss in given.items() if name not in ("name", "weights")}
    weights = given.get("weights", {})
    if not losses or not isinstance(weights, dict):
        raise RequestError(wrong(field, given, "a loss for each output, and a table of weights"))
    for name in weights:
        if name not in losses:
            raise RequestError(unknown(f"{field} weights", name, losses))
    counts = dict.fromkeys(losses, 1.0) | weights
    return {
        "name": catalog.EACH,
        **{name: check_part(f"{field} {name}", loss, catalog.LOSSES) for name, loss in losses.items()},
        "weights": {
            name: check(f"{field} weights {name}", weight, Setting(catalog.NonNegative))
            for name, weight in counts.items()
        },
    }


def label(setting_name: str, level: Level) -> str | int | float | bool | None:
    """A level as a CSV has it: `huber(delta=0.5)`, `64-64`; settings at their defaults and ranges are left out.

    >>> label("loss", {"name": "huber", "delta": 0.5}), label("units", [64, 64])
    ('huber(delta=0.5)', '64-64')
    """
    if isinstance(level, list):
        return "-".join(str(item) for item in level)
    if isinstance(level, dict) and not isinstance(level.get("name"), str):
        return show(level)
    if isinstance(level, dict) and level["name"] == catalog.EACH and setting_name == "loss":
        parts = {name: loss for name, loss in level.items() if name not in ("name", "weights")}
        count = {name: f"{weight:g} " if weight != 1 else "" for name, weight in level["weights"].items()}
        told = [f"{name}={count[name]}{label('loss', loss)}" for name, loss in parts.items()]
        return f"{catalog.EACH}({', '.join(told)})"
    if isinstance(level, dict):
        part = catalog.PARTS.get(setting_name, {}).get(level["name"])
        known = part.settings if part else {}
        spans = ranges_of(level)
        changed = [
            f"{key}={value}"
            for key, value in level.items()
            if key != "name" and key not in spans and not (key in known and known[key].default == value)
        ]
        return level["name"] + (f"({', '.join(changed)})" if changed else "")
    return level


def first_alike(setting_name: str, levels: Sequence[Level]) -> tuple[Level, Level] | None:
    """The first two of some different levels that results could not tell apart: equal, or with the same label.

    >>> first_alike("width", [4, "4"]), first_alike("width", [1, True]), first_alike("width", [None, 4])
    ((4, '4'), (1, True), None)
    """
    spelt = [(level, _read(label(setting_name, level))) for level in levels]
    pairs = itertools.combinations(spelt, 2)
    return next(((own, other) for (own, a), (other, b) in pairs if own == other or a == b), None)


def _read(label_of_level: object) -> str | float:
    """A label as it is read back from a table: numbers by value, words in one spelling."""
    words = {"": "none", "None": "none", "True": "true", "False": "false"}
    text = "" if label_of_level is None else str(label_of_level).strip()
    try:
        return text if "_" in text else float(text)  # Python alone takes 1_0 for a number
    except ValueError:
        return words.get(text, text)

"""A level, read back from its label."""

import ast
import re
from collections.abc import Iterable, Mapping

from experiments.errors import RequestError
from experiments.study import catalog
from experiments.study.catalog import NamedPart, Setting
from experiments.study.labels import text
from experiments.study.level import check, check_part, label
from experiments.study.types import Level, Plain, PlainTable


def level_of(name: str, label_text: str, setting: Setting, labels: Mapping[str, str]) -> Level:
    """A level in its canonical form. labels: where the values of an open part's ranges are found.

    Raises LookupError where the label is none of the setting's.

    >>> level_of("units", "64-32", catalog.MODELS["mlp"].settings["units"], {})
    [64, 32]
    """
    for given in _part(label_text) if setting.type is NamedPart else _values(label_text):
        try:
            level = check_part(name, given, catalog.PARTS[name]) if isinstance(given, dict) else None
            level = check(name, given, setting) if level is None else level
            if text(label(name, level)) == label_text:
                return _with_ranges(name, level, labels)
        except RequestError:
            continue
    raise LookupError(f"{name} {label_text}")


def value(label_text: str) -> Plain:
    """What a label's text stands for.

    >>> value("0.01"), value("true"), value("none"), value("tanh")
    (0.01, True, None, 'tanh')
    """
    words = {"true": True, "false": False, "none": None}
    if label_text in words:
        return words[label_text]
    try:
        return ast.literal_eval(label_text)
    except (ValueError, SyntaxError):
        return label_text


def _values(label_text: str) -> Iterable[Plain]:
    """What a label may stand for: a value, a list of them, an empty list."""
    yield value(label_text)
    yield [value(part) for part in label_text.split("-")]
    nothing: list[Plain] = []
    yield nothing


def _part(label_text: str) -> Iterable[PlainTable]:
    """A part's name, or import target, and the settings that its label names."""
    found = re.fullmatch(r"([^()]+)(?:\((.*)\))?", label_text)
    pairs = [pair.partition("=") for pair in re.split(r",\s*(?=\w+=)", found[2])] if found and found[2] else []
    if found and all(key.isidentifier() for key, _, _ in pairs):
        yield {"name": found[1], **{key: value(part) for key, _, part in pairs}}


def _with_ranges(name: str, level: Level, labels: Mapping[str, str]) -> Level:
    """A part with the values that were drawn from its ranges."""
    if not isinstance(level, dict):
        return level
    start = f"{name}.{level['name']}."
    drawn = {key.removeprefix(start): value(text) for key, text in labels.items() if key.startswith(start)}
    return check_part(name, level | drawn, catalog.PARTS[name]) if drawn else level

"""Settings, levels and counts in words."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from experiments.study.labels import NONE, number
from experiments.study.types import Row

# Levels that say nothing without their setting's name.
_BARE = ("true", "false", "none")
_TARGET = re.compile(r"[\w./\\ -]+:([^\W\d]\w*(?:\(.*\))?)", re.DOTALL)  # an import target, and its settings
_LONGEST = 48  # signs of a level
_SPELT = {
    "auc": "AUC",
    "brier": "Brier",
    "f1": "F1",
    "mae": "MAE",
    "mse": "MSE",
    "r2": "R²",
    "rmse": "RMSE",
    "roc": "ROC",
}
_JOINERS = "\u200c\u200d"  # they make one sign of two
_whole: ContextVar[frozenset[str]] = ContextVar("levels that are shown as they are", default=frozenset())
OFF = ("none", "0", "false")  # levels at which a part is gone, not replaced


def name(setting: str) -> str:
    """A setting, or a metric, as prose has it.

    >>> name("learning_rate"), name("loss.huber.delta"), name("roc_auc")
    ('learning rate', 'delta of huber', 'ROC AUC')
    """
    if len(path := _path(setting)) == 3:
        return f"{name(path[2])} of {short(path[1])}"
    return " ".join(_SPELT.get(word, word) for word in setting.split("_"))


def file_name(*parts: str) -> str:
    """The name of a figure's files.

    >>> file_name("draws", "loss.lab/losses.py:focal.gamma")
    'draws-loss-lab-losses-py-focal-gamma'
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(parts))


def _path(setting: str) -> list[str]:
    """Factor, part and setting of a factor within an open level; else the setting alone.

    >>> _path("loss.lab/losses.py:focal.gamma"), _path("units")
    (['loss', 'lab/losses.py:focal', 'gamma'], ['units'])
    """
    factor, _, rest = setting.partition(".")
    part, _, inner = rest.rpartition(".")
    return [factor, part, inner] if part and inner else [setting]


def short(label: str) -> str:
    """A level for a reader: without the path of a user's own part, a drawn number with three digits, no long text.

    Levels that would look the same, of those that `tell_apart` was given, stay as they are. Signs that can't be seen,
    and those that turn the direction of what follows, are written out.

    >>> short("lab/losses.py:focal(gamma=2.0)"), short("0.00224722"), short("128"), short("a:2")
    ('focal(gamma=2.0)', '0.00225', '128', 'a:2')
    """
    return _visible(label) if label in _whole.get() else _shorten(label)


@contextmanager
def tell_apart(factors: Iterable[Iterable[str]]) -> Iterator[None]:
    """Within the block, no two levels of a factor look the same.

    >>> with tell_apart([["a.py:mish", "b.py:mish", "a.py:silu"], ["0.001", "0.0010001"]]):
    ...     short("a.py:mish"), short("a.py:silu"), short("0.0010001")
    ('a.py:mish', 'silu', '0.0010001')
    """
    found: set[str] = set(_whole.get())
    for labels in map(list, factors):
        looks = Counter(map(_shorten, dict.fromkeys(labels)))
        found |= {label for label in labels if looks[_shorten(label)] > 1}
    before = _whole.set(frozenset(found))
    try:
        yield
    finally:
        _whole.reset(before)


def _shorten(label: str) -> str:
    value = number(label)
    if value is not None and math.isfinite(value) and not value.is_integer():
        return f"{value:.3g}"
    text = _visible(target[1] if (target := _TARGET.fullmatch(label)) else label)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 15]}…{text[-14:]}"


def _visible(text: str) -> str:
    """Text on one line, every sign of which can be seen.

    >>> _visible("a\\nb"), _visible("\\u202ecba"), _visible("a  b")
    ('a␊b', '⟨U+202E⟩cba', 'a ␠b')
    """
    if text.isprintable() and "  " not in text and text.strip() == text:
        return text
    seen = "".join(_show_sign(sign, before) for before, sign in zip(f" {text}", text, strict=False))
    return f"{seen[:-1]}␠" if seen.endswith(" ") else seen


def _show_sign(sign: str, before: str) -> str:
    if sign == " ":
        return "␠" if before == " " else sign
    if sign.isprintable() or (sign in _JOINERS and ord(before) > 0x590):
        return sign
    return chr(0x2400 + ord(sign)) if ord(sign) < 0x20 else f"⟨U+{ord(sign):04X}⟩"


def level(setting: str, label: str) -> str:
    """A level that is clear on its own.

    >>> level("activation", "tanh"), level("learning_rate", "0.01"), level("regularizer", "none")
    ('tanh', 'learning rate 0.01', 'no regularizer')
    """
    if label == "none":
        return f"no {name(setting)}"
    plain = label in _BARE or not label[:1].isalpha()
    return f"{name(setting)} {short(label)}" if plain else short(label)


def configuration(row: Row, settings: Sequence[str]) -> str:
    """A cell in words, by the settings that were varied.

    >>> configuration({"activation": "relu", "learning_rate": "0.01"}, ["activation", "learning_rate"])
    'relu · learning rate 0.01'
    """
    said = [level(setting, row[setting]) for setting in settings if not absent(setting, row[setting])]
    return " · ".join(said) or "the one configuration"


def absent(setting: str, label: str) -> bool:
    """Whether a factor belongs to a level that was not chosen.

    >>> absent("loss.huber.delta", "none"), absent("regularizer", "none")
    (True, False)
    """
    return label == NONE and len(_path(setting)) == 3


def capitalize(text: str) -> str:
    """A text as a sentence begins: names of parts keep their spelling.

    >>> capitalize("the whole"), capitalize("relu")
    ('The whole', 'relu')
    """
    return f"T{text[1:]}" if text.startswith("the ") else text


def circumstance(condition: Mapping[str, str]) -> str:
    """Levels of conditions in words.

    >>> circumstance({"share": "0.2", "noise": "0.1"})
    'share 0.2 and noise 0.1'
    """
    return " and ".join(level(setting, label) for setting, label in condition.items())


def swap(setting: str, label: str, reference: str) -> str:
    """What a leave-one-out study did to a factor.

    >>> swap("dropout", "0", "0.2"), swap("optimizer", "sgd", "adam")
    ('without dropout', 'sgd for adam')
    """
    return f"without {name(setting)}" if label in OFF else f"{short(label)} for {short(reference)}"


def percent(share: float) -> str:
    """A share as a reader says it.

    >>> percent(0.834)
    '83 %'
    """
    return f"{100 * share:.0f} %"


def count(how_many: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "trial"), count(0, "trial"), count(2, "change")
    ('1 trial', '0 trials', '2 changes')
    """
    return f"{how_many} {noun}" if how_many == 1 else f"{how_many} {noun}s"


def join_words(items: Sequence[str], most: int = 4) -> str:
    """A list in prose, cut where it is long.

    >>> join_words(["a", "b", "c"]), join_words(["a"] * 6)
    ('a, b and c', 'a, a, a, a and 2 more')
    """
    items = list(items)
    if len(items) > most:
        items = [*items[:most], f"{len(items) - most} more"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def diverged_means(imported: Mapping[str, object]) -> str:
    """What is counted as diverged. imported: of another tool's results, empty for our own.

    >>> diverged_means({"kind": "table"})
    'without a finite score'
    """
    if imported:
        return "without a finite score"
    return "at the end of an epoch its loss, a weight or a score was not a finite number"


NOTHING = "scores no better than the same prediction for every example"  # what it means to learn nothing

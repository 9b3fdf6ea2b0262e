"""Which cells a study has: grid, one-factor, leave-one-out or random. Settings → list of settings."""

import itertools
import math

import numpy as np

from experiments.study.open_level import close, ranges_of
from experiments.study.trial import canonical
from experiments.study.types import Factors, Level, Range, Settings


def grid(base: Settings, factors: Factors) -> list[Settings]:
    """All combinations of the levels, the first factor outermost.

    >>> grid({"a": 0}, {"b": [1, 2]})
    [{'a': 0, 'b': 1}, {'a': 0, 'b': 2}]
    """
    return [base | dict(zip(factors, levels, strict=True)) for levels in itertools.product(*factors.values())]


def one_factor(baseline: Settings, factors: Factors) -> list[Settings]:
    """The baseline, and every other level on its own.

    >>> one_factor({"a": 1, "b": 1}, {"a": [1, 2], "b": [1]})
    [{'a': 1, 'b': 1}, {'a': 2, 'b': 1}]
    """
    changed = [baseline | {name: level} for name, levels in factors.items() for level in levels]
    return [baseline] + [cell for cell in changed if cell != baseline]


def leave_one_out(baseline: Settings, without: Settings) -> list[Settings]:
    """The baseline, and each factor of `without` switched to its off level, one at a time.

    >>> leave_one_out({"a": 1, "b": 1}, {"a": 0})
    [{'a': 1, 'b': 1}, {'a': 0, 'b': 1}]
    """
    return [baseline] + [baseline | {name: off} for name, off in without.items()]


def random(base: Settings, factors: Factors, trials: int, sample_seed: int) -> list[Settings]:
    """`trials` distinct draws; a factor is a list of levels, open ones among them, or a range
    `{min, max, scale}`.

    Draw k depends on (sample_seed, k) alone, so that more trials extend a study. Fewer come back
    where the levels have fewer combinations.
    """
    cells: dict[str, Settings] = {}  # by what ids are made of, so that looking one up takes no time
    most = min(trials, math.prod(_values(levels) for levels in factors.values()))
    for attempt in range(20 * trials):
        generator = np.random.default_rng([sample_seed, attempt])
        drawn = {name: _draw(levels, generator) for name, levels in factors.items()}
        cells.setdefault(canonical(drawn), base | drawn)
        if len(cells) == most:
            break
    return list(cells.values())


def _values(levels: list[Level] | Range) -> float:
    """The most values that a factor can take."""
    if isinstance(levels, list):
        return sum(math.prod(map(_values, ranges_of(level).values())) for level in levels)
    low, high = levels["min"], levels["max"]
    return high - low + 1 if isinstance(low, int) and isinstance(high, int) else math.inf


def _draw(levels: list[Level] | Range, generator: np.random.Generator) -> Level:
    if isinstance(levels, list):
        level = levels[int(generator.integers(len(levels)))]
        return close(level, lambda _, span: _draw(span, generator))
    low, high = levels["min"], levels["max"]
    whole = isinstance(low, int) and isinstance(high, int)
    if whole and levels.get("scale") != "log":
        return int(generator.integers(low, high + 1))
    share = float(generator.random())
    if levels.get("scale") == "log":
        value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    else:
        value = low + share * (high - low)
    value = round(value) if whole else float(f"{value:.6g}")
    return min(max(value, low), high)  # rounding may lead out of a narrow range

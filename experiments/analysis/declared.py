"""What a study declared, as the analysis needs it: factors, levels, baseline, the metric that ranks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.analysis.labels import text

RATE = "learning_rate"


@dataclass(frozen=True)
class Declared:
    """A study's declaration, every level as text.

    factors: name → levels in their declared order, for a ranged factor an empty tuple.
    ranges: name → `{"min", "max", "scale"}`, of a random design only.
    baseline: the level of every factor in the baseline. without: a leave-one-out design's off levels.
    """

    name: str
    question: str
    task: str
    model: str
    design: str
    seeds: tuple[int, ...]
    factors: dict[str, tuple[str, ...]]
    ranges: dict[str, dict[str, Any]]
    baseline: dict[str, str]
    without: dict[str, str]
    settings: dict[str, str]
    primary: str
    direction: str

    @property
    def sign(self) -> int:
        """1 where a higher score is better, −1 where a lower one is."""
        return 1 if self.direction == "max" else -1

    @property
    def validation(self) -> str:
        """The column that ranks."""
        return f"validation_{self.primary}"

    @property
    def test(self) -> str:
        """The column that is read for the chosen cell only."""
        return f"test_{self.primary}"

    @property
    def varied(self) -> list[str]:
        """Factors with more than one level, ranged ones included, in their declared order."""
        return [name for name, levels in self.factors.items() if len(levels) > 1 or name in self.ranges]

    @property
    def tuned(self) -> bool:
        """Whether comparisons give each side its own best learning rate: where a grid varies it beside others."""
        return self.design == "grid" and RATE in self.varied and len(self.varied) > 1

    @property
    def main(self) -> list[str]:
        """Varied factors with listed levels: activation and loss first, the learning rate last."""
        listed = [name for name in self.varied if name not in self.ranges]
        first = [name for name in ("activation", "loss") if name in listed]
        last = [name for name in (RATE,) if name in listed]
        return first + [name for name in listed if name not in first + last] + last


def declared(manifest: Mapping[str, Any], trials: pd.DataFrame) -> Declared:
    """The declaration in a `manifest.json`; levels seen only in the trials come after the declared ones.

    trials: setting columns as text.

    Raises KeyError for a manifest without `study`, `primary` or `direction`.
    """
    study = manifest["study"]
    settings = {name: text(level) for name, level in study.get("settings", {}).items()}
    without = {name: text(level) for name, level in study.get("without", {}).items()}
    given = study.get("factors", {})
    ranges = {name: dict(levels) for name, levels in given.items() if isinstance(levels, Mapping)}
    baseline = settings | {name: text(level) for name, level in study.get("baseline", {}).items()}
    factors = {}
    for name in [*given, *(name for name in without if name not in given)]:
        if name in ranges:
            factors[name] = ()
            continue
        listed = [text(level) for level in given.get(name, [])]
        seen = [] if name not in trials else list(trials[name].unique())
        ends = [end[name] for end in (baseline, without) if name in end and name in without]
        factors[name] = tuple(dict.fromkeys([*ends, *listed, *seen]))
    reference = {name: baseline.get(name, levels[0] if levels else "") for name, levels in factors.items()}
    return Declared(
        name=study["name"],
        question=study.get("question", ""),
        task=study.get("task", ""),
        model=study.get("model", ""),
        design=study.get("design", "grid"),
        seeds=tuple(study.get("seeds", ())),
        factors=factors,
        ranges=ranges,
        baseline=reference,
        without=without,
        settings=settings,
        primary=manifest["primary"],
        direction=manifest["direction"],
    )

"""What a study declared, as the analysis needs it: factors, levels, baseline, the metric that ranks."""

import itertools
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from experiments.analysis.looks import look_share
from experiments.analysis.overlap import OTHER_DATA, RESAMPLE, overlap, overlap_of_tests
from experiments.study.columns import RATE
from experiments.study.labels import number, text
from experiments.study.origin import SearchOrigin, read_origin
from experiments.study.types import Plain, PlainTable

FRESH = 0.5  # of a page's 0.05, what fresh seeds may spend where there are any; the study's own have the rest
SHARES = ("accuracy", "balanced_accuracy", "top_5_accuracy", "precision", "recall", "error_rate")


@dataclass(frozen=True)
class PrimaryComparison:
    """The one comparison that a study's question is about: `level` of `factor` against the level `against` of it.

    conditions: the levels of other factors that it is made at; those that it does not name are at the baseline.
    """

    factor: str
    level: str
    against: str
    conditions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Declared:
    """A study's declaration, every level as text.

    factors: name → levels in their declared order, for a ranged factor an empty tuple.
    ranges: name → `{"min", "max", "scale"}`, of a random design only.
    baseline: the level of every factor in the baseline. without: a leave-one-out design's off levels.
    data_settings: settings of the task. held: the conditions that this part of a study is under.
    smallest_effect: Δ as the study declares it, else None.
    looks: the numbers of seeds at which the study stops if all is settled; share: how much of the page's 0.05 its own
        seeds may spend: what the look spends that they belong to, all of it where no looks are planned, and less
        where fresh seeds stand beside them (`beside_fresh`).
    fresh_share: how much of it fresh seeds may spend, which are looked at once.
    paired: whether equal seeds share their draws, so that scores are compared seed by seed; of another tool's results
        it may be false, and then seeds only tell rows apart.
    search, proposed: of a search its tuner, and the ids of cells in the order in which they were proposed.
    given_unit: of the primary metric, as a manifest has it where its name does not say.
    failure_score: what a diverged trial scores, as the study declares it; None where a constant prediction's score is
        taken (`failure_cost`).
    primary_comparison: what the question is about, where the study declares it.
    about: what the study asks about, "this data" or "other data of the kind"; empty where it does not say.
    overlap: what the seeds' validation scores have in common because all seeds split the same examples, as a multiple
        of the variance of one seed's score; 0 where each seed has data of its own, or the question is about this data.
    sealed: whether all seeds test on the same examples, which no seed trains or validates on; test_overlap: the same
        of their test scores (`overlap.overlap_of_tests`).
    """

    name: str
    question: str
    task: str
    model: str
    design: str
    seeds: tuple[int, ...]
    factors: dict[str, tuple[str, ...]]
    ranges: dict[str, PlainTable]
    baseline: dict[str, str]
    without: dict[str, str]
    settings: dict[str, str]
    primary: str
    direction: str
    data_settings: frozenset[str] = frozenset()
    held: dict[str, str] = field(default_factory=dict)
    smallest_effect: float | None = None
    looks: tuple[int, ...] = ()
    share: float = 1.0
    fresh_share: float = 0.0
    paired: bool = True
    search: str = ""
    proposed: tuple[str, ...] = ()
    given_unit: str = ""
    failure_score: float | None = None
    primary_comparison: PrimaryComparison | None = None
    about: str = ""
    overlap: float = 0.0
    test_overlap: float = 0.0
    sealed: bool = False

    @property
    def unit(self) -> str:
        """What the primary metric is read in: "share" of per cent, "bounded" of a number from 0 to 1, else nothing."""
        return self.given_unit or ("share" if self.primary in SHARES else "")

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
    def conditions(self) -> list[str]:
        """Varied factors of a grid that change the data: no choice, but circumstances to choose under.

        Where nothing else varies there is nothing to choose, and they are factors like any other.
        """
        found = [name for name in self.varied if name in self.data_settings and name not in self.ranges]
        return found if self.design == "grid" and len(found) < len(self.varied) else []

    @property
    def condition_levels(self) -> list[dict[str, str]]:
        """Every combination of levels of the conditions, in order; one empty one where there are none."""
        names = self.conditions
        return [
            dict(zip(names, levels, strict=True))
            for levels in itertools.product(*(self.factors[name] for name in names))
        ]

    def under(self, condition: dict[str, str]) -> "Declared":
        """The part of the study under one condition: its factors are held, no longer varied.

        What the study's question compares belongs to the whole. The parts stand on one page, so each has an equal part
        of the share, or half of that where the other half is for what the question compares.
        """
        factors = {name: levels for name, levels in self.factors.items() if name not in condition}
        baseline = {name: level for name, level in self.baseline.items() if name not in condition}
        one_split = condition.get(RESAMPLE) == "false"
        part = (0.5 if self.primary_comparison else 1.0) / len(self.condition_levels)
        return replace(
            self,
            factors=factors,
            baseline=baseline,
            settings=self.settings | condition,
            held=self.held | condition,
            overlap=0.0 if one_split else self.overlap,
            test_overlap=0.0 if one_split else self.test_overlap,
            primary_comparison=None,
            share=self.share * part,
            fresh_share=self.fresh_share * part,
        )

    def beside_fresh(self) -> "Declared":
        """The same where fresh seeds have tested it: both stand on one page, so they share its 0.05."""
        return self if self.fresh_share else replace(self, share=self.share * (1 - FRESH), fresh_share=FRESH)

    @property
    def rates(self) -> list[str]:
        """The learning rates of a factor that lists them, in rising order; none where any is no number above 0."""
        listed = self.factors.get(RATE, ()) if RATE in self.varied else ()
        numbers = {level: value for level in listed if (value := number(level)) is not None and 0 < value < math.inf}
        return sorted(numbers, key=numbers.__getitem__) if len(numbers) == len(set(listed)) else []

    @property
    def tuned(self) -> bool:
        """Whether comparisons give each side its own best learning rate: where a grid varies it beside others."""
        return self.design == "grid" and bool(self.rates) and len(self.varied) - len(self.conditions) > 1

    @property
    def main(self) -> list[str]:
        """Varied factors with listed levels: activation and loss first, conditions and the learning rate last."""
        listed = [name for name in self.varied if name not in self.ranges]
        first = [name for name in ("activation", "loss") if name in listed]
        last = [name for name in (*self.conditions, RATE) if name in listed]
        return first + [name for name in listed if name not in first + last] + last


def read_declared(manifest: Mapping[str, Plain], trials: pd.DataFrame, data_settings: Collection[str] = ()) -> Declared:
    """The declaration in a `manifest.json`; levels seen only in the trials come after the declared ones.

    trials: setting columns as text. data_settings: which settings are the task's.

    Raises KeyError for a manifest without `study`, `primary` or `direction`.
    """
    study = manifest["study"]
    settings = {name: text(level) for name, level in study.get("settings", {}).items()}
    without = {name: text(level) for name, level in study.get("without", {}).items()}
    given = study.get("factors", {})
    ranges = {name: dict(levels) for name, levels in given.items() if isinstance(levels, Mapping)}
    baseline = settings | {name: text(level) for name, level in study.get("baseline", {}).items()}
    factors: dict[str, tuple[str, ...]] = {}
    for name in [*given, *(name for name in without if name not in given)]:
        if name in ranges:
            factors[name] = ()
            continue
        listed = [text(level) for level in given.get(name, [])]
        seen = [] if name not in trials else list(trials[name].unique())
        ends = [end[name] for end in (baseline, without) if name in end and name in without]
        factors[name] = tuple(dict.fromkeys([*ends, *listed, *seen]))
    reference = {name: baseline.get(name, levels[0] if levels else "") for name, levels in factors.items()}
    looks = tuple(study.get("looks", ()))
    seeds = trials["seed"].nunique() if "seed" in trials else 0
    about = study.get("about", "")
    others = about in ("", OTHER_DATA)
    origin = read_origin(study.get("search"))
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
        data_settings=frozenset(data_settings),
        smallest_effect=study.get("smallest_effect"),
        looks=looks,
        share=look_share(looks, seeds),
        paired=manifest.get("imported", {}).get("paired", True) is not False,
        search=origin.tuner if isinstance(origin, SearchOrigin) else "",
        proposed=tuple(study.get("proposed", ())),
        given_unit=manifest.get("unit") or "",
        failure_score=study.get("failure_score"),
        primary_comparison=_primary_comparison(study.get("compare")),
        about=about,
        overlap=overlap(manifest) if others else 0.0,
        test_overlap=overlap_of_tests(manifest) if others else 0.0,
        sealed=bool((manifest.get("data") or {}).get("sealed")),
    )


def _primary_comparison(given: Mapping[str, Plain] | None) -> PrimaryComparison | None:
    if not given:
        return None
    conditions = {name: text(level) for name, level in given.get("conditions", {}).items()}
    return PrimaryComparison(given["factor"], text(given["level"]), text(given["against"]), conditions)

"""The declared experiment: what varies, what is held, over which seeds. Pure data; nothing is trained here."""

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated

from pydantic import Field

from experiments.errors import RequestError, show
from experiments.study import catalog, design
from experiments.study.columns import RATE, ordered_settings
from experiments.study.imports import is_target
from experiments.study.level import check, check_level, label
from experiments.study.open_level import inner_factors, inner_name, ranges_of
from experiments.study.open_level import origin as open_level_of
from experiments.study.origin import CheckOrigin, ConfirmationOrigin, Origin, SearchOrigin
from experiments.study.question import Question
from experiments.study.scorer import Scorer
from experiments.study.seed_counts import MOST_TRIALS, check_count, read_looks, read_seeds
from experiments.study.trial import LATER, Trial, canonical, digest, identity
from experiments.study.types import Factors, Level, Objects, PlainTable, Settings

LEAST_RATES = 3  # of fewer, one of the ends is the best almost always
LEAST_TUNING = 2
_SHOWN_WHERE_USED = ("salt", "keep_epoch")  # settings without a column where they change nothing
MOST_RATES = 20  # that may be added beyond each end


@dataclass(frozen=True)
class Study:
    """A checked study, as `experiments.study.study_file` reads it.

    base: every setting (of task, model and training) at its fixed or baseline level.
    factors: a factor's levels, or in a random design its range `{min, max, scale}`; its levels may be open
        (`experiments.study.open_level`).
    sources: a digest of the source of every part of the user's own, by import target.
    full_question: the question as the study declares it; it changes no trial.
    looks: numbers of seeds, rising, at which results are looked at and more seeds follow only where they are needed;
        empty where all seeds are trained at once. extend_rates: how many learning rates may be added beyond each end
        while a best one lies there. Both are carried out by `experiments.followups.growth`.
    declared_seeds: how many seeds the study asks for by itself, whatever a request asks for.
    fresh_seeds: on how many fresh seeds what it compares is trained again, once it has run; where that is not 0, its
        own seeds only choose (rates, and what ranks first).
    telemetry: whether figures of every layer are measured after every epoch.
    recipe: how it is trained and scored, by its name in the catalog.
    origin: the search, confirmation or test of another study that made it; None where it was declared.
    proposed: the settings of the cells that a search has proposed so far, or that are confirmed.
    objects: a Python `task` or `model` given in place of a name; such a study runs in one process.
    scorers: by name those metrics that are not the catalog's. chosen_metrics: whether the study names its metrics,
        rather than take those of the task.
    neutral: settings of task and model that came after first results, with the level at which each changes nothing.
    compiled: the settings that were taken from the model as its function compiles it; None where nothing was.
    """

    name: str
    question: str
    task: str
    model: str
    design: str
    seeds: list[int]
    base: Settings
    factors: Factors
    without: Settings
    head: str
    metrics: tuple[str, ...]
    task_settings: tuple[str, ...]
    model_settings: tuple[str, ...]
    sources: dict[str, str] = field(default_factory=dict)
    draws: int = 0
    sample_seed: int = 0
    folder: str | None = None
    path: str | None = None
    telemetry: bool = False
    full_question: Question | None = None
    looks: tuple[int, ...] = ()
    extend_rates: int = 0
    declared_seeds: int = 0
    fresh_seeds: int = 0
    recipe: str = catalog.SUPERVISED
    origin: Origin | None = None
    proposed: list[Settings] | None = None
    objects: Objects = field(default_factory=Objects, compare=False)
    scorers: dict[str, Scorer] = field(default_factory=dict)
    chosen_metrics: bool = False
    compiled: tuple[str, ...] | None = None
    neutral: Settings = field(default_factory=dict)

    def __post_init__(self) -> None:
        cells = self._most_cells
        if cells * len(self.seeds) > MOST_TRIALS:
            raise RequestError(
                f"seeds: got {len(self.seeds)} for {show(cells)} cells, allowed are at most {MOST_TRIALS} trials in all"
            )

    def __getstate__(self) -> PlainTable:
        """What is pickled: the declaration alone, not the cells and trials that follow from it."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @property
    def _most_cells(self) -> int:
        """How many cells there are, or at most; without making any of them."""
        if self.proposed is not None:
            return len(self.proposed)
        if self.design == "random":
            return self.draws
        counts = [len(levels) for levels in self.factors.values() if isinstance(levels, list)]
        return math.prod(counts) if self.design == "grid" else 1 + sum(counts)

    @property
    def primary(self) -> str:
        """The metric that ranks cells."""
        return self.metrics[0]

    @property
    def direction(self) -> str:
        """Whether more ("max") or less ("min") of the primary metric is better."""
        return (self.scorers.get(self.primary) or catalog.METRICS[self.primary]).direction

    @property
    def unit(self) -> str:
        """What the primary metric is read in: "share" of per cent, "bounded" of a number from 0 to 1, else nothing."""
        found = self.scorers.get(self.primary)
        return found.unit if found else catalog.METRICS[self.primary].unit

    @property
    def stamped_question(self) -> Question | None:
        """The question that its results answer: neither draws nor what tests another study are compared two by two."""
        alone = self.design == "random" or self.part_of
        return (
            dataclasses.replace(self.full_question, compare=None)
            if self.full_question and alone
            else self.full_question
        )

    @property
    def failure_score(self) -> float | None:
        """What a diverged trial scores, as the question declares it; None where it does not."""
        return self.full_question.failure_score if self.full_question else None

    @property
    def part_of(self) -> str:
        """The study that this one tests, on whose page it stands; empty for any other."""
        return self.origin.of if isinstance(self.origin, CheckOrigin) else ""

    @property
    def command(self) -> str:
        """What runs the study from the command line."""
        match self.origin:
            case CheckOrigin(of, stage):
                return f"ablations {stage} {of}"
            case ConfirmationOrigin(of):
                return f"ablations confirm {of}"
            case SearchOrigin(tuner):
                return f"ablations tune {self.path or self.name.removesuffix(f'-tune-{tuner}')} --tuner {tuner}"
        return f"ablations run {self.path or self.name}"

    @property
    def settings(self) -> list[str]:
        """The names of all settings, in the order of the columns; at the end factors within levels of others."""
        training = catalog.training_settings(self.recipe)
        names = [*self.model_settings, *training, *self.task_settings, *inner_factors(self.factors)]
        hidden = {name: LATER[name] for name in _SHOWN_WHERE_USED} | self.neutral
        held = {name: canonical(self.base.get(name)) for name in hidden if name not in self.factors}
        unused = {name for name, level in held.items() if level == canonical(hidden[name])}
        return ordered_settings(name for name in names if name not in unused)

    @property
    def shown_task_settings(self) -> list[str]:
        """The settings of the task that have a column."""
        shown = {*self.settings}
        return [name for name in self.task_settings if name in shown]

    @property
    def fixed(self) -> PlainTable:
        """What must stay the same for results to be extended: everything but seeds and levels."""
        held = identity({n: level for n, level in self.base.items() if n not in self.factors}, self.neutral)
        return {
            "task": self.task,
            "model": self.model,
            "sources": self.sources,
            "held": held,
            "factors": sorted(self.factors),
            **self._recipe_as_json,
            **({"search": self.origin.as_json()} if self.origin else {}),
            **({"metrics": self._metrics_as_json} if self.chosen_metrics else {}),
        }

    @property
    def _metrics_as_json(self) -> PlainTable:
        return {name: self.scorers[name].as_json() if name in self.scorers else {} for name in sorted(self.metrics)}

    @property
    def digest(self) -> str:
        """The digest of `fixed`."""
        return digest(self.fixed, 16)

    @cached_property
    def cells(self) -> list[Settings]:
        """The settings of every cell, in order."""
        if self.proposed is not None:
            return self.proposed
        if self.design == "grid":
            return design.grid(self.base, self.factors)
        if self.design == "one-factor":
            return design.one_factor(self.base, self.factors)
        if self.design == "leave-one-out":
            return design.leave_one_out(self.base, self.without)
        return design.random(self.base, self.factors, self.draws, self.sample_seed)

    @cached_property
    def trials(self) -> list[Trial]:
        """Every trial, the seed outermost, so that an interrupted run is balanced."""
        cells = [(self._parts(cell), cell) for cell in self.cells]
        return [Trial(parts, cell, seed, self.neutral) for seed in self.seeds for parts, cell in cells]

    def trial(self, cell: Settings, seed: int) -> Trial:
        """The trial of a cell, given by its settings, and a seed."""
        return Trial(self._parts(cell), cell, seed, self.neutral)

    def _parts(self, cell: Settings) -> PlainTable:
        used = {self.task, self.model, *part_names(cell.values())}
        sources = {name: source for name, source in self.sources.items() if name in used}
        return {"task": self.task, "model": self.model, "sources": sources, **self._recipe_as_json}

    @property
    def _recipe_as_json(self) -> dict[str, str]:
        """The recipe, where it is not the one that all results had when there was no other."""
        return {} if self.recipe == catalog.SUPERVISED else {"recipe": self.recipe}

    def labels(self, settings: Settings) -> Settings:
        """Settings as a row has them: of an open level its name, and the values of its ranges on their own."""
        labels = {}
        for name, level in settings.items():
            open_level = open_level_of(level, self.factors.get(name))
            labels[name] = label(name, open_level or level)
            for key in ranges_of(open_level):
                labels[inner_name(name, level, key)] = level[key]
        return {name: labels[name] for name in self.settings if name in labels}

    def describe(self) -> PlainTable:
        """The study in labels, as the manifest has it."""
        factors = {
            name: [label(name, level) for level in levels] if isinstance(levels, list) else levels
            for name, levels in self.factors.items()
        } | inner_factors(self.factors)
        return {
            "name": self.name,
            "question": self.question,
            "task": self.task,
            "model": self.model,
            **self._recipe_as_json,
            "design": self.design,
            "seeds": self.seeds,
            "factors": factors,
            "baseline": self.labels({name: self.base[name] for name in self.factors}),
            "without": self.labels(self.without),
            "settings": self.labels(self.base),
            "task_settings": self.shown_task_settings,  # as factors these are conditions, not choices
            **(self.stamped_question.declared if self.stamped_question else {}),
            **({"looks": list(self.looks)} if self.looks else {}),
            **({"extend_rates": self.extend_rates} if self.extend_rates else {}),
            **({"fresh_seeds": self.fresh_seeds} if self.fresh_seeds else {}),
            **({"metrics": self._metrics_as_json} if self.chosen_metrics else {}),
            **({"compiled": list(self.compiled)} if self.compiled else {}),
            **({"search": self.origin.as_json(), "proposed": self._proposed_cells} if self.origin else {}),
        }

    @property
    def _proposed_cells(self) -> list[str]:
        return [self.trial(cell, 0).cell for cell in self.proposed or []]

    def with_seeds(self, seeds: object, field: str = "seeds") -> "Study":
        """The same study over other seeds, all at once: a count, or a list."""
        if self.looks:
            numbers = ", ".join(map(str, self.looks))
            raise RequestError(f"{field}: this study looks at {numbers} seeds, and takes as many as it needs of them")
        if self.fresh_seeds:
            return dataclasses.replace(self, fresh_seeds=len(check_count(read_seeds(seeds, field), field)))
        return dataclasses.replace(self, seeds=read_seeds(seeds, field))

    def with_tuning(self, count: object, field: str = "tuning_seeds") -> "Study":
        """The same study with so many seeds that only choose; as many as it has now are the fresh ones that compare."""
        seeds = check(field, count, catalog.Setting(Annotated[int, Field(ge=LEAST_TUNING, le=MOST_TRIALS)]))
        if self.design == "random":
            raise RequestError(f"{field}: the design is random, which compares nothing; `ablations confirm` is for it")
        if self.looks:
            raise RequestError(f"{field}: given beside looks, allowed is one of them")
        fresh = len(check_count(self.seeds, "seeds"))
        return dataclasses.replace(self, seeds=list(range(seeds)), declared_seeds=seeds, fresh_seeds=fresh)

    def with_looks(self, looks: object, field: str = "looks") -> "Study":
        """The same study, its seeds added look by look."""
        if self.fresh_seeds:
            raise RequestError(f"{field}: given beside tuning_seeds, allowed is one of them")
        if self.design == "random":
            raise RequestError(f"{field}: the design is random, which declares no comparisons to be settled")
        looks = read_looks(looks, field)
        return dataclasses.replace(self, looks=looks, seeds=list(range(looks[0])), declared_seeds=looks[0])

    def with_seeds_of_look(self, place: int) -> "Study":
        """The same study with the seeds of a look, from 0."""
        return dataclasses.replace(self, seeds=list(range(self.looks[place])))

    def with_extension(self, rates: object, field: str = "extend_rates") -> "Study":
        """The same study, with up to so many learning rates beyond each end of those listed."""
        rates = check(field, rates, catalog.Setting(Annotated[int, Field(ge=1, le=MOST_RATES)]))
        if self.design != "grid" or len(self.factors.get(RATE, [])) < LEAST_RATES:
            raise RequestError(f"{field}: it needs a grid with {LEAST_RATES} learning rates or more among its factors")
        return dataclasses.replace(self, extend_rates=rates)

    def with_rates(self, rates: list[float]) -> "Study":
        """The same study with more learning rates; all of them in rising order, the baseline's as it is."""
        levels = sorted({*self.factors[RATE], *rates})
        return dataclasses.replace(self, factors=self.factors | {RATE: levels})

    def with_epochs(self, epochs: int) -> "Study":
        """The same study with other epochs."""
        if "epochs" in self.factors:
            raise RequestError("--epochs: epochs is a factor of this study; use --only epochs=…")
        level = check_level("epochs", epochs, catalog.TRAINING["epochs"], "--epochs")
        return dataclasses.replace(self, base=self.base | {"epochs": level})


def part_names(levels: Iterable[Level]) -> list[str]:
    """The import targets among some levels."""
    tables = [level for level in levels if isinstance(level, dict)]
    for table in [table for table in tables if table.get("name") == catalog.EACH]:
        tables += [part for part in table.values() if isinstance(part, dict)]
    return [table["name"] for table in tables if is_target(table.get("name"))]

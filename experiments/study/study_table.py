"""Reads a study from a table, as TOML gives it, and checks all of it before anything is trained."""

import dataclasses
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from experiments.errors import RequestError, closest, show, unknown, wrong
from experiments.study import catalog
from experiments.study.builds import name_of
from experiments.study.catalog import Setting
from experiments.study.columns import trial_columns
from experiments.study.factor_levels import read_levels
from experiments.study.imports import is_target, source_digest
from experiments.study.level import check_level, check_part, explain, label
from experiments.study.mistakes import Mistakes
from experiments.study.open_level import close, origin
from experiments.study.question import DEFAULT_TEXT
from experiments.study.question_table import QuestionTable, outline, read_question
from experiments.study.scorer import Scorer, objects_of, read_metrics, read_metrics_of
from experiments.study.seed_counts import read_seeds
from experiments.study.settings import ModelFacts, TaskFacts, model_facts, task_facts
from experiments.study.study import Study, part_names
from experiments.study.types import Factors, Level, Objects, PlainTable, Settings

NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
MOST_DRAWS = 100_000  # of a random design
RESERVED = ("claims", "gallery")  # folders of reports that are no study's
Design = Literal["grid", "one-factor", "leave-one-out", "random"]


class StudyFile(BaseModel):
    """A study file's keys, but for settings of training, of recipes and of data; `[model]` holds the model's own."""

    model_config = ConfigDict(extra="allow", strict=True)

    name: Annotated[str, Field(pattern=NAME)]
    question: object = None
    task: object = "digits"
    recipe: object = None
    design: Design = "grid"
    seeds: object = 5
    tuning_seeds: object = None
    looks: object = None
    extend_rates: object = None
    trials: Annotated[int, Field(ge=1, le=MOST_DRAWS)] = 20
    sample_seed: Annotated[int, Field(ge=0, le=catalog.MOST)] = 0
    metrics: object = None
    telemetry: bool = False
    smallest_effect: catalog.Positive | None = None
    model: Settings = {}
    factors: Settings = {}
    baseline: Settings = {}
    without: Settings = {}


_OF_RECIPES = dict.fromkeys(key for recipe in catalog.RECIPES for key in catalog.training_settings(recipe))
KEYS = (*StudyFile.model_fields, *_OF_RECIPES, *catalog.OF_DATA)


def _outline(mistakes: Mistakes, table: PlainTable) -> StudyFile:
    """The keys, without those that are wrong."""
    table = table | {"question": mistakes.catch(outline, table.get("question", DEFAULT_TEXT)) or QuestionTable()}
    if table.get("name") in RESERVED:
        mistakes.append(f'name: got "{table["name"]}", which is reserved')
    known = {key: value for key, value in table.items() if key in KEYS}
    misspelt = [key for key in table if key not in KEYS]
    refused: dict[str, ErrorDetails] = {}
    try:
        study_file = StudyFile(**known)
    except ValidationError as error:
        refused = {str(mistake["loc"][0]): mistake for mistake in error.errors()}
        kept: PlainTable = {"name": "study"} | {key: value for key, value in known.items() if key not in refused}
        study_file = StudyFile(**kept)
    mistakes.extend(explain(key, mistake) for key, mistake in refused.items())
    mistakes.extend(unknown(f"key {key}", key, KEYS) for key in misspelt)
    if {closest(key, KEYS) for key in (*refused, *misspelt)} & {"task", "model", "design"}:
        mistakes.stop()  # without them nothing can be said on the rest
    return study_file


def read(
    table: PlainTable,
    folder: str | None = None,
    path: str | None = None,
    objects: Objects | None = None,
) -> Study:
    """A study from a table as TOML gives it.

    folder: where a user's own parts are looked for. objects: a Python `task` (Task) or `model` (function)
    in place of the named one.

    Raises RequestError with one line per mistake.
    """
    objects = objects or {}
    mistakes = Mistakes()
    outline = _outline(mistakes, table)
    _check_idle_keys(mistakes, outline)
    seeds = mistakes.catch(read_seeds, outline.seeds)
    task = mistakes.catch(_task, outline.task, objects)
    facts = task and mistakes.catch(task_facts, task, folder, objects.get("task"), outline.recipe)
    recipe = facts.recipe if facts else catalog.SUPERVISED
    kind = mistakes.catch(_kind, outline.model.pop("kind", catalog.fitting_models(recipe)[0]), objects, recipe)
    model = kind and mistakes.catch(model_facts, kind, folder, objects.get("model"), recipe)
    if facts and outline.metrics is not None:
        names, scorers = mistakes.catch(_metrics, outline.metrics, facts) or (facts.metrics, facts.scorers)
        facts = dataclasses.replace(facts, metrics=names, scorers=scorers)
    facts = facts and model and mistakes.catch(_yielding, facts, model)
    known = facts and model and mistakes.catch(_known, facts, model)
    if not known:
        mistakes.stop()
    base = _base(mistakes, outline, task, facts, model, known)
    for key in ("factors", "baseline", "without"):
        _drop_unknown(mistakes, key, getattr(outline, key), known, facts.misfits)
    factors: Factors = {
        name: read_levels(mistakes, name, given, known[name], outline.design) for name, given in outline.factors.items()
    }
    baseline = _some(mistakes, "baseline", outline.baseline, known)
    without = _some(mistakes, "without", outline.without, known)
    mistakes.stop()
    if outline.design == "leave-one-out":
        if not without:
            raise RequestError(
                "without: got nothing, a leave-one-out design needs [without]: factors and their off levels"
            )
        factors = {name: [(base | baseline)[name], off] for name, off in without.items()}
        for name, (on, off) in factors.items():
            if on == off:
                mistakes.append(
                    f"without {name}: got {show(label(name, off))}, which is the baseline itself: nothing is removed"
                )
    elif not factors:
        raise RequestError("factors: got none, allowed is a table [factors] with a list of levels for each factor")
    else:
        first = {name: levels[0] for name, levels in factors.items() if isinstance(levels, list)}
        base |= {name: close(level, lambda _, span: span["min"]) for name, level in first.items()}
    base |= baseline
    _check_baseline(mistakes, outline.design, factors, baseline)
    _check_losses(mistakes, facts, base, factors)
    _check_slots(mistakes, kind, model.slots, base, factors)
    sources = _sources(mistakes, task["name"], kind, base, factors, folder, objects)
    for scorer in facts.scorers.values():
        if is_target(scorer.target) and not (scorer.metric or scorer.target.startswith("keras.")):
            sources |= {scorer.target: mistakes.catch(source_digest, scorer.target, folder, "metrics")}
    if alone := objects_of(facts.scorers.values()):
        objects = {**objects, "metrics": alone}
    mistakes.stop()
    study = Study(
        name=outline.name, question="", task=task["name"], model=kind, design=outline.design,
        seeds=seeds, base=base, factors=factors, without=without, head=facts.head, metrics=facts.metrics,
        task_settings=tuple(facts.every_setting), model_settings=tuple(model.settings),
        sources=sources, draws=outline.trials, sample_seed=outline.sample_seed, folder=folder, path=path,
        telemetry=outline.telemetry, declared_seeds=len(seeds),
        objects=objects, scorers=facts.scorers, recipe=facts.recipe, chosen_metrics=outline.metrics is not None,
        neutral={n: setting.default for n, setting in (facts.every_setting | model.settings).items() if setting.later},
    )  # fmt: skip
    question = mistakes.catch(read_question, outline.question, outline.smallest_effect, study, known)
    study = dataclasses.replace(study, question=question.text, full_question=question) if question else study
    return _growing(mistakes, study, outline)


def _growing(mistakes: Mistakes, study: Study, outline: StudyFile) -> Study:
    """The study with what lets it grow while it runs."""
    if outline.looks is not None and "seeds" in outline.model_fields_set:
        mistakes.append("looks: given beside seeds, allowed is one of them")
    if outline.looks is not None:
        study = mistakes.catch(study.with_looks, outline.looks) or study
    if outline.tuning_seeds is not None:
        study = mistakes.catch(study.with_tuning, outline.tuning_seeds) or study
    if outline.extend_rates is not None:
        study = mistakes.catch(study.with_extension, outline.extend_rates) or study
    mistakes.stop()
    return study


def _check_idle_keys(mistakes: Mistakes, outline: StudyFile) -> None:
    """A key that the design would silently ignore is a mistake."""
    uses = {"without": "leave-one-out", "trials": "random", "sample_seed": "random"}
    for key, design in uses.items():
        if key in outline.model_fields_set and outline.design != design and getattr(outline, key) != {}:
            mistakes.append(f'{key}: given, but the design is "{outline.design}"; only "{design}" uses it')
    if outline.design == "leave-one-out" and outline.factors:
        mistakes.append('factors: given, but the design is "leave-one-out"; its factors are those of [without]')


def _task(given: object, objects: Objects) -> Settings:
    if "task" in objects:
        return {"name": "arrays"}
    if isinstance(given, dict) and (own := catalog.TASKS.get(str(given.get("name")))):
        for key in [key for key in given if key in catalog.OF_DATA and key not in own.settings]:
            raise RequestError(f"task {given['name']}: got {key}, which is a key of the study itself, beside task")
    return check_part("task", given, catalog.TASKS)


def _kind(given: object, objects: Objects, recipe: str) -> str:
    if "model" in objects:
        return name_of(objects["model"])
    if not isinstance(given, str):
        raise RequestError(wrong("model kind", given, "a name"))
    if given not in catalog.MODELS and not is_target(given):
        raise RequestError(
            unknown("model kind", given, catalog.fitting_models(recipe))
            + ', or "package.module:attribute" for your own'
        )
    return given


def _yielding(facts: TaskFacts, model: ModelFacts) -> TaskFacts:
    """Facts without data factors whose name is a setting of the model's own."""
    data = {name: setting for name, setting in facts.data.items() if name not in model.settings}
    misfits = {name: why for name, why in facts.misfits.items() if name not in model.settings}
    return dataclasses.replace(facts, data=data, misfits=misfits)


def _known(facts: TaskFacts, model: ModelFacts) -> dict[str, Setting]:
    known = model.settings | catalog.training_settings(facts.recipe) | facts.every_setting
    if not facts.metrics:
        raise RequestError(
            f"metrics: got none, the recipe {facts.recipe} needs them: names of what the model's evaluate returns, or "
            "functions of (model, x, y), of which the first ranks"
        )
    taken = set(trial_columns([], facts.metrics))
    for name in known:
        if name in taken:
            raise RequestError(f"{name}: a setting can't have this name, results have a column of that name")
    for name in set(model.settings) & set(facts.settings):
        raise RequestError(f"{name}: both the task and the model have a setting of that name; rename one")
    return known


def _base(
    mistakes: Mistakes,
    outline: StudyFile,
    task: Settings,
    facts: TaskFacts,
    model: ModelFacts,
    known: dict[str, Setting],
) -> Settings:
    for key in [key for key in outline.model if key not in model.settings]:
        mistakes.append(unknown(f"model {key}", key, ["kind", *model.settings]))
    for key in [key for key in outline.model_extra or {} if key not in known]:
        training = catalog.training_settings(facts.recipe)
        mistakes.append(
            f"{key}: {facts.misfits[key]}"
            if key in facts.misfits
            else f"{key}: given, but the recipe {facts.recipe} has no such setting. It has {', '.join(training)}"
        )
    given = {key: value for key, value in task.items() if key != "name"} | outline.model
    given |= {key: value for key, value in (outline.model_extra or {}).items() if value is not None}
    defaults = {key: setting.default for key, setting in known.items()}
    if "loss" in known:
        defaults["loss"] = _default_loss(facts)
    base = {}
    for key, setting in known.items():
        value = given.get(key, defaults[key])
        if key == "loss" and facts.several and isinstance(value, dict):
            value = defaults[key] | value  # an output that is not named has the loss of its head
        base[key] = None if value is None else mistakes.catch(check_level, key, value, setting)
    return base


def _drop_unknown(
    mistakes: Mistakes, table: str, given: Settings, known: dict[str, Setting], misfits: Mapping[str, str]
) -> None:
    for name in [name for name in given if name not in known]:
        field = f"{table} {name}"
        mistakes.append(f"{field}: {misfits[name]}" if name in misfits else unknown(field, name, known))
        del given[name]


def _some(mistakes: Mistakes, table: str, given: Settings, known: dict[str, Setting]) -> Settings:
    return {
        name: mistakes.catch(check_level, name, value, known[name], f"{table} {name}") for name, value in given.items()
    }


def _check_baseline(mistakes: Mistakes, design: str, factors: Factors, baseline: Settings) -> None:
    for name, level in baseline.items():
        levels = factors.get(name)
        if design != "leave-one-out" and isinstance(levels, list) and level not in levels and not origin(level, levels):
            labels = [str(label(name, level)) for level in levels]
            mistakes.append(unknown(f"baseline {name}", label(name, level), labels))


def _used(name: str, base: Settings, factors: Factors) -> list[Level]:
    levels = factors.get(name)
    return levels if isinstance(levels, list) else [base[name]]


def _metrics(given: Level, facts: TaskFacts) -> tuple[tuple[str, ...], dict[str, Scorer]]:
    return read_metrics_of(given, facts.several) if facts.several else read_metrics(given, facts.head)


def _default_loss(facts: TaskFacts) -> Level:
    if facts.several:
        return {name: catalog.HEADS[head].loss for name, head in facts.several.items()}
    return catalog.HEADS[facts.head].loss


def _check_losses(mistakes: Mistakes, facts: TaskFacts, base: Settings, factors: Factors) -> None:
    field = "factors loss" if "loss" in factors else "loss"
    for level in _used("loss", base, factors) if "loss" in base else []:
        parts = {name: loss for name, loss in level.items() if name not in ("name", "weights")}
        if not facts.several and level["name"] == catalog.EACH:
            mistakes.append(f"{field}: got losses for {', '.join(parts)}, but the task has one output")
        elif not facts.several:
            _check_loss(mistakes, field, level["name"], facts.head)
        elif level["name"] != catalog.EACH or {*parts} != {*facts.several}:
            got = ", ".join(parts) if level["name"] == catalog.EACH else f'"{level["name"]}"'
            wanted = ", ".join(f'{name} = "{catalog.HEADS[head].loss}"' for name, head in facts.several.items())
            mistakes.append(f"{field}: got {got}, allowed is one for each output, such as {{ {wanted} }}")
        else:
            for name, head in facts.several.items():
                _check_loss(mistakes, f"{field} {name}", parts[name]["name"], head)


def _check_loss(mistakes: Mistakes, field: str, name: str, head: str) -> None:
    part = catalog.LOSSES.get(name)
    if part and head not in part.heads:
        fitting = ", ".join(catalog.fitting_losses(head))
        mistakes.append(f'{field}: got "{name}", which does not fit a {head} head. Fitting: {fitting}')


def _check_slots(mistakes: Mistakes, kind: str, slots: tuple[str, ...], base: Settings, factors: Factors) -> None:
    for level in _used("regularizer", base, factors) if "regularizer" in base else []:
        part = catalog.REGULARIZERS.get(level["name"], catalog.RegularizerPart(""))
        if part.slot and part.slot not in slots:
            fitting = [name for name, part in catalog.REGULARIZERS.items() if not part.slot or part.slot in slots]
            field = "factors regularizer" if "regularizer" in factors else "regularizer"
            mistakes.append(
                f'{field}: got "{level["name"]}", but the function {kind} has no argument {part.slot}. '
                f"Fitting: {', '.join(fitting)}"
            )


def _sources(
    mistakes: Mistakes,
    task: str,
    model: str,
    base: Settings,
    factors: Factors,
    folder: str | None,
    objects: Objects,
) -> dict[str, str]:
    """Digests of the sources of a user's own parts; a missing part is a mistake here."""
    fields = {name: "task" if name == task else "model kind" for name in (task, model) if is_target(name)}
    for setting in [name for name in base if name in catalog.PARTS]:  # of any other setting a ":" is a sign like any
        field = f"factors {setting}" if setting in factors else setting
        fields |= dict.fromkeys(part_names(_used(setting, base, factors)), field)
    digests = {name: mistakes.catch(source_digest, name, folder, fields[name]) for name in sorted(fields)}
    return digests | objects.get("sources", {})

"""Reads the question of a study file: a text, or a table `[question]` that declares the primary comparison."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from experiments.errors import RequestError, unknown, wrong
from experiments.study import catalog
from experiments.study.catalog import Setting
from experiments.study.level import check_level, explain, label
from experiments.study.question import ABOUT, DEFAULT_TEXT, Question
from experiments.study.study import Study
from experiments.study.types import Level, Range, Settings

_COMPARE = 'a table such as { factor = "activation", level = "tanh", against = "relu" }'


_Table = TypeVar("_Table", bound=BaseModel)


class QuestionTable(BaseModel):
    """The keys of `[question]`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, Field(min_length=1)] = DEFAULT_TEXT
    compare: Settings | None = None
    conditions: Settings = {}
    smallest_effect: catalog.Positive | None = None
    failure_score: FiniteFloat | None = None
    about: Literal[ABOUT] | None = None  # pyrefly: ignore[not-a-type] - the values stand in one place, a constant


class Compare(BaseModel):
    """The keys of its `compare`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    factor: str
    level: Level = None
    against: Level = None


def outline(given: object) -> QuestionTable:
    """The keys of a question, a text or a table, before anything else of its study is known.

    Raises RequestError with one line per mistake.
    """
    if isinstance(given, Mapping):
        return _outline(QuestionTable, "question", given)
    if not isinstance(given, str) or not given:
        raise RequestError(wrong("question", given, "text that is not empty, or a table [question]"))
    return QuestionTable(text=given)


def read_question(
    table: QuestionTable, smallest_effect: float | None, study: Study, known: Mapping[str, Setting]
) -> Question:
    """The question of a study whose factors and baseline have been read.

    smallest_effect: that which stands outside of the table. known: the settings by name.

    Raises RequestError with the field, what it got and what is allowed.
    """
    if None not in (smallest_effect, table.smallest_effect):
        raise RequestError("question smallest_effect: given beside smallest_effect, allowed is one of them")
    field = "smallest_effect" if table.smallest_effect is None else "question smallest_effect"
    effect = smallest_effect if table.smallest_effect is None else table.smallest_effect
    bounded = study.unit in ("share", "bounded")
    if bounded and effect is not None and effect >= 1:
        raise RequestError(wrong(field, effect, f"below 1: {study.primary} is from 0 to 1, and 0.01 is a hundredth"))
    if bounded and table.failure_score is not None and not 0 <= table.failure_score <= 1:
        raise RequestError(wrong("question failure_score", table.failure_score, f"from 0 to 1, as {study.primary} is"))
    return Question(
        text=table.text,
        metric=study.primary,
        direction=study.direction,
        baseline={name: label(name, level) for name, level in sorted(study.base.items())},
        compare=_comparison(table, study, known),
        smallest_effect=effect,
        failure_score=table.failure_score,
        about=table.about or "",
    )


def _outline(model: type[_Table], field: str, given: Mapping[str, Level]) -> _Table:
    """A table with its keys checked."""
    try:
        return model(**given)
    except ValidationError as error:
        lines = []
        for mistake in error.errors():
            key = str(mistake["loc"][0])
            if mistake["type"] == "missing":
                lines.append(f"{field}: lacks {key}, allowed is {_COMPARE}")
            elif mistake["type"] == "extra_forbidden":
                lines.append(unknown(f"{field} {key}", key, model.model_fields))
            else:
                lines.append(explain(f"{field} {key}", mistake))
        raise RequestError("\n".join(lines)) from None


def _comparison(table: QuestionTable, study: Study, known: Mapping[str, Setting]) -> Settings | None:
    """The primary comparison in labels, what is left out filled in."""
    if table.compare is None:
        if table.conditions:
            raise RequestError("question conditions: given without compare, allowed is beside it")
        return None
    if study.design == "random":
        raise RequestError(
            'question compare: given, but the design is "random", whose draws are not compared with each other; '
            "allowed are the other designs"
        )
    field = "question compare"
    given = _outline(Compare, field, table.compare)
    factor, named = given.factor, Settings()
    if factor not in study.factors:
        raise RequestError(unknown(f"{field} factor", factor, study.factors))
    levels = study.factors[factor]
    for side in ("level", "against"):
        if (named_level := getattr(given, side)) is not None:
            named[side] = _level(f"{field} {side}", factor, named_level, levels, known[factor])
    against = named.get("against", study.base[factor])
    others = [level for level in levels if level != against]
    if "level" not in named and len(others) != 1:
        labels = ", ".join(str(label(factor, level)) for level in others)
        lacking = f"{field}: lacks level, allowed is one of {labels}"
        raise RequestError(lacking if others else f"{field} factor: {factor} has one level, allowed is one with more")
    level = named.get("level", others[0] if others else None)
    if level == against:
        twice = label(factor, level)
        raise RequestError(f"{field}: got {twice} against {twice}, allowed are two levels of {factor}")
    return {
        "factor": factor,
        "level": label(factor, level),
        "against": label(factor, against),
        "conditions": _conditions(table.conditions, factor, study, known),
    }


def _conditions(given: Mapping[str, Level], compared: str, study: Study, known: Mapping[str, Setting]) -> Settings:
    """The levels of other factors that the comparison is made at, as labels."""
    conditions = {}
    for name, own_level in given.items():
        field = f"question conditions {name}"
        if name == compared:
            raise RequestError(f"{field}: this is the factor that is compared, allowed are the others")
        if name not in study.factors:
            raise RequestError(unknown(field, name, [factor for factor in study.factors if factor != compared]))
        level = _level(field, name, own_level, study.factors[name], known[name])
        if study.design != "grid" and level != study.base[name]:
            allowed = f'the baseline’s, for the design is "{study.design}"'
            raise RequestError(wrong(field, own_level, allowed))
        conditions[name] = label(name, level)
    return conditions


def _level(field: str, name: str, given: object, levels: list[Level] | Range, setting: Setting) -> Level:
    """One of a factor's levels, given as in the list of levels or by its label."""
    labels = {str(label(name, level)): level for level in levels}
    if isinstance(given, str) and given in labels:
        return labels[given]
    level = check_level(name, given, setting, field)
    if level not in levels:
        raise RequestError(unknown(field, label(name, level), labels))
    return level

"""Stacking rules by class or function: which parts can be stacked, and why others can't."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from experiments.study.types import KerasPart


class StackingRule(Protocol):
    """How a part computes with the axes of seeds and cells. refuses: part → why this one can't, or None."""

    @property
    def refuses(self) -> Callable[[KerasPart], str | None]: ...


R = TypeVar("R", bound=StackingRule)
_registries: dict[type, "Registry[Any]"] = {}


class Registry(Generic[R]):
    """The stacking rules of one kind of part, such as layers or optimizers.

    kind: the class of the rules. rules: those that come with the project, by class or function. A class inherits no
    rule, for what it overrides can't be known.
    """

    def __init__(self, kind: type[R], rules: Mapping[KerasPart, R]) -> None:
        self._rules = dict(rules)
        _registries[kind] = self

    def register(self, part: KerasPart, rule: R) -> None:
        """Give a class, or a function, a rule."""
        self._rules[part] = rule

    def rule_of(self, part: KerasPart) -> R | None:
        """The rule of a function, of a class, or of an object's own class; None where there is none."""
        named = isinstance(part, type) or inspect.isfunction(part)
        return self._rules.get(part if named else type(part))

    def rule_or_error(self, part: KerasPart, told: str) -> R:
        """The same, where it must be there. told: as of `refuses`. Raises ValueError where there is none."""
        rule = self.rule_of(part)
        if rule is None:
            raise ValueError(self.refuses(part, told))
        return rule

    def refuses(self, part: KerasPart, told: str) -> str | None:
        """Why a part can't be stacked, or None. told: how it is named, such as "the optimizer Lion"."""
        rule = self.rule_of(part)
        if rule is None:
            return f"{told} has no stacking rule"
        why = rule.refuses(part)
        return f"{told}: {why}" if why else None


def register(part: KerasPart, rule: StackingRule) -> None:
    """Give a part of your own a stacking rule.

    part: the class of a layer, optimizer, regularizer, constraint, loss or metric; or a loss's or metric's function.
    rule: of the class for that kind of part. A subclass does not inherit it: what it overrides can't be known.

    >>> import keras
    >>> from experiments.train.fused.rules import Rule, rule_of
    >>> class Twice(keras.layers.Layer):
    ...     def call(self, x):
    ...         return 2 * x
    >>> register(Twice, Rule(lambda view, x: 2 * x))
    >>> rule_of(Twice()) is not None
    True
    """
    _registries[type(rule)].register(part, rule)


def never(part: KerasPart) -> str | None:
    """Refuses no part."""
    return None

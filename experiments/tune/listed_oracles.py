"""Oracles that propose what stands on a list from the start: all combinations, or one change at a time."""

from abc import ABC, abstractmethod

import keras_tuner

from experiments.study.types import OwnPart, Plain, PlainTable

Values = PlainTable
SEED = "seed"


class ListedOracle(keras_tuner.Oracle, ABC):
    """Proposes every combination of a list once for each seed, the seed outermost, and then ends.

    seeds: how many; where there are more than one, `hp.get("seed")` is there for `build` to read, from 0. Others are
    the arguments of `keras_tuner.Oracle`.
    """

    def __init__(self, *, seeds: int = 1, **options: object) -> None:
        if isinstance(seeds, bool) or not isinstance(seeds, int) or seeds < 1:
            raise ValueError(f"seeds: got {seeds!r}, expected a whole number of at least 1")
        super().__init__(**options)
        self.seeds = seeds
        if seeds > 1:
            self.hyperparameters.Choice(SEED, list(range(seeds)))

    @abstractmethod
    def combinations(self) -> list[Values]:
        """The values of active hyper-parameters, combination by combination; without the seed."""

    def factors(self) -> list[Plain]:
        """The hyper-parameters that vary."""
        return [parameter for parameter in self.get_space().space if parameter.name != SEED]

    def populate_space(self, trial_id: str) -> PlainTable:
        """The values of the next trial, and its status."""
        combinations = self.combinations()
        seed, place = divmod(len(self.start_order), max(1, len(combinations)))
        if seed >= self.seeds or not combinations:
            return {"status": "STOPPED", "values": None}
        return {"status": "RUNNING", "values": combinations[place] | ({SEED: seed} if self.seeds > 1 else {})}


def active(space: list[Plain], wanted: Values) -> Values:
    """The values of the hyper-parameters that are active; what is not wanted otherwise has its default."""
    found = keras_tuner.HyperParameters()
    for parameter in space:
        found.merge([parameter])
        if found.is_active(parameter):
            found.values[parameter.name] = wanted.get(parameter.name, parameter.default)
    return {parameter.name: found.values[parameter.name] for parameter in space if found.is_active(parameter)}


class FactorialOracle(ListedOracle):
    """All combinations of all values, for every seed: a grid in which each cell has its own spread.

    Values of an inactive hyper-parameter are not told apart. `Choice` and `Boolean` have their values, `Int` and
    `Float` those that their steps give.

    Arguments:
        seeds: how many trials a combination; a whole number of at least 1.
        Others are those of `keras_tuner.Oracle`.

    Raises:
        ValueError: `seeds` is out of its range; or, when asked, a hyper-parameter is a range without steps.

    Example:

    >>> import keras_tuner
    >>> space = keras_tuner.HyperParameters()
    >>> _ = space.Choice("activation", ["relu", "tanh"]), space.Boolean("bias")
    >>> oracle = FactorialOracle(objective="val_loss", hyperparameters=space, seeds=5)
    >>> len(oracle.combinations())
    4
    """

    def combinations(self) -> list[Values]:
        """All of them, the first hyper-parameter outermost."""
        space = self.factors()
        found: list[Values] = [{}]
        for parameter in space:
            found = [
                values | {parameter.name: value}
                for values in found
                for value in (_values(parameter) if parameter.name in active(space, values) else [parameter.default])
            ]
        return [active(space, values) for values in found]


def _values(parameter: OwnPart) -> list[Plain]:
    if getattr(parameter, "step", None) is None and hasattr(parameter, "min_value"):
        raise ValueError(
            f"{parameter.name}: got a range from {parameter.min_value} to {parameter.max_value}, "
            "expected one with a step"
        )
    return list(parameter.values)


_DESIGNS = ("one-factor", "leave-one-out")


class AblationOracle(ListedOracle):
    """The baseline, and what differs from it in one hyper-parameter, for every seed.

    Arguments:
        baseline: values by name; what is not named has its default.
        without: values by name that stand for "taken away". With it the design is leave-one-out: each of these alone.
            Without it the design is one-factor: every other value of every hyper-parameter, each alone.
        seeds: how many trials a combination; a whole number of at least 1.
        Others are those of `keras_tuner.Oracle`.

    Raises:
        ValueError: a name is no hyper-parameter of the space (when asked), or a value of `without` is the baseline's.

    Example:

    >>> import keras_tuner
    >>> space = keras_tuner.HyperParameters()
    >>> _ = space.Choice("activation", ["relu", "tanh"]), space.Float("dropout", 0.0, 0.5, step=0.25)
    >>> oracle = AblationOracle(objective="val_loss", hyperparameters=space, baseline={"dropout": 0.25})
    >>> for values in oracle.combinations():
    ...     print(values)
    {'activation': 'relu', 'dropout': 0.25}
    {'activation': 'tanh', 'dropout': 0.25}
    {'activation': 'relu', 'dropout': 0.0}
    {'activation': 'relu', 'dropout': 0.5}
    """

    def __init__(
        self, *, baseline: Values | None = None, without: Values | None = None, seeds: int = 1, **options: object
    ) -> None:
        super().__init__(seeds=seeds, **options)
        self.baseline, self.without = dict(baseline or {}), dict(without or {})

    @property
    def design(self) -> str:
        """ "leave-one-out" or "one-factor"."""
        return _DESIGNS[bool(self.without)]

    def combinations(self) -> list[Values]:
        """The baseline first."""
        space = self.factors()
        names = [parameter.name for parameter in space]
        for name in [*self.baseline, *self.without]:
            if name not in names:
                raise ValueError(f"{name}: got a value for it, expected one of the hyper-parameters {', '.join(names)}")
        baseline = active(space, self.baseline)
        changes = self.without.items() if self.without else [
            (parameter.name, value) for parameter in space if parameter.name in baseline for value in parameter.values
        ]  # fmt: skip
        found = [baseline]
        for name, value in changes:
            changed = active(space, self.baseline | {name: value})
            if self.without and changed == baseline:
                raise ValueError(f"without {name}: got {value!r}, which is the baseline itself: nothing is removed")
            if changed not in found:
                found.append(changed)
        return found

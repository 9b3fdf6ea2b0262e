"""Ablation designs as an oracle: the baseline, and one change at a time."""

from experiments.tune.listed_oracle import ListedOracle, Values, active

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

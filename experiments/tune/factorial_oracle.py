"""A full factorial design as an oracle."""

from experiments.study.types import OwnPart, Plain
from experiments.tune.listed_oracle import ListedOracle, Values, active


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

"""An oracle that proposes what stands on a list from the start."""

from abc import ABC, abstractmethod

import keras_tuner

from experiments.study.types import Plain, PlainTable

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

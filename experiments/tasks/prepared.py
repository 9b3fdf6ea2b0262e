"""A draw of data that are fitted to their own training part, such as standardized ones."""

from collections.abc import Callable
from dataclasses import dataclass

from experiments.tasks.task import Data, Draw


@dataclass(frozen=True, eq=False)
class Prepared:
    """A seed → the data of another draw, as `fit` makes them from what is in their training part.

    fit: data → data, such as `experiments.tasks.standardized.standardize`. It is a draw of its own so that a factor
    which changes the training part comes before it.

    >>> from experiments.tasks.moons import moons
    >>> from experiments.tasks.standardized import standardize
    >>> data = Prepared(moons().draw, standardize)(0)
    >>> data.x[data.train].std(axis=0).round(3).tolist()
    [1.0, 1.0]
    """

    draw: Draw
    fit: Callable[[Data], Data]

    def __call__(self, seed: int) -> Data:
        return self.fit(self.draw(seed))

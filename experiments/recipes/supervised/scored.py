"""What a model gave for some examples, in the forms in which metrics take it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import expit, softmax

from experiments.study import catalog
from experiments.tasks import Data, Task
from experiments.tasks.several import Output, places


@dataclass(frozen=True)
class Scored:
    """Targets and raw scores of some examples, and what else metrics may be computed from.

    head: of the task. y: as the task draws it, `[examples]` classes or `[examples, outputs]`. z: `[examples, outputs]`
    raw scores, float64. truth: of these examples, as `Data` has it. support, several: as `Task` has them. weights:
    gives those of the model, layer by layer.

    >>> scored = Scored("ordinal", np.array([0, 2]), np.array([[-1.0, -3.0], [2.0, 1.0]]))
    >>> scored.decisions.tolist(), scored.targets.tolist()
    ([0, 2], [[0.0, 0.0], [1.0, 1.0]])
    """

    head: str
    y: np.ndarray
    z: np.ndarray
    truth: np.ndarray | None = None
    support: tuple[int, ...] | None = None
    weights: Callable[[], list[np.ndarray]] = list
    several: Mapping[str, Output] = field(default_factory=dict)

    @classmethod
    def of(
        cls, task: Task, data: Data, index: np.ndarray, z: np.ndarray, weights: Callable[[], list[np.ndarray]]
    ) -> "Scored":
        """Some examples of a task, by their places in the data."""
        truth = None if data.truth is None else data.truth[index]
        return cls(task.head, data.y[index], z.astype(np.float64), truth, task.support, weights, task.several)

    def of_output(self, name: str) -> "Scored":
        """One of several outputs."""
        place = next(place for place in places(self.several) if place.name == name)
        z = self.z[:, slice(*place.scores)]
        return Scored(place.head, place.targets_in(self.y), z, None, self.support, self.weights)

    @property
    def kernel(self) -> np.ndarray:
        """The first weights that are no vector; without any a vector of none."""
        return next((weight for weight in self.weights() if weight.ndim > 1), np.zeros(0))

    @property
    def _known(self) -> catalog.Head:
        return catalog.HEADS[self.head]

    @cached_property
    def targets(self) -> np.ndarray:
        """What each output is held against; of softmax the classes as they are."""
        if self._known.link == "sigmoid" and self._known.target == "class":
            return (self.y[:, None] > np.arange(self.z.shape[1])).astype(np.float64)
        return self.y

    @cached_property
    def decisions(self) -> np.ndarray:
        """What is predicted: classes `[examples]`, or labels `[examples, outputs]`.

        With softmax the class of the highest score, the first of equal ones. With sigmoids a class is as many steps up
        as there are probabilities above one half (Z. Niu and others, Ordinal regression with multiple output CNN for
        age estimation, 2016), and a label is there where its probability is above one half.
        """
        if self._known.link == "softmax":
            return self.z.argmax(axis=1)
        above = self.z > 0
        return above.sum(axis=1) if self._known.target == "class" else above

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Of classes or labels, `[examples, classes]`; of two classes by one output that of class 1, `[examples]`.

        Of ordered classes P(y > j − 1) − P(y > j), where that is negative 0, divided by the sum.
        """
        if self._known.link == "softmax":
            return softmax(self.z, axis=1)
        p = expit(self.z)
        if self._known.target != "class":
            return p
        if p.shape[1] == 1:
            return p[:, 0]
        ends = np.ones((len(p), 1)), np.zeros((len(p), 1))
        of_classes = np.maximum(np.diff(np.hstack([ends[0], p, ends[1]])) * -1, 0)
        return of_classes / of_classes.sum(axis=1, keepdims=True)

    @cached_property
    def values(self) -> np.ndarray:
        """Predicted numbers: the scores of a linear head, fractions, or of ordered classes their places."""
        if self._known.link == "linear":
            return self.z
        return self.decisions if self._known.target == "class" else expit(self.z)


# What the function of a metric is called with, by the catalog's word for it.
SOURCES: dict[str, Callable[[Scored], tuple[object, ...]]] = {
    "scores": lambda scored: (scored.targets, scored.z),
    "decisions": lambda scored: (scored.y, scored.decisions),
    "probabilities": lambda scored: (scored.y, scored.probabilities),
    "values": lambda scored: (scored.y, scored.values),
    "truth": lambda scored: (scored.truth, scored.probabilities),
    "weights": lambda scored: (scored.support, scored.kernel),
}

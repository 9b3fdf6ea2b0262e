"""What generated examples are scored by: the metrics of a task, and what real examples are known by."""

import math
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from experiments.errors import RequestError
from experiments.recipes.adversarial import scores
from experiments.recipes.batches import examples
from experiments.tasks import Data, Modes, Task

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression


class Judge:
    """Scores generated examples against a part of a task's data.

    Raises RequestError for a metric that needs what the task does not have.
    """

    def __init__(self, task: Task, data: Data) -> None:
        self._task, self._data = task, data
        table: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
            "earth_mover_distance": lambda made, index: scores.earth_mover_distance(made, self._real(index)),
            "high_quality": lambda made, index: scores.high_quality(made, self._modes),
            "modes_covered": lambda made, index: scores.modes_covered(made, self._modes),
            "class_distance": lambda made, index: scores.class_distance(self._classify(made), self._shares(index)),
        }
        self._metrics = {name: table[name] for name in task.metrics}
        if task.modes is None and {"high_quality", "modes_covered"} & {*task.metrics}:
            raise RequestError(
                "metrics: modes_covered and high_quality need a task whose modes are known, such as ring or grid25"
            )
        if "class_distance" in task.metrics and (data.y.ndim != 1 or data.y.dtype.kind not in "biu"):
            raise RequestError("metrics: class_distance needs examples of known classes, which the task does not have")

    def scores(self, generated: np.ndarray, index: np.ndarray) -> dict[str, float]:
        """Every metric by name; NaN where an example is not finite.

        generated: `[examples, …]`, scaled as a model sees x. index: the places of the real examples.
        """
        if not np.isfinite(generated).all():
            return dict.fromkeys(self._metrics, math.nan)
        return {name: metric(generated, index) for name, metric in self._metrics.items()}

    @property
    def _modes(self) -> Modes:
        if self._task.modes is None:
            raise ValueError("the task has no modes")
        return self._task.modes

    def _real(self, index: np.ndarray) -> np.ndarray:
        return examples(self._data, index)[0]

    def _shares(self, index: np.ndarray) -> np.ndarray:
        """How often each class is among some real examples, `[classes]`."""
        return np.bincount(self._data.y[index], minlength=int(self._data.y.max()) + 1) / len(index)

    def _classify(self, generated: np.ndarray) -> np.ndarray:
        found: np.ndarray = self._classifier.predict(generated.reshape(len(generated), -1))
        return found

    @cached_property
    def _classifier(self) -> "LogisticRegression":
        """Tells classes, learned from the training examples."""
        from sklearn.linear_model import LogisticRegression

        x = self._real(self._data.train)
        return LogisticRegression(max_iter=1000).fit(x.reshape(len(x), -1), self._data.y[self._data.train])

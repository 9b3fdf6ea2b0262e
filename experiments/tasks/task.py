"""What a task is: examples kept once, index lists that split them, a head and metrics."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from experiments.study import catalog
from experiments.study.scorer import REPORTED, Scorer, read_metrics, read_metrics_of
from experiments.tasks.several import Output


@dataclass(frozen=True)
class Modes:
    """Where a mixture of round Gaussians has its mass: equally at every centre.

    centres: `[modes, features]` finite numbers, as a model sees x (scaled). spread: a Gaussian's standard deviation,
    above 0.

    >>> Modes(np.array([[-1.0, 0.0], [1.0, 0.0]]), spread=0.1).centres.shape
    (2, 2)
    """

    centres: np.ndarray
    spread: float


@dataclass(frozen=True)
class Data:
    """Examples, kept once, and the index lists that split them.

    x: `[examples, …]`, uint8 or float32; a model sees `x * scale` as float32.
    y: `[examples]` whole numbers (classes, from 0) or `[examples, outputs]` float32 (labels, fractions, values).
    train, validation, test: whole numbers, indices into both.
    weights: `[examples]` float32, how much each example counts in the training loss, as Keras' `sample_weight`.
    Validation and test losses and all metrics count every example once.
    truth: what a perfect model would give, where that is known: probabilities that y is 1 (`[examples]`, for a sigmoid
    head) or of the classes (`[examples, classes]`, softmax, ordinal), or what each output would be without noise
    (`[examples, outputs]`, other heads). It trains nothing; metrics may read it.
    unchanged: the data without what was done to x or y for a seed (noise, a scale fitted to its training part); None
    where nothing was. By these it is known which examples seeds have in common.

    >>> parts = np.arange(0, 6), np.arange(6, 8), np.arange(8, 10)
    >>> data = Data(np.zeros((10, 3), np.float32), np.zeros(10, np.int64), *parts)
    >>> len(data.train), len(data.validation), len(data.test)
    (6, 2, 2)
    """

    x: np.ndarray
    y: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    scale: float = 1.0
    weights: np.ndarray | None = None
    truth: np.ndarray | None = None
    unchanged: "Data | None" = None

    @property
    def examples(self) -> "Data":
        """Data whose x and y are the examples as seeds may have them in common."""
        return self.unchanged or self


Draw: TypeAlias = Callable[[int], Data]  # a seed → the data


@dataclass(frozen=True)
class Task:
    """A data set, its head and its metrics.

    head: "softmax" (one of `outputs` classes), "sigmoid" (two classes, one output), "ordinal" (classes in order, one
        more than `outputs`), "multi_label" (`outputs` labels, each there or not), "fractions" (`outputs` numbers from
        0 to 1), "linear" (regression) or "several" (outputs with heads of their own).
    input_shape: the shape of one example. outputs: how many numbers the model gives.
    draw: seed → Data; the same seed gives the same data.
    metrics: as `experiments.study.scorer.read_metrics` takes them, by default those of the head; kept as their
        names, of which the first is the primary one. scorers: by name those that are not the catalog's.
    parts: where training, validation and test examples come from, as sentences of the study's page.
    sealed: whether every seed tests on the same examples, which no seed trains or validates on. `draw` is held to it.
    modes: of a mixture whose centres are known. support: the features of x, counted from 0, on which y depends, where
        that is known. labelled: whether y means anything; of examples alone it is zeros. has_chance: whether the same
        prediction for every example scores what learning nothing does; of a function to minimize it may be the best.
    several: by name the outputs of a model that has several, in the order in which y and raw scores have them;
        `outputs` is how many numbers they have together.

    Raises RequestError for a head or metric that does not exist, or metrics that do not fit the head.

    >>> from experiments.tasks.digits import digits
    >>> task = digits()
    >>> task.head, task.input_shape, task.outputs, task.metrics
    ('softmax', (64,), 10, ('accuracy', 'cross_entropy'))
    """

    head: str
    input_shape: tuple[int, ...]
    outputs: int
    draw: Draw
    metrics: tuple[str, ...] = ()
    parts: str = ""
    scorers: dict[str, Scorer] = field(default_factory=dict)
    sealed: bool = False
    modes: Modes | None = field(default=None, compare=False)  # arrays don't compare to one truth value
    support: tuple[int, ...] | None = None
    labelled: bool = True
    has_chance: bool = True
    several: dict[str, Output] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.scorers or (self.head == REPORTED and not self.metrics):
            return  # read already, or named by the study
        if self.several:
            heads = {name: output.head for name, output in self.several.items()}
            names, scorers = read_metrics_of(self.metrics or None, heads)
        else:
            names, scorers = read_metrics(self.metrics or catalog.check_metrics(self.head), self.head)
        object.__setattr__(self, "metrics", names)
        object.__setattr__(self, "scorers", scorers)

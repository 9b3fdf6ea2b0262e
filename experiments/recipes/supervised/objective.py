"""What a trial minimizes: a Keras loss on the head's raw scores, with the coding of targets that it wants."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import keras
from keras import ops

from custom.types import Tensor
from experiments.recipes.stacking import PerExample
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.types import KerasPart, Settings
from experiments.tasks import Task
from experiments.tasks.several import Place, places


@dataclass(frozen=True)
class Form:
    """How a loss meets a head.

    targets: "one_hot", "index" (whole numbers), "value" (as each output has them: of classes whether y is above 0,
    above 1, …) or "sign" (the same, 0/1 as −1/+1).
    scores: "raw" (before the head's activation, or where a model gives no such scores its probabilities), "probability"
    or "sign" (2p − 1, a probability on the scale of signs).
    """

    targets: str
    scores: str


# Cross-entropy is computed from raw scores, which neither clips nor overflows, on every engine and backend; of a model
# that gives probabilities alone it is Keras' own of probabilities.
_BY_LINK: dict[tuple[str, str], tuple[KerasPart, Form]] = {
    ("cross_entropy", "softmax"): (
        keras.losses.CategoricalCrossentropy,
        Form("one_hot", "raw"),
    ),
    ("cross_entropy", "sigmoid"): (
        keras.losses.BinaryCrossentropy,
        Form("value", "raw"),
    ),
    ("sparse_cross_entropy", "softmax"): (
        keras.losses.SparseCategoricalCrossentropy,
        Form("index", "raw"),
    ),
    ("hinge", "sigmoid"): (keras.losses.Hinge, Form("sign", "sign")),
}
_FORMS = {
    "softmax": Form("one_hot", "probability"),
    "sigmoid": Form("value", "probability"),
    "linear": Form("value", "raw"),
}
_SIGNED = {"wasserstein": Form("sign", "sign")}
_LINKS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda z: ops.softmax(z, axis=-1),
    "sigmoid": ops.sigmoid,
    "linear": lambda z: z,
}


def steps(y: Tensor, outputs: int) -> Tensor:
    """Whether classes `[…]` are above 0, above 1, …: `[…, outputs]`, true or false.

    >>> ops.convert_to_numpy(steps(ops.convert_to_tensor([0, 2, 1]), 2)).astype(int).tolist()
    [[0, 0], [1, 1], [1, 0]]
    """
    return ops.expand_dims(ops.cast(y, "int32"), -1) > ops.arange(outputs, dtype="int32")


class Together(keras.losses.Loss):
    """The losses of several outputs, each times its weight, added up.

    `call(y, z)` maps y `[..., batch, columns]` and z `[..., batch, outputs]`, rows of all outputs, to `[..., batch]`.
    """

    def __init__(self, parts: list[tuple[Place, float, PerExample]]) -> None:
        super().__init__(name="objective")
        self.parts = parts
        self.function: PerExample = self._sum

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The loss of every example."""
        return self.function(y_true, y_pred)

    def _sum(self, y: Tensor, z: Tensor) -> Tensor:
        found = [weight * of_output(*own_part(place, y, z)) for place, weight, of_output in self.parts]
        return functools.reduce(ops.add, found)


def own_part(place: Place, y: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """The targets and the raw scores of one of several outputs, as a task with its head has them."""
    own = y[..., slice(*place.targets)]
    is_class = catalog.HEADS[place.head].target == "class"
    return ops.cast(own[..., 0], "int32") if is_class else own, z[..., slice(*place.scores)]


def objective_of(level: Settings, task: Task, folder: str | None = None, probabilities: bool = False) -> "Loss":
    """The objective of a loss level for a task, as `objective` has it; of several outputs their sum."""
    if not task.several:
        return objective(level, task.head, task.outputs, folder, probabilities)
    parts = [
        (output, objective(level[output.name], output.head, output.outputs, folder)) for output in places(task.several)
    ]
    return Together([(place, level["weights"][place.name], own.call) for place, own in parts])


class Objective(keras.losses.Loss):
    """A loss as a function of targets as the task has them and of what the model gives.

    probabilities: whether that is the head's probabilities; else its raw scores. part: the class or function that
    `function` is of.
    `call(y, z)` maps y `[..., batch]` or `[..., batch, outputs]` and z `[..., batch, outputs]` to
    `[..., batch]`: leading axes pass through.
    """

    def __init__(
        self,
        function: Callable[[Tensor, Tensor], Tensor],
        form: Form,
        head: str,
        outputs: int,
        probabilities: bool = False,
        part: KerasPart = None,
    ) -> None:
        super().__init__(name="objective")
        self.function, self.form, self.head, self.outputs = function, form, head, outputs
        self.probabilities, self.part = probabilities, part

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The loss of every example."""
        return self.function(self._targets(y_true, y_pred), self._scores(y_pred))

    def _targets(self, y: Tensor, z: Tensor) -> Tensor:
        if self.form.targets == "one_hot":
            return ops.one_hot(ops.cast(y, "int32"), self.outputs, dtype=z.dtype)
        if self.form.targets == "index":
            return y
        known = catalog.HEADS[self.head]
        y = ops.cast(steps(y, self.outputs) if known.target == "class" else y, z.dtype)
        return 2 * y - 1 if self.form.targets == "sign" else y

    def _scores(self, z: Tensor) -> Tensor:
        if self.form.scores == "raw":
            return z
        p = z if self.probabilities else _LINKS[catalog.HEADS[self.head].link](z)
        return 2 * p - 1 if self.form.scores == "sign" else p


def objective(
    level: Settings, head: str, outputs: int, folder: str | None = None, probabilities: bool = False
) -> Objective:
    """The objective of a loss level for a head. probabilities: whether the model gives these, not raw scores.

    A user's own loss is a Keras Loss class or a function of (y_true, y_pred); it meets probabilities wherever a head
    ends in them, and targets that are one-hot (softmax) or 0/1 for each output (sigmoid, ordinal, multi_label).

    >>> objective({"name": "huber", "delta": 1.0}, "softmax", 10).form
    Form(targets='one_hot', scores='probability')
    """
    name, link = level["name"], catalog.HEADS[head].link
    settings = {key: value for key, value in level.items() if key != "name"}
    if (name, link) in _BY_LINK:
        kind, form = _BY_LINK[name, link]
        made = kind(from_logits=not probabilities) if form.scores == "raw" else kind()
        return Objective(made.call, form, head, outputs, probabilities, kind)
    part = catalog.LOSSES.get(name)
    found = load(part.target if part else name, folder)
    function = found(**settings).call if isinstance(found, type) else partial(found, **settings)
    return Objective(function, _SIGNED.get(name, _FORMS[link]), head, outputs, probabilities, found)


Loss: TypeAlias = Objective | Together

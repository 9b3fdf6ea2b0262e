"""A model with several outputs, trained as one that gives a single row of raw scores."""

from collections.abc import Mapping

import keras
import numpy as np

from custom.keras_internals import graph
from experiments.errors import RequestError
from experiments.recipes.supervised.head import Head
from experiments.recipes.supervised.overrides import check_overrides, own_object, uncompiled
from experiments.study import catalog
from experiments.study.types import KerasPart, Plain
from experiments.tasks import Task
from experiments.tasks.several import Output, places


class Heads:
    """A model with several outputs, seen twice: as what is trained, and as what gives probabilities and values.

    model: a Sequential or functional model. It gives a dictionary of the outputs by name, or a list of layers with
    their names, each ending as `Head` has it; or one row of the raw scores of all of them.
    raw: the model to compile and train: one row of raw scores, with the layers and weights of `model`.

    Raises RequestError where the outputs are not those of the task, or do not show raw scores by their layers.
    """

    ends: str | None = "raw"
    own: str | None = None
    refuses: str | None = None

    def __init__(self, model: keras.Model, several: Mapping[str, Output]) -> None:
        self.networks: Mapping[str, keras.Model] = {}
        check_overrides(model)
        if why := own_object(model):
            raise RequestError(f"a model with several outputs must be Sequential or functional: {why}")
        self.model, self._several, self._width = model, several, sum(output.outputs for output in several.values())
        self._heads: dict[str, Head] = {}
        self._named: Mapping[str, KerasPart] = {}
        given = model.outputs[0] if isinstance(model, keras.Sequential) else model.output
        if not isinstance(given, (dict, list, tuple)):
            if tuple(given.shape)[1:] != (self._width,):
                raise RequestError(
                    f"the model gives {tuple(given.shape)}, allowed are the outputs {', '.join(several)}, or (None, "
                    f"{self._width}): the raw scores of all of them"
                )
            self.raw: keras.Model = keras.Model(model.inputs[0], given)
            return
        named = given if isinstance(given, dict) else dict(zip(model.output_names, given, strict=True))
        self._named = named
        if {*named} != {*several}:
            raise RequestError(f"the model has the outputs {', '.join(named)}, the task has {', '.join(several)}")
        inputs = model.inputs[0]
        for name, output in several.items():
            head = Head(keras.Model(inputs, named[name]), output.head, output.outputs)
            if head.shown != "raw" and not head.left_out:
                raise RequestError(
                    f"the model's output {name} does not show its end: end it in {catalog.HEADS[output.head].link}, or "
                    f"in raw scores: Dense({output.outputs})"
                )
            self._heads[name] = head
        self._check_apart(named)
        raw = [self._heads[name].raw.outputs[0] for name in several]
        self.raw = keras.Model(inputs, keras.layers.Concatenate(axis=-1)(raw) if len(raw) > 1 else raw[0])

    def _check_apart(self, named: Mapping[str, KerasPart]) -> None:
        """RequestError where an output is computed from another whose activation is held back."""
        for name, head in self._heads.items():
            for other, output in named.items():
                within = {id(call.operation) for call in graph(keras.Model(self.model.inputs[0], output))}
                if other != name and head.held_back is not None and id(head.held_back) in within:
                    raise RequestError(
                        f"the model's output {other} is computed from its output {name}; give {name} an activation "
                        "layer of its own: Dense(…), then Activation(…)"
                    )

    def check(self, x: KerasPart) -> KerasPart:
        """What `raw` gives for some examples."""
        return self.raw(np.asarray(x), training=False)

    def scores(self, given: Plain) -> np.ndarray:
        """Raw scores `[examples, outputs]`, as `raw` gives them."""
        return np.asarray(given)

    def finished(self) -> keras.Model:
        """The trained model giving a dictionary of probabilities and values by output; not compiled."""
        model, links = uncompiled(self.model), {name: self._link(name) for name in self._several}
        for head in self._heads.values():
            head.finished()  # activations that were held back are there again
        if self._heads and not any(links.values()):
            return model
        outputs = places(self._several)
        given = self._named or {place.name: model.outputs[0][:, slice(*place.scores)] for place in outputs}
        ends = {name: keras.layers.Activation(link or "linear") for name, link in links.items()}
        ended = {name: ends[name](given[name]) if links[name] else given[name] for name in self._several}
        return keras.Model(model.inputs[0], ended)

    def _link(self, name: str) -> str | None:
        """The activation that the model's own output lacks, or None."""
        link = catalog.HEADS[self._several[name].head].link
        left_out = self._heads and self._heads[name].left_out
        return None if left_out or link == "linear" else link


def heads_of(model: keras.Model, task: Task) -> Head | Heads:
    """A model as a task's recipe sees it: by its one output, or by several."""
    return Heads(model, task.several) if task.several else Head(model, task.head, task.outputs)

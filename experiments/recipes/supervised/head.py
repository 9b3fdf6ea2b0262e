"""A classifier as it is trained and as it is saved: its raw scores, or its probabilities, wherever it gives them."""

from collections.abc import Mapping

import keras
import numpy as np

from custom.keras_internals import call_inputs, operation_of
from experiments.errors import RequestError
from experiments.recipes.supervised import ends
from experiments.recipes.supervised.overrides import check_overrides, overridden, own_object, uncompiled
from experiments.study import catalog
from experiments.study.types import KerasPart, Plain

_PRECISE = ("float32", "float64")


class Head:
    """A model seen twice: as what is trained, and as what gives probabilities.

    model: ends in softmax, in sigmoid or in raw scores.
    raw: the model to compile and train, with the layers and weights of `model`. Where the layers show a softmax or
    sigmoid at the end of an ordinary model, it is left out; a model with a class, precision or losses of its own is
    trained as the object that it is.
    own: why it is trained so, or None.
    ends: what `raw` gives, "raw" scores or "probabilities"; None where only `check` can tell.
    shown: the same, as far as the layers show it.

    Raises RequestError where the model's outputs do not fit the task, or its class overrides what is never called.
    """

    def __init__(self, model: keras.Model, head: str, outputs: int) -> None:
        check_overrides(model)
        _check_shape(model, head, outputs)
        self.model, self._head, self._outputs = model, head, outputs
        self._link = catalog.HEADS[head].link
        self._shape: tuple[int, ...] | None = None  # of an example
        self.left_out = False  # whether `raw` lacks the activation that `model` ends in
        self._swapped: KerasPart = None  # the layer whose activation is held back meanwhile, and its activation
        self.own = own_object(model)
        self.raw: keras.Model = model
        self.networks: Mapping[str, keras.Model] = {}
        self.ends: str | None = "raw" if self._link == "linear" else None
        graph = bool(getattr(model, "outputs", None)) and not {"call", "__call__"} & {*overridden(model)}
        if graph and self._link != "linear":
            self._look_at(model.outputs[0])
        if self.raw is model and not self.own:
            self.raw = keras.Model(_inputs(model), model.outputs[0])
        self.shown = self.ends

    def _look_at(self, output: KerasPart) -> None:
        """Find the end among the layers, and leave its activation out where that changes nothing else."""
        last = ends.innermost(_inputs(self.model), output)
        nested = last is not operation_of(output)
        found = ends.link(last)
        if found == "softmax" and self._link == "sigmoid":
            why = "over one output, which is always 1" if self._outputs == 1 else "whose outputs add up to 1"
            raise RequestError(
                f"the model ends in softmax {why}; {self._head} heads end in sigmoid, or in raw scores: "
                f"Dense({self._outputs})"
            )
        if found != self._link:
            self.ends = "raw" if ends.gives_raw_scores(output) else None
            return
        self.ends = "probabilities"
        penalized = getattr(last, "activity_regularizer", None) is not None
        if self.own or penalized or getattr(last, "compute_dtype", output.dtype) not in _PRECISE:
            return
        if nested:
            if type(last) in ends.HOLDERS:
                self._hold_back(last)
        elif type(last) not in ends.PRODUCTS:
            before = call_inputs(output)
            if len(before) == 1:  # a softmax may be given a mask
                self.raw, self.ends, self.left_out = keras.Model(_inputs(self.model), before[0]), "raw", True
        elif ends.used_once(_inputs(self.model), output, last):
            self._hold_back(last)

    def _hold_back(self, layer: KerasPart) -> None:
        """Leave a layer's activation out of `raw`, for as long as it is trained."""
        self._swapped = layer, layer.activation
        layer.activation = keras.activations.linear
        self.raw, self.ends, self.left_out = keras.Model(_inputs(self.model), self.model.outputs[0]), "raw", True

    @property
    def refuses(self) -> str | None:
        """Why the model can't be stacked, as far as its end tells, or None."""
        if self.own:
            return f"the model is trained as the object that it is: {self.own}"
        return None if self.shown == "raw" else f"its end does not show raw scores: {self.last}"

    @property
    def held_back(self) -> KerasPart:
        """The layer whose activation is left out meanwhile, or None."""
        return None if self._swapped is None else self._swapped[0]

    @property
    def last(self) -> str:
        """What the model ends in: its last layer, or itself."""
        found = operation_of(self.model.outputs[0]) if getattr(self.model, "outputs", None) else self.model
        return f"{found.name} ({type(found).__name__})"

    def check(self, x: KerasPart) -> KerasPart:
        """What `raw` gives for some examples; where its layers leave open what that is, it is found out by numbers.

        Raises RequestError where the outputs do not fit the task's head.
        """
        x = np.asarray(x)
        self._shape = x.shape[1:]
        given = self._called(x)
        if not hasattr(given, "shape"):
            raise RequestError(_several(len(given)))
        if tuple(given.shape)[1:] != (self._outputs,):
            raise RequestError(_wrong_shape((None, *given.shape[1:]), self._head, self._outputs))
        if self.ends is None:
            self.ends = ends.tried(self._called, self.raw, self._link, self._outputs, x)
        return given

    def _called(self, x: KerasPart) -> KerasPart:
        if "predict_step" in overridden(self.raw):
            return self.raw.predict_on_batch(x)
        return self.raw(x, training=False)

    def scores(self, given: Plain) -> np.ndarray:
        """Raw scores `[examples, outputs]` of what `raw` gives: of probabilities their logits, or logarithms.

        Probabilities are clipped as Keras' cross-entropy clips them, at `keras.config.epsilon()` from 0 and 1.
        """
        if self.ends != "probabilities":
            return np.asarray(given)
        p = np.asarray(given)
        kind = p.dtype.type if p.dtype in _PRECISE else np.float32
        p, tiny = p.astype(kind), kind(keras.config.epsilon())
        if self._link == "sigmoid":
            p = np.clip(p, tiny, 1 - tiny).astype(np.float64)  # 1 − ε is rounded as it is in Keras
            return np.log(p) - np.log1p(-p)
        with np.errstate(invalid="ignore"):  # what is no number stays none, and the trial has diverged
            p = np.clip(p / p.sum(axis=1, keepdims=True), tiny, 1 - tiny)
            return np.log(p.astype(np.float64))

    def finished(self) -> keras.Model:
        """The trained model giving probabilities, or for a linear head values; not compiled."""
        if self._swapped is not None:
            layer, activation = self._swapped
            layer.activation = activation
        model = uncompiled(self.model) if self.raw is self.model else self.model
        if self._link == "linear" or self.left_out or self.ends == "probabilities":
            return model
        shape = self._shape or model.input_shape[1:]
        return keras.Sequential([keras.Input(shape), model, keras.layers.Activation(self._link)])


def _inputs(model: keras.Model) -> KerasPart:
    return model.inputs[0] if len(model.inputs) == 1 else model.inputs


def _check_shape(model: keras.Model, head: str, outputs: int) -> None:
    """RequestError where the outputs that a model declares don't fit the task; some declare none."""
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) > 1:
        raise RequestError(f"the model has {len(inputs)} inputs, a study gives one array: allowed is one input")
    given = getattr(model, "output_shape", None)
    if isinstance(given, (dict, list)):
        raise RequestError(_several(len(given)))
    if given is not None and tuple(given)[1:] != (outputs,):
        raise RequestError(_wrong_shape(given, head, outputs))


def _several(count: int) -> str:
    return f"the model has {count} outputs, allowed is one where y is one array; give y as a dictionary by output"


def _wrong_shape(given: Plain, head: str, outputs: int) -> str:
    known = catalog.HEADS[head]
    about = f" ({known.about})" if known.extra and outputs > 1 else ""
    return (
        f"the model gives {tuple(given)}, the task wants (None, {outputs}) for its {head} head{about}; "
        "end the model in a layer of that many units"
    )

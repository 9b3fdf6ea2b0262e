"""A model made anew by Keras' `clone_model`, with what an edit changes, and with weights from a seed."""

from dataclasses import dataclass, field
from typing import Any

import keras

from experiments.ablation.base import Base
from experiments.ablation.edit import Edit
from experiments.ablation.fresh import fresh, is_adapted
from experiments.ablation.graph import call_function, is_nested, not_computed, tensors, walk
from experiments.study.seeds import stream
from experiments.study.types import KerasPart


def rebuild(base: Base, edit: Edit, seed: int) -> keras.Model:
    """The edited model with fresh weights, compiled as the intact one is.

    Every layer draws from (seed, its place in the intact model), so that what an edit leaves as it was starts with the
    same weights as in the intact model. An edit that can't be carried out raises whatever Keras does: plan it first.
    """
    model = _Rebuilt(base, edit, seed).model()
    if getattr(base.model, "compiled", False) and not getattr(model, "compiled", False):
        model.compile_from_config(base.model.get_compile_config())
    return model


@dataclass
class _Rebuilt:
    base: Base
    edit: Edit
    seed: int
    layers: dict[str, KerasPart] = field(default_factory=dict)
    held: dict[int, Any] = field(default_factory=dict)  # an input → what stands in its place

    def model(self) -> keras.Model:
        base = self.base.graph
        inputs = keras.tree.map_structure(_input_like, base.input)
        for tensor in keras.tree.flatten(inputs):
            if constant := self.edit.constants.get(tensor.name):
                layer = keras.layers.Rescaling(constant.scale, constant.offset, name=f"{tensor.name}_held")
                self.held[id(tensor)] = layer(tensor)
        model = keras.models.clone_model(
            base,
            input_tensors=inputs,
            clone_function=_itself,  # `visit` makes the new layer, for it knows the path
            call_function=call_function(base, self.visit),
        )
        for path, layer in self.layers.items():
            if is_adapted(layer) and layer.weights:
                layer.set_weights(self.base.operations[path].get_weights())
                layer.finalize_state()
        return model

    def visit(self, path: str, call: KerasPart, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args, kwargs = keras.tree.map_structure(self._held, (args, kwargs))
        if path in self.edit.removed:
            return self.base.left(call, args, kwargs)
        given = tensors(args, kwargs)
        if failed := [error for error in given if isinstance(error, Exception)]:
            return not_computed(call, failed[0])
        try:
            if path not in self.layers:
                self.layers[path] = self._made(path, call.operation, given)
            return self.layers[path](*args, **kwargs)
        except Exception as error:  # of a branch that nothing uses any more it does not matter
            return not_computed(call, error)

    def _held(self, leaf: object) -> object:
        return self.held.get(id(leaf), leaf)

    def _made(self, path: str, layer: KerasPart, given: list[Any]) -> KerasPart:
        if is_nested(layer):
            return self._nested(path, layer, given)
        return fresh(layer, path, self.edit, stream(self.seed, self.base.places[path], "ablation"))

    def _nested(self, path: str, model: keras.Model, given: list[Any]) -> keras.Model:
        """A nested model anew, for inputs as it is given now."""
        inputs = [keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype) for tensor in given]
        outputs = walk(model, inputs, self.visit, f"{path}/")
        return keras.Model(inputs[0] if len(inputs) == 1 else inputs, outputs, name=model.name)


def _input_like(tensor: keras.KerasTensor) -> keras.KerasTensor:
    return keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=tensor.name)


def _itself(layer: KerasPart) -> KerasPart:
    return layer

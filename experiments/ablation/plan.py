"""What becomes of a model by an edit, from shapes alone: which layers are gone or rebuilt, which weights stay."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import keras

from custom.keras_internals import shapes_only
from experiments.ablation.base import MERGING, Base, Weights, own_weights
from experiments.ablation.edit import Edit
from experiments.ablation.fresh import fresh, is_adapted
from experiments.ablation.graph import Shape, is_nested, not_computed, shape_text, tensors, walk
from experiments.ablation.idle import why_idle
from experiments.ablation.refused import Refused
from experiments.study.types import KerasPart

Specs = list[tuple[Shape, str]]  # shape and dtype of each tensor


@dataclass(frozen=True)
class Plan:
    """What an edited model will be.

    weights: of every layer, by path. rebuilt: layers whose weights get another shape. lost: layers that the edit does
    not name and that are gone too, for nothing uses them any more.
    """

    weights: Weights
    rebuilt: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass
class Planner:
    """Plans edits of one model. What layers give for new shapes is kept from edit to edit."""

    base: Base
    _seen: dict[tuple[str, str], tuple[Specs, Weights]] = field(default_factory=dict)

    def plan(self, edit: Edit) -> Plan:
        """What becomes of the model.

        Raises Refused where that can't be, with the layer where it fails.
        """
        self._check_named(edit)
        if edit == Edit(removed=edit.removed) and all(map(self._passes, edit.removed)):  # no later layer can tell
            weights = {path: own for path, own in self.base.weights.items() if path not in edit.removed}
            return Plan(weights, (), ())
        return _Walk(self.base, edit, self._seen).plan()

    def _check_named(self, edit: Edit) -> None:
        base = self.base
        for path in (*edit.removed, *edit.activations):
            if path in base.outputs:
                raise Refused("output", f"{path} gives the model's output", path)
        idle = {path: why for path in edit.removed if (why := self._idle(path))}
        if not edit or (edit.removed and len(idle) == len(edit.removed) and not edit.halved):
            told = "; ".join(f"{path} does nothing: {why}" for path, why in idle.items())
            raise Refused("nothing", told or "nothing is changed", next(iter(idle), ""))

    def _passes(self, path: str) -> bool:
        """Whether a layer gives, wherever it is called, one tensor of the shape and type of the one that it gets."""
        pairs = [(call.input_tensors, call.output_tensors) for call in self.base.calls[path]]
        alone = not is_nested(self.base.operations[path]) and all(len(some) == 1 for pair in pairs for some in pair)
        return alone and all(_spec(given) == _spec(found) for (given,), (found,) in pairs)

    def _idle(self, path: str) -> str | None:
        reasons = [why_idle(self.base.operations[path], call) for call in self.base.calls[path]]
        return reasons[0] if all(reasons) else None


class _Walk:
    """One walk through the edited model."""

    def __init__(self, base: Base, edit: Edit, seen: dict[tuple[str, str], tuple[Specs, Weights]]) -> None:
        self.base, self.edit, self.seen = base, edit, seen
        self.made: dict[int, tuple[str, list[Any]]] = {}  # tensor → who gave it, from what
        self.alive: list[Any] = []  # tensors, so that none gets the id of another
        self.layers: dict[str, KerasPart] = {}
        self.weights: Weights = {}

    def plan(self) -> Plan:
        base = self.base
        inputs = [keras.KerasTensor(tensor.shape, tensor.dtype) for tensor in base.graph.inputs]
        outputs = tensors(walk(base.graph, inputs, self.visit))
        for found, tensor in zip(outputs, base.graph.outputs, strict=True):
            if isinstance(found, Exception):
                raise found
            if tuple(found.shape) != tuple(tensor.shape):
                told = f"the model's output would have {shape_text(found.shape)}, not {shape_text(tensor.shape)}"
                raise Refused("outputs", told)
        used = self._used(outputs)
        weights = {path: self.weights.get(path, own) for path, own in base.weights.items() if path in used}
        rebuilt = tuple(path for path, own in weights.items() if own != base.weights[path])
        for path in rebuilt:
            if is_adapted(base.operations[path]):
                raise Refused("shapes", f"leaves another shape than {path} was adapted to", path)
        leaves = (path for path, operation in base.operations.items() if not is_nested(operation))
        gone = tuple(path for path in leaves if path not in used and not self._removed(path))
        return Plan(weights, rebuilt, gone)

    def visit(self, path: str, call: KerasPart, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a call gives: the same shapes where nothing changed, else those of a new layer."""
        given, layer = tensors(args, kwargs), call.operation
        if path in self.edit.removed:
            return self.base.left(call, args, kwargs)
        if failed := [error for error in given if isinstance(error, Exception)]:
            return not_computed(call, failed[0])
        same = [_spec(tensor) for tensor in given] == [_spec(tensor) for tensor in call.input_tensors]
        if is_nested(layer) and not (same and not self.edit.touches(path)):
            return walk(layer, given, self.visit, f"{path}/")
        if same and not self.edit.touches(path):
            found = [_spec(tensor) for tensor in call.output_tensors]
        else:
            try:
                _check_merge(layer, path, call, given)
                found = self._new(path, call, args, kwargs)
            except Refused as refused:
                return not_computed(call, refused)
        outputs = [keras.KerasTensor(shape, dtype) for shape, dtype in found]
        for tensor in outputs:
            self.made[id(tensor)] = path, given
        self.alive += outputs
        return outputs

    def _new(self, path: str, call: KerasPart, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Specs:
        touched = self.edit.touches(path)
        key = path, str([_spec(tensor) for tensor in tensors(args, kwargs)])
        if touched or key not in self.seen:
            try:
                found = self._computed(path, call.operation, args, kwargs)
            except Exception as error:
                raise Refused("shapes", _misfit(path, call, tensors(args, kwargs)), path) from error
            if touched:
                self.weights |= found[1]
                return found[0]
            self.seen[key] = found
        specs, weights = self.seen[key]
        self.weights |= weights
        return specs

    def _computed(self, path: str, layer: KerasPart, args: Any, kwargs: Any) -> tuple[Specs, Weights]:
        if not isinstance(layer, keras.Layer):
            return [_spec(tensor) for tensor in tensors(layer.compute_output_spec(*args, **kwargs))], {}
        before = self.layers.get(path)  # a layer that is called more than once
        try:
            with shapes_only():
                made = before or fresh(layer, path, self.edit, 0)
                outputs = tensors(made(*args, **kwargs))
        except Exception:  # a layer of the user's own may need values, which is tried where that fails
            made = before or fresh(layer, path, self.edit, 0)
            outputs = tensors(made(*args, **kwargs))
        self.layers[path] = made
        return [_spec(tensor) for tensor in outputs], {path: own_weights(made)}

    def _used(self, outputs: Iterable[Any]) -> set[str]:
        """The paths that the outputs are computed by."""
        found: set[str] = set()
        waiting, seen = list(outputs), set()
        while waiting:
            tensor = waiting.pop()
            if id(tensor) in seen or id(tensor) not in self.made:
                continue
            seen.add(id(tensor))
            path, given = self.made[id(tensor)]
            found.add(path)
            if is_nested(self.base.operations[path]):
                found |= {inner for inner in self.base.operations if inner.startswith(f"{path}/")}
            waiting += given
        return found

    def _removed(self, path: str) -> bool:
        return any(path == removed or path.startswith(f"{removed}/") for removed in self.edit.removed)


def _spec(tensor: Any) -> tuple[Shape, str]:
    return tuple(tensor.shape), str(tensor.dtype)


def _check_merge(layer: KerasPart, path: str, call: KerasPart, given: list[Any]) -> None:
    """Refused where branches of one shape would be merged by repeating the smaller one, which nobody means."""
    if not isinstance(layer, MERGING) or isinstance(layer, keras.layers.Concatenate | keras.layers.Dot):
        return
    before = {tuple(tensor.shape) for tensor in call.input_tensors}
    if len(before) == 1 and len({tuple(tensor.shape) for tensor in given}) > 1:
        raise Refused("shapes", _misfit(path, call, given), path)


def _misfit(path: str, call: KerasPart, given: list[Any]) -> str:
    """What a layer gets, and what it takes, in words."""
    if len(given) > 1:
        now, before = (
            " and ".join(dict.fromkeys(shape_text(tensor.shape) for tensor in some))
            for some in (given, call.input_tensors)
        )
        return f"leaves {now} where {path} takes {before}"
    (now,), before = given, call.input_tensors[0]
    what = f" of {now.dtype}" if now.dtype != before.dtype else ""
    return f"leaves {shape_text(now.shape)}{what} where {path} takes {shape_text(before.shape)}"

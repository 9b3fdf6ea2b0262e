"""Ablation of a model that exists: arms are declared, checked at once, and studied against the intact model."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from experiments.ablation.arm import Arm, factor_name, free_name, group_name
from experiments.ablation.arm_table import arm_table
from experiments.ablation.base import Base
from experiments.ablation.build_arm import BuildArm
from experiments.ablation.checked import check_arm
from experiments.ablation.edit import Constant, Edit
from experiments.ablation.fresh import activation_of, has_regularizer, is_adapted, size_setting
from experiments.ablation.held import held_at_mean, positions
from experiments.ablation.named_layers import describe_given, layers_named, leaves
from experiments.ablation.plan import Planner
from experiments.ablation.rebuild import rebuild
from experiments.ablation.refused import Refused
from experiments.ablation.remedies import remedies
from experiments.api import Study
from experiments.errors import RequestError, unknown, wrong
from experiments.models.saved import load_saved
from experiments.study.types import OwnPart
from experiments.tasks import Task, from_arrays

_OF_DATA = ("head", "validation_data", "test_data", "class_weight", "sample_weight")
_OWN = ("build", "design", "factors", "without", "baseline")  # what an ablation says itself


class Ablation:
    """Arms of a model: what is each of its parts worth?

    Each call adds an arm, which changes one thing. `study` then trains the intact model and every arm from fresh
    weights, on the same data and seeds, and its page says what each change costs. What an arm leaves as it was starts
    with the same weights in the arm and in the intact model.

    Arguments:
        model: a functional or Sequential `keras.Model`, whose weights are not used, or the path of a `.keras` file.
            Layers that are adapted to data (`Normalization`) keep what they were adapted to. If the model is compiled,
            its optimizer, loss and metrics are those of the study.

    Raises:
        RequestError: a model that shows no layers, whose class would be lost when it is made anew, or whose frozen
            layers would keep fresh weights for ever.

    Example:

    >>> model = keras.Sequential([
    ...     keras.Input((4,)),
    ...     keras.layers.Dense(8, activation="relu", name="hidden"),
    ...     keras.layers.Dropout(0.2, name="dropped"),
    ...     keras.layers.Dense(3, activation="softmax", name="classes"),
    ... ], name="net")
    >>> ablation = Ablation(model).without("dropped").halve("hidden")
    >>> ablation
    Ablation of net, 2 arms: without dropped, half hidden
    >>> list(ablation.arms(repeats=0)["parameters"])
    [67, 67, 35]
    """

    def __init__(self, model: keras.Model | str | PathLike[str]) -> None:
        if isinstance(model, (str, PathLike)):
            if not Path(model).is_file():
                raise RequestError(f"model: {model}: no such file")
            model = load_saved(Path(model))
        self._base = Base(model)
        self._planner = Planner(self._base)
        self._arms: list[Arm] = []
        frozen = [
            path
            for path, layer in self._base.operations.items()
            if not getattr(layer, "trainable", True) and path in self._base.weights and not is_adapted(layer)
        ]
        if frozen:
            raise RequestError(
                f"model: {group_name(frozen)} can't learn (trainable=False), and every arm starts from fresh weights; "
                "set trainable=True"
            )

    def __repr__(self) -> str:
        told = ", ".join(arm.label for arm in self._arms) or "none yet"
        count = f"{len(self._arms)} arm{'' if len(self._arms) == 1 else 's'}"
        return f"Ablation of {self._base.model.name}, {count}: {told}"

    def without(self, *layers: str | type, name: str | None = None) -> Ablation:
        """An arm without some layers; what they got goes to what follows them.

        Later layers are built anew where they get another shape. A merging layer (`Add`, `Concatenate`, `x + y`)
        leaves the branch that came through the fewest layers, the shortcut, and the other branches are gone with it.

        layers: names, paths in nested models (`encoder/dense`), patterns (`block_*_bn`) or classes, all taken away
            together.
        name: of the arm; by default as the layers are called.

        Raises RequestError for a layer that does not exist, with the nearest name; that does nothing; that gives the
        model's output; or whose removal leaves a shape that a later layer can't take, with what would work.
        """
        paths = self._paths("without", layers)
        named = name or group_name([describe_given(given) for given in layers])
        edit = Edit(removed=tuple(paths))
        return self._add("without", "removing", f"without {named}", factor_name(named, "layer"), (True, False), edit)

    def without_inputs(self, *features: int | str, name: str | None = None) -> Ablation:
        """An arm that is not told some features of a table, each held at its mean, or an input of several, held at 0.

        The mean is of the training part of seed 0, one number for all seeds: a constant tells nothing of an example.

        features: columns by place, from 0, or by name where x is a data frame; or names of inputs of a model that has
            several.
        name: of the arm; by default as the features are called.

        Raises RequestError for an input or a place that does not exist; a column that does not exist is told by
        `study`, which has the data.
        """
        if not features:
            raise RequestError("without_inputs: got nothing, allowed are features or inputs")
        for feature in features:
            if type(feature) not in (int, str):
                raise RequestError(
                    wrong("without_inputs", feature, "a column's place or name, or the name of an input")
                )
        inputs = {tensor.name: tensor for tensor in self._base.graph.inputs}
        named = name or group_name([str(feature) for feature in features])
        several = len(inputs) > 1
        if several:
            for feature in features:
                if feature not in inputs:
                    raise RequestError(unknown("without_inputs", feature, inputs))
            if len({*features}) == len(inputs):
                raise RequestError(f"without_inputs: got all inputs, {group_name(list(inputs))}; allowed are some")
        elif features == tuple(inputs):
            raise RequestError(f'without_inputs: "{features[0]}" is the only input; allowed are features of it')
        for tensor in inputs.values():
            if not str(tensor.dtype).startswith("float") and (not several or tensor.name in features):
                raise RequestError(
                    f"without_inputs: the input {tensor.name} is of {tensor.dtype}, allowed is one of floats; "
                    ".without(…) takes the layers away that read it"
                )
        if several:
            edit, wanted = Edit(constants={str(feature): Constant(0.0, 0.0) for feature in features}), None
        else:
            (only,), wanted = inputs, features
            edit = Edit(constants={only: self._placeholder(features)})
        factor = factor_name(named, "input")
        label = f"without input {named}"
        return self._add("without_inputs", "holding", label, factor, (True, False), edit, wanted)

    def replace(self, *layers: str | type, activation: tuple[str, str], name: str | None = None) -> Ablation:
        """An arm with another activation wherever the model has one, but for its output.

        layers: where; everywhere by default. As `without` takes them.
        activation: the one that is there and the one in its place, as Keras calls them: `("gelu", "relu")`.
        name: of the arm.

        Raises RequestError for an activation that Keras does not know, or that is nowhere, with those that are there.
        """
        if not isinstance(activation, Sequence) or isinstance(activation, str) or len(activation) != 2:
            raise RequestError(wrong("replace activation", activation, 'two names, such as ("gelu", "relu")'))
        old, new = activation
        try:
            keras.activations.get(new)
        except (ValueError, TypeError):
            raise RequestError(unknown("replace activation", new, _activations())) from None
        base = self._base
        where = leaves(base, self._paths("replace", layers)) if layers else leaves(base, base.operations)
        there = {
            path: own for path in where if path not in base.outputs and (own := activation_of(base.operations[path]))
        }
        paths = [path for path, own in there.items() if own == old]
        if not paths:
            raise RequestError(unknown("replace activation", old, sorted({*there.values()})))
        if old == new:
            raise RequestError(f"replace activation: got {old} for {new}, which changes nothing")
        within = f" in {group_name([describe_given(given) for given in layers])}" if layers else ""
        factor = free_name(factor_name(name or f"{old}_to_{new}", "layer"), [arm.factor for arm in self._arms])
        edit = Edit(activations=dict.fromkeys(paths, new))
        return self._add(
            "replace", "replacing", name or f"{new} for {old}{within}", factor, (old, f"{new}{within}"), edit
        )

    def drop_regularizers(self, *layers: str | type, name: str | None = None) -> Ablation:
        """An arm without regularizers of weights, biases and activities.

        layers: whose; everywhere by default. As `without` takes them. Dropout is a layer: `without` takes it away.
        name: of the arm.

        Raises RequestError where there is none.
        """
        base = self._base
        where = leaves(base, self._paths("drop_regularizers", layers)) if layers else leaves(base, base.operations)
        paths = [path for path in where if has_regularizer(base.operations[path])]
        if not paths:
            raise RequestError(
                "drop_regularizers: there is none; Dropout and the like are layers, which .without(…) takes"
            )
        alone = [path for path in paths if isinstance(base.operations[path], keras.layers.ActivityRegularization)]
        edit = Edit(removed=tuple(alone), unregularized=tuple(path for path in paths if path not in alone))
        within = f" of {group_name([describe_given(given) for given in layers])}" if layers else ""
        named = name or f"regularizers{within}"
        factor = factor_name(named, "layer")
        return self._add("drop_regularizers", "dropping", f"without {named}", factor, (True, False), edit)

    def halve(self, *layers: str | type, name: str | None = None) -> Ablation:
        """An arm with half the units or filters in some layers; later layers are built anew for that.

        layers: as `without` takes them, all halved together.
        name: of the arm.

        Raises RequestError for a layer without units, filters or an output dimension, with a single one, or where a
        later layer can't take half.
        """
        paths = leaves(self._base, self._paths("halve", layers))
        for path in paths:
            layer = self._base.operations[path]
            size = size_setting(layer)
            if size is None:
                raise RequestError(f"halve: {path} is a {type(layer).__name__}, which has no units or filters to halve")
            if getattr(layer, size) < 2:
                raise RequestError(f"halve: {path} has 1 of {size} already")
        named = name or group_name([describe_given(given) for given in layers])
        factor, levels = factor_name(f"half_{named}", "layer"), (f"whole {named}", f"half {named}")
        return self._add("halve", "halving", f"half {named}", factor, levels, Edit(halved=tuple(paths)))

    def arms(self, *, repeats: int = 30, batch: int = 32) -> pd.DataFrame:
        """The intact model and every arm: one row each, the intact one first.

        `arm`; `factor`, its name as a setting of the study; `parameters`; `bytes`, the size of its `.keras` file;
        `latency_ms`, the median time for a batch in this process, all models in turns; `latency`, the same over the
        intact model's; `weights`, which have another shape or are gone; `lost`, layers that are gone because nothing
        uses them any more.

        repeats: how often each is timed; 0 leaves both columns of latency out.
        batch: examples in a timed batch, at least 1.
        """
        for field, value, least in (("repeats", repeats, 0), ("batch", batch, 1)):
            if type(value) is not int or value < least:
                raise RequestError(wrong(field, value, f"a whole number of at least {least}"))
        return arm_table(self._base, self._arms, repeats, batch)

    def study(self, data: OwnPart = None, *, seeds: int | list[int] | None = None, **settings: Any) -> Study:
        """The leave-one-out study of the intact model against every arm: `.run()` and `.report()` as usual.

        data, seeds, settings: as `Study` takes them. What is not named is taken from the model where it is compiled.
        name: by default that of the model.

        Raises RequestError where there are no arms, and as `Study` does.
        """
        if not self._arms:
            raise RequestError("study: there are no arms yet; .without(…) and the like add them")
        for key in _OWN:
            if key in settings:
                raise RequestError(
                    f"study {key}: given, but an ablation says that itself; allowed are the other settings"
                )
        data, settings, arms = self._filled(data, settings)
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", self._base.model.name).lstrip("_.-") or "model"
        settings = {"name": f"{name}-ablation", **settings}
        without = {arm.factor: arm.off for arm in arms}
        build = BuildArm(self._base, arms)
        return Study(build=build, data=data, seeds=seeds, design="leave-one-out", without=without, **settings)

    # --- what the methods above share ---------------------------------------------------------------------------------

    def _paths(self, field: str, given: Sequence[str | type]) -> list[str]:
        if not given:
            raise RequestError(f"{field}: got nothing, allowed are names, patterns or classes of layers")
        found = [path for layer in given for path in layers_named(self._base, layer, field)]
        return list(dict.fromkeys(found))

    def _placeholder(self, features: Sequence[int | str]) -> Constant:
        """What holds features whose mean is not known yet: of names not even the place is."""
        shape = self._base.graph.inputs[0].shape
        if len(shape) < 2 or shape[-1] is None:
            raise RequestError("without_inputs: the model's input has no fixed number of features")
        named = [feature for feature in features if isinstance(feature, int)]
        places = positions(named, None, shape[-1], "without_inputs")
        return Constant([float(place not in places) for place in range(shape[-1])], [0.0] * shape[-1])

    def _add(
        self,
        field: str,
        doing: str,
        label: str,
        factor: str,
        levels: tuple[object, object],
        edit: Edit,
        features: tuple[int | str, ...] | None = None,
    ) -> Ablation:
        """This ablation with one arm more, which is planned, built without values, and compared with the plan."""
        for arm in self._arms:
            if arm.factor == factor or (arm.edit == edit and arm.features == features):
                told = "under this name; name= gives another" if arm.edit != edit else f"as {arm.label}"
                raise RequestError(f"{field}: {label} is there already, {told}")
        try:
            plan = self._planner.plan(edit)
        except Refused as refused:
            raise RequestError(self._explain(field, doing, edit, refused)) from None
        check_arm(self._base, rebuild(self._base, edit, 0), plan, f"{field}: {label}")
        self._arms.append(Arm(label, factor, *levels, edit, plan, features))
        return self

    def _explain(self, field: str, doing: str, edit: Edit, refused: Refused) -> str:
        if refused.kind == "nothing":
            return f"{field}: {refused}"
        if refused.kind == "output":
            return f"{field}: {refused}; allowed are the layers before it"
        paths = [*edit.removed, *edit.halved, *edit.activations]
        what = f"{field}: {doing} {group_name(paths)}"
        text = f"{what} {refused}" if refused.kind == "shapes" else f"{what}: {refused}"
        found = remedies(self._planner, paths, refused.at) if edit.removed else []
        return "; ".join([text, ", or ".join(found)]) if found else text

    def _filled(self, data: OwnPart, settings: dict[str, Any]) -> tuple[OwnPart, dict[str, Any], list[Arm]]:
        """Data, settings and arms, in which features are held at the mean that the data have."""
        if all(arm.features is None for arm in self._arms):
            return data, settings, self._arms
        columns = None
        if not isinstance(data, Task):
            if not isinstance(data, (tuple, list)) or len(data) != 2:
                raise RequestError("without_inputs: its means need data=(x, y), or a Task")
            if hasattr(data[0], "columns"):
                columns = [str(column) for column in data[0].columns]
            data = from_arrays(*data, **{key: settings[key] for key in _OF_DATA if key in settings})
            settings = {key: value for key, value in settings.items() if key not in _OF_DATA}
        (name,) = (tensor.name for tensor in self._base.graph.inputs)
        arms = []
        for arm in self._arms:
            edit = arm.edit
            if arm.features is not None:
                places = positions(arm.features, columns, data.input_shape[-1], "without_inputs")
                edit = Edit(constants={name: held_at_mean(data, places)})
            arms.append(dataclasses.replace(arm, edit=edit))
        return data, settings, arms


def _activations() -> list[str]:
    return sorted(
        name
        for name, found in vars(keras.activations).items()
        if callable(found) and name not in ("get", "serialize", "deserialize")
    )

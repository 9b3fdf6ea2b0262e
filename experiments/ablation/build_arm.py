"""The function of a study that builds the intact model or an arm of it."""

import inspect
from collections.abc import Iterable

import keras

from experiments.ablation.arm import Arm
from experiments.ablation.base import Base
from experiments.ablation.edit import Edit
from experiments.ablation.rebuild import rebuild
from experiments.study.types import Level


class BuildArm:
    """Builds the model, or an arm: its arguments are the arms by their factors, and `seed`.

    What a study tells one model from another by is the model's structure and what each arm changes of it.
    """

    def __init__(self, base: Base, arms: Iterable[Arm]) -> None:
        self._base, self._arms = base, {arm.factor: arm for arm in arms}
        self.__name__ = base.model.name
        self.structure = base.structure
        self.edits = {name: arm.edit.as_json() for name, arm in self._arms.items()}
        only = inspect.Parameter.KEYWORD_ONLY
        parameters = [inspect.Parameter(name, only, default=arm.kept) for name, arm in self._arms.items()]
        self.__signature__ = inspect.Signature([*parameters, inspect.Parameter("seed", only, default=0)])

    def __call__(self, *, seed: int = 0, **levels: Level) -> keras.Model:
        """The model whose arms at their off level are carried out, with weights from a seed."""
        edit = Edit()
        for name, level in levels.items():
            if level != self._arms[name].kept:
                edit |= self._arms[name].edit
        return rebuild(self._base, edit, seed)

"""An arm of an ablation: a change of the model with a name, and the levels that a study calls it by."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from experiments.ablation.edit import Edit
from experiments.ablation.plan import Plan
from experiments.study import catalog
from experiments.study.columns import trial_columns
from experiments.study.settings import OFFERED
from experiments.study.types import Level

RESERVED = {
    *OFFERED, *catalog.PARTS, *catalog.OF_DATA, *trial_columns([], []), "epoch", "name", "class_weight",
    *(name for recipe in catalog.RECIPES for name in catalog.training_settings(recipe)),
    *(name for task in catalog.TASKS.values() for name in task.settings),
}  # fmt: skip


@dataclass(frozen=True)
class Arm:
    """label: what is done, in words. factor: its name as a setting of a study. kept, off: the two levels of that.

    features: of an input that is held at its mean, by position or name, which only the data tell; None for none.
    plan: what becomes of the model.
    """

    label: str
    factor: str
    kept: Level
    off: Level
    edit: Edit
    plan: Plan
    features: tuple[int | str, ...] | None = None


def factor_name(text: str, kind: str) -> str:
    """A text as the name of a setting: letters, digits and underscores, and no name that a study has already.

    >>> factor_name("block_1/conv", "layer"), factor_name("dropout", "layer"), factor_name("2nd", "input")
    ('block_1_conv', 'dropout_layer', 'input_2nd')
    """
    name = re.sub(r"\W+", "_", text).strip("_")
    name = name if name.isidentifier() else f"{kind}_{name}"
    return f"{name}_{kind}" if name in RESERVED else name


def group_name(names: Sequence[str]) -> str:
    """Several names as one.

    >>> group_name(["a", "b"]), group_name(["a", "b", "c", "d"])
    ('a and b', 'a, b and 2 more')
    """
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, numbered where it is taken.

    >>> free_name("relu", ["relu"])
    'relu_2'
    """
    return next(found for found in (name, *(f"{name}_{n}" for n in range(2, 10**6))) if found not in taken)

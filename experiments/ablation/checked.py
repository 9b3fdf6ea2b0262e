"""An arm is what it says: it differs from the intact model, and has the planned weights."""

import keras

from experiments.ablation.base import Base, structure_of, weights_of
from experiments.ablation.plan import Plan
from experiments.errors import RequestError


def check_arm(base: Base, model: keras.Model, plan: Plan, label: str) -> None:
    """RequestError where a built arm is the intact model again, or has other weights than it was planned to have."""
    if structure_of(model) == base.structure:
        raise RequestError(f"{label}: the model stays the same, so there is nothing to compare")
    found = weights_of(model)
    if found != plan.weights:
        differing = sorted(path for path in {*found, *plan.weights} if found.get(path) != plan.weights.get(path))
        raise RequestError(
            f"{label}: built, its layers {', '.join(differing)} have other weights than from their shapes; "
            "a layer of your own whose get_config leaves something out does that"
        )

"""Ablation studies for Keras. `from experiments import Study` is the way in from Python."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.ablation.ablation import Ablation
    from experiments.api import Study

__all__ = ["Ablation", "Study"]


def __getattr__(name: str) -> Any:
    # late, so that the command line and the worker processes start without what a notebook needs
    if name == "Study":
        from experiments.api import Study

        return Study
    if name == "Ablation":
        from experiments.ablation.ablation import Ablation

        return Ablation
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

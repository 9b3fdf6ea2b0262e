"""Stacking rules: how each kind of part computes with the axes of seeds and cells.

`register(MyLayer, Rule(...))` adds one for a layer of your own, and likewise `OptimizerRule` for an optimizer,
`PenaltyRule` for a regularizer and `ConstraintRule` for a constraint. Rules of losses and metrics are the recipe's:
those of `supervised` are in `experiments.recipes.supervised`, and are registered in the same way.
"""

from experiments.recipes.registry import register
from experiments.train.fused.rules.constraints import ConstraintRule
from experiments.train.fused.rules.layers import rule_of
from experiments.train.fused.rules.optimizers import OptimizerRule
from experiments.train.fused.rules.penalties import PenaltyRule
from experiments.train.fused.rules.rule import Rule, View

__all__ = [
    "ConstraintRule",
    "OptimizerRule",
    "PenaltyRule",
    "Rule",
    "View",
    "register",
    "rule_of",
]

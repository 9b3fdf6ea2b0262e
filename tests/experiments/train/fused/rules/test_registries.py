"""Parts of a user's own: named where they have no stacking rule, and with one they stack as they train alone."""

import keras
import numpy as np
import pytest
from keras import ops

from experiments.api import Study
from experiments.recipes.supervised.stacked_losses import LOSSES, LossRule
from experiments.recipes.supervised.stacked_metrics import METRICS, MetricRule, per_example
from experiments.study.scorer import Scorer
from experiments.train import serial
from experiments.train.fused.axes import along_cells
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.rules import ConstraintRule, OptimizerRule, PenaltyRule, register
from experiments.train.fused.rules.constraints import CONSTRAINTS
from experiments.train.fused.rules.optimizers import OPTIMIZERS
from experiments.train.fused.rules.penalties import PENALTIES
from tests.custom.support import KERAS_COPIES
from tests.experiments.train.fused.stacks import DATA, TASK, same_outcome, trained

pytestmark = KERAS_COPIES


@keras.saving.register_keras_serializable("tests")
class Signs(keras.optimizers.Optimizer):
    """A step of one size, along the sign of the gradient."""

    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, ops.cast(learning_rate, variable.dtype) * ops.sign(gradient))

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class Largest(keras.regularizers.Regularizer):
    """The largest weight times a strength."""

    def __init__(self, strength):
        self.strength = strength

    def __call__(self, x):
        return self.strength * ops.max(ops.absolute(x))

    def get_config(self):
        return {"strength": self.strength}


class Halved(keras.constraints.Constraint):
    """Weights above a limit are halved."""

    def __init__(self, limit):
        self.limit = limit

    def __call__(self, w):
        w = ops.convert_to_tensor(w)
        return ops.where(w > self.limit, w / 2, w)

    def get_config(self):
        return {"limit": self.limit}


def centred(y_true, y_pred):
    """The squared error against predictions less their mean over the batch, which mixes examples."""
    return ops.mean(ops.square(y_pred - ops.mean(y_pred, axis=0, keepdims=True) - y_true), axis=-1)


def net(input_shape, outputs, strength, limit, *, seed):
    layers = keras.layers
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Dense(
            4, "tanh", kernel_regularizer=Largest(strength), kernel_constraint=Halved(limit),
            kernel_initializer=keras.initializers.GlorotUniform(seed),
        ),
        layers.Dense(outputs, kernel_initializer=keras.initializers.GlorotUniform(seed + 100)),
    ])  # fmt: skip


def signs(optimizer, number, weight, gradient, slots, step):
    return weight - number("learning_rate") * ops.sign(gradient), slots


def largest(number, x, axes):
    peak = ops.max(ops.absolute(x), axis=axes)
    return peak * along_cells(number("strength"), peak)


def halved(weight, number):
    return ops.where(weight > number("limit"), weight / 2, weight)


def of_each_batch(loss, y, p):
    return ops.mean(ops.square(p - ops.mean(p, axis=-2, keepdims=True) - y), axis=-1)


RULES = {
    OPTIMIZERS: (Signs, OptimizerRule(signs, slots=lambda optimizer: 0)),
    PENALTIES: (Largest, PenaltyRule("largest", lambda one: {"strength": one.strength}, largest)),
    CONSTRAINTS: (Halved, ConstraintRule(halved, ("limit",))),
    LOSSES: (centred, LossRule(of_each_batch, of_batch=True)),
}


@pytest.fixture
def study():
    made = Study(
        build=net, data=TASK, seeds=1, epochs=3, batch_size=7,
        loss=f"{__name__}:centred", optimizer=f"{__name__}:Signs",
        factors={"strength": [0.25, 0.5], "limit": [0.25, 0.5], "learning_rate": [2.0**-6]},
    ).declared  # fmt: skip
    return made


def refused(study):
    chunks, found = plan(study, study.trials, Cells(study, TASK))
    assert bool(chunks) != bool(found)
    return next(iter(found.values()), None)


def test_each_kind_is_named_without_its_rule_and_stacks_with_it(study, monkeypatch, float64):
    for registry in RULES:
        monkeypatch.setattr(registry, "_rules", dict(registry._rules))  # what is registered here goes again
    for why, registry in {
        "its regularizer Largest has no stacking rule": PENALTIES,
        "its constraint Halved has no stacking rule": CONSTRAINTS,
        "centred has no stacking rule, and does not give one number per example": LOSSES,
        "the optimizer Signs has no stacking rule": OPTIMIZERS,
    }.items():
        assert why in refused(study)
        register(*RULES[registry])
    assert refused(study) is None
    found = trained(study)
    for trial in study.trials:
        expected, model = serial.train(study, trial, TASK, DATA)
        outcome, weights = found[trial.cell, trial.seed]
        same_outcome(outcome, expected)
        for ours, theirs in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_a_metric_with_a_rule_is_computed_example_by_example(monkeypatch):
    def margin(y_true, y_pred, scale=1.0):
        return scale * np.mean(y_pred)

    own = Scorer("margin", "own:margin", "max", settings={"scale": 2.0}, object=margin)
    assert per_example("margin", "linear", own) is None
    monkeypatch.setattr(METRICS, "_rules", dict(METRICS._rules))
    register(margin, MetricRule(lambda y, z, scale: scale * ops.mean(z, axis=-1)))
    of_example = per_example("margin", "linear", own)
    assert np.asarray(of_example(np.zeros(2), np.array([[1.0, 3.0], [0.0, 1.0]]))).tolist() == [4, 1]

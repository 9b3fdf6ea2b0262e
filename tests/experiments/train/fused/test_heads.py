"""Every head and all its metrics: a trial in a stack has the row and the weights that the serial trainer gives."""

import numpy as np
import pytest

from experiments.api import Study
from experiments.study import catalog
from experiments.tasks import Data, Task
from experiments.tasks.check import check_data
from experiments.tasks.several import Output, in_one_row
from tests.custom.support import KERAS_COPIES
from tests.experiments.train.fused.stacks import at_once, same_outcome, trained, trained_serially

pytestmark = KERAS_COPIES
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(40, 4)).astype(np.float32)
CLASSES = GENERATOR.permutation(np.arange(40) % 3)
Y = {
    "softmax": CLASSES,
    "sigmoid": CLASSES % 2,
    "ordinal": CLASSES,
    "multi_label": GENERATOR.integers(0, 2, (40, 2)).astype(np.float32),
    "fractions": GENERATOR.random((40, 2)).astype(np.float32),
    "linear": GENERATOR.normal(size=(40, 2)).astype(np.float32),
}
OUTPUTS = {"softmax": 3, "sigmoid": 1}
TRUTH = {"sigmoid": GENERATOR.random(40)}
PARTS = np.arange(20), np.arange(20, 30), np.arange(30, 40)


HEADS = catalog.TARGET_HEADS


def check(task, data, losses):
    """A trial of each loss, in a stack and by itself."""
    study = Study(
        data=task, factors={"loss": losses}, seeds=1, epochs=2, batch_size=20, model={"units": [5]}, optimizer="sgd",
        learning_rate=2.0**-4,
    ).declared  # fmt: skip
    with at_once():
        found = trained(study, task=task, draw=lambda seed: data)
    for trial in study.trials:
        outcome, weights = found[trial.cell, trial.seed]
        expected, model = trained_serially(study, trial, task, data)
        same_outcome(outcome, expected)
        assert expected.row["status"] == "ok"
        for ours, theirs in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def metrics_of(head):
    if head != "softmax":
        return catalog.fitting_metrics(head)
    left_out = {"f1", "top_k", "probability_error"}  # for two classes, for six or more, and for a known truth
    return [name for name in catalog.fitting_metrics(head) if name not in left_out] + [{"name": "top_k", "k": 2}]


@pytest.mark.parametrize("head", ["sigmoid", "ordinal", "multi_label"])
def test_a_stack_gives_what_single_trials_give(head, float64):
    data = Data(X, Y[head], *PARTS, truth=TRUTH.get(head))
    outputs, metrics = OUTPUTS.get(head, 2), tuple(metrics_of(head))
    task = Task(head, (4,), outputs, lambda seed: data, metrics, support=(0, 2))
    check(task, data, [catalog.HEADS[head].loss, "huber"])


def test_a_model_with_all_heads_at_once(float64):
    several = {head: Output(head, OUTPUTS.get(head, 2)) for head in HEADS}
    data = Data(X, in_one_row(Y.values()), *PARTS)
    metrics = {head: [name for name in metrics_of(head) if name != "probability_error"] for head in HEADS}
    outputs = sum(output.outputs for output in several.values())
    task = Task("several", (4,), outputs, lambda seed: data, metrics, support=(0, 2), several=several)
    check_data(task, data)
    usual = {head: catalog.HEADS[head].loss for head in HEADS}
    check(task, data, [usual, {**usual, "linear": "huber", "weights": {"linear": 0.25, "softmax": 2.0}}])

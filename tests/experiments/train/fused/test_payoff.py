"""Whether a stack pays: both ways are measured where there is much to train, and nothing where there is not."""

import math

import pytest

from experiments.train.fused import payoff
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from tests.custom.support import KERAS_COPIES
from tests.experiments.studies import tiny
from tests.experiments.train.fused.stacks import DATA, TASK

pytestmark = KERAS_COPIES


def measured(study, count):
    cells = Cells(study, TASK)
    chunks, _ = plan(study, study.trials, cells)
    trials = {(trial.cell, trial.seed): trial for trial in study.trials}
    return payoff.seconds_a_trial(study, chunks[0], trials, cells, [DATA] * len(chunks[0].seeds), count)


def study():
    return tiny(task="blobs", factors={"learning_rate": [0.1, 0.2, 0.3]}, seeds=1, batch_size=7)


def test_nothing_is_measured_where_little_is_to_train():
    assert measured(study(), 1000) is None


def test_both_ways_are_measured_where_there_is_much(monkeypatch):
    monkeypatch.setattr(payoff, "_MATTERS", 0)
    stack, alone = measured(study(), 3)
    assert 0 < stack < alone < math.inf  # three tiny networks: a step of `fit` is all overhead


def test_the_threshold_is_of_all_trials_of_the_kind(monkeypatch):
    # 4·(4 + 1) + (4 + 1)·3 weights, 7 examples, 4 steps, 2 epochs
    of_a_trial = 6 * 7 * (20 + 15) * 4 * 2
    monkeypatch.setattr(payoff, "_MATTERS", 10 * of_a_trial)
    assert measured(study(), 9) is None
    assert measured(study(), 10) is not None


def test_what_diverges_before_it_can_be_measured_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(payoff, "_MATTERS", 0)
    wild = {"learning_rate": [1e30, 1e31, 1e32]}
    assert measured(tiny(task="blobs", factors=wild, seeds=1, optimizer="sgd", loss="mean_squared_error"), 3) is None


@pytest.mark.parametrize("ends", [[], [1.0], [1.0, 2.0]])
def test_without_epochs_to_measure_it_takes_for_ever(ends):
    clock = payoff._Clock()
    clock._ends = ends
    assert clock.seconds == math.inf

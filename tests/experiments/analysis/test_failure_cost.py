"""What a diverged trial scores."""

import math

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.cells import cell_table
from experiments.analysis.failure_cost import Ended, final_status, scores_with_costs, with_costs, without_costs
from tests.experiments.report.results_folder import declared_study, trial_rows

CELLS = [{"activation": level} for level in ("relu", "tanh")]


def cost(*trials, direction="max", declared=None):
    return scores_with_costs([Ended(*facts) for facts in trials], direction, declared)[0]


LOST = (0, "clean", "diverged", None)


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([(0, "clean", "ok", 0.9, 0.2)], (0.2, "constant")),
        ([(0, "noisy", "ok", 0.9, 0.2)], (0.9, "worst")),  # other data: another constant
        ([(1, "clean", "ok", 0.9, 0.2), (1, "clean", "ok", 0.7, 0.2)], (0.7, "worst")),  # another seed: another split
        ([(0, "clean", "ok", 0.8), (0, "noisy", "ok", 0.3)], (0.8, "worst")),  # the worst on data of the kind
        ([(0, "clean", "failed", None)], (None, "")),
        ([(0, "clean", "ok", math.nan), (0, "clean", "ok", 0.5, math.nan)], (0.5, "worst")),
        ([], (None, "")),
    ],
)
def test_a_failure_costs_what_a_constant_scores_on_the_same_data_else_the_worst_score(others, found) -> None:
    assert cost(LOST, *others) == found


def test_its_own_row_comes_first_and_what_the_study_declares_before_all() -> None:
    assert cost((*LOST, 0.1), (0, "clean", "ok", 0.9, 0.2)) == (0.1, "constant")
    assert cost((*LOST, 0.1), declared=0.0) == (0.0, "declared")


def test_the_worst_of_losses_is_the_highest() -> None:
    assert cost(LOST, (0, "clean", "ok", 0.5), (1, "clean", "ok", 2.5), direction="min") == (2.5, "worst")


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, None])
def test_an_ok_trial_without_a_finite_score_has_diverged(score) -> None:
    assert final_status("ok", score) == "diverged"
    assert cost((0, (), "ok", score), (1, (), "ok", 0.3)) == (0.3, "worst")


def trials_of(lost=(("tanh", 1),), **manifest):
    def score(cell, seed):
        return None if (cell["activation"], seed) in lost else 0.8 + 0.1 * seed

    rows = trial_rows(CELLS, range(3), score)
    rows["constant_score"] = [0.1 + 0.01 * seed for seed in rows["seed"]]
    return declared_study(rows, factors={"activation": ["relu", "tanh"]}, **manifest)


def test_trials_get_their_costs_once_for_validation_and_test() -> None:
    trials, study = trials_of()
    costed = with_costs(trials, study)
    row = costed[costed["status"].eq("diverged")].iloc[0]
    assert (row["validation_accuracy"], row["test_accuracy"], row["score_is"]) == (0.11, 0.11, "constant")
    assert math.isnan(row["train_loss"])
    others = costed["status"].eq("ok")
    assert costed.loc[others, trials.columns].equals(trials[others])
    assert with_costs(costed.iloc[:2], study) is not None and with_costs(costed, study) is costed
    pd.testing.assert_frame_equal(without_costs(costed, study), trials)


def test_where_nothing_was_tested_a_failure_has_no_test_score() -> None:
    trials, study = trials_of()
    costed = with_costs(trials.assign(test_accuracy=np.nan), study)
    assert costed["test_accuracy"].isna().all()


def test_data_factors_keep_their_own_constants() -> None:
    noises = [{"noise": level} for level in (0.1, 0.4)]
    rows = trial_rows(noises, range(2), lambda cell, seed: None if seed and cell["noise"] == 0.4 else 0.8)
    rows["constant_score"] = [0.3 if cell == "c0000" else None for cell in rows["cell"]]
    for data, found in ((["noise"], [0.8, "worst"]), ([], [0.3, "constant"])):
        costed = with_costs(*declared_study(rows, factors={"noise": [0.1, 0.4]}, data_settings=data))
        assert costed.loc[costed["status"].eq("diverged"), ["validation_accuracy", "score_is"]].values.tolist() == [
            found
        ]


def test_what_the_study_declares_is_the_cost_in_every_table() -> None:
    trials, study = trials_of(failure_score=0.5)
    table = cell_table(trials, study).set_index("activation")
    assert table.loc["tanh", "validation_mean"] == pytest.approx((0.8 + 0.5 + 1.0) / 3)
    assert table.loc["tanh", "trained_mean"] == pytest.approx(0.9)

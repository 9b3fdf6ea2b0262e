"""Seeds and test examples as two samples: against an analysis of variance, and by simulation."""

import base64

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.formula.api import ols

from experiments.analysis.right_answers import answers_gained, right_answers, seeds_and_images


def test_the_errors_are_those_of_a_two_way_analysis_of_variance():
    generator = np.random.default_rng(0)
    values = generator.normal(size=(5, 1)) + generator.normal(size=12) + generator.normal(size=(5, 12))
    long = pd.DataFrame(values).rename_axis("seed").reset_index().melt("seed", var_name="image")
    table = sm.stats.anova_lm(ols("value ~ C(seed) + C(image)", long).fit())
    squares = table["mean_sq"]
    found = seeds_and_images(pd.DataFrame(values))
    assert found["error_seeds"] ** 2 == pytest.approx(squares["C(seed)"] / 60)
    assert found["error_images"] ** 2 == pytest.approx(squares["C(image)"] / 60)
    expected = squares["C(seed)"] + squares["C(image)"] - squares["Residual"]
    assert found["error"] ** 2 == pytest.approx(expected / 60)


def simulated(generator, seeds=8, examples=400, truth=0.9):
    """Right answers where seeds differ in skill and examples in difficulty; the mean over all of both is known."""
    skill, ease = generator.normal(0, 0.02, seeds), generator.uniform(-0.1, 0.1, examples)
    return pd.DataFrame(generator.uniform(size=(seeds, examples)) < truth + skill[:, None] + ease[None, :])


def test_the_interval_covers_at_its_level_where_that_over_seeds_alone_does_not():
    generator = np.random.default_rng(3)
    covered, alone = 0, 0
    for _ in range(600):
        found = seeds_and_images(simulated(generator, seeds=20, examples=150).astype(float))
        covered += found["low"] <= 0.9 <= found["high"]
        alone += abs(found["mean"] - 0.9) <= 2.09 * found["error_seeds"]
    assert 0.93 <= covered / 600 <= 0.98
    assert alone / 600 < covered / 600


def test_the_same_answers_on_every_seed_leave_the_examples_alone():
    answers = np.tile(np.arange(50) % 5 > 0, (4, 1))
    found = seeds_and_images(pd.DataFrame(answers))
    assert found["error_seeds"] == pytest.approx(0, abs=1e-12)
    assert found["error"] == pytest.approx(np.std(answers[0], ddof=1) / np.sqrt(50))


def test_nothing_differs_and_nothing_to_say():
    assert seeds_and_images(pd.DataFrame(np.ones((3, 4))))[["mean", "low", "high"]].tolist() == [1, 1, 1]
    assert seeds_and_images(pd.DataFrame(np.ones((1, 4))))[["error", "low"]].isna().all()
    assert seeds_and_images(pd.DataFrame())[["mean", "low"]].isna().all()


def packed(trial, answers, test_set="t"):
    bits = base64.b64encode(np.packbits(answers).tobytes()).decode()
    return {"trial": trial, "test_set": test_set, "examples": len(answers), "correct": bits}


def test_answers_are_unpacked_by_seed_and_other_test_sets_left_out():
    trials = pd.DataFrame({"trial": list("abcd"), "cell": "x", "seed": [3, 1, 2, 4], "status": ["ok"] * 3 + ["failed"]})
    answers = np.random.default_rng(0).uniform(size=(3, 11)) < 0.5
    rows = [packed(*of) for of in zip("abc", answers, ["t", "t", "other"], strict=True)]
    found = right_answers(pd.DataFrame(rows), trials, "x")
    assert list(found.index) == [1, 3]
    np.testing.assert_array_equal(found.to_numpy(), answers[[1, 0]])
    assert right_answers(pd.DataFrame(rows[:1]), trials, "x").empty
    assert right_answers(pd.DataFrame(rows), trials, "y").empty


def test_answers_gained_are_paired_by_seed_and_example():
    trials = pd.DataFrame(
        {"trial": list("abcd"), "cell": list("xxyy"), "seed": [0, 1, 1, 0], "status": "ok"},
    )
    answers = np.random.default_rng(1).uniform(size=(4, 9)) < 0.5
    correct = pd.DataFrame([packed(*of) for of in zip("abcd", answers, strict=True)])
    found = answers_gained(correct, trials, "x", "y")
    np.testing.assert_array_equal(found.to_numpy(), answers[[0, 1]].astype(float) - answers[[3, 2]])
    assert answers_gained(correct, trials[:3], "x", "y").empty
    assert answers_gained(correct, trials, "x", "z").empty

"""A gain on a sealed test part is as sure as its examples are many, however many seeds test on them."""

import base64

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.declared import read_declared
from experiments.analysis.intervals import intervals
from experiments.analysis.right_answers import seeds_and_images
from experiments.analysis.shared_examples import of_examples, with_examples

DATA = {"train": 60, "validation": 20, "test": 20, "sealed": True, "resplit": 80}
PAIRS = pd.DataFrame({"cell": ["b", "b"], "reference_cell": ["a", "none"]}, index=[3, 7])
SEEDS, EXAMPLES = 6, 40


def study(about="", primary="accuracy"):
    manifest = {"study": {"name": "s", "about": about}, "primary": primary, "direction": "max", "data": DATA}
    return read_declared(manifest, pd.DataFrame())


def drawn():
    """Trials of two cells, the right answers of each, and the gain of every seed on every example."""
    generator = np.random.default_rng(0)
    ease = generator.uniform(-0.4, 0.1, (2, 1, EXAMPLES))
    right = generator.uniform(size=(2, SEEDS, EXAMPLES)) < 0.9 + ease
    rows, answers = [], []
    for at, cell in enumerate("ab"):
        for seed in range(SEEDS):
            trial, score = f"{cell}{seed}", generator.normal(0.8, 0.02)
            rows.append({"trial": trial, "cell": cell, "seed": seed, "status": "ok", "validation_accuracy": score})
            bits = base64.b64encode(np.packbits(right[at, seed]).tobytes()).decode()
            answers.append({"trial": trial, "test_set": "t", "examples": EXAMPLES, "correct": bits})
    gains = pd.DataFrame(right[1].astype(float) - right[0])
    return pd.DataFrame(rows), pd.DataFrame(answers), gains


def test_counted_answers_give_the_interval_of_seeds_and_examples():
    trials, correct, gains = drawn()
    shared = of_examples(trials, PAIRS, study(), correct)
    assert shared.loc[7].tolist() == [0, 1]  # a side that did not run
    table = intervals(pd.DataFrame([gains.mean(axis=1).to_numpy()] * 2, index=PAIRS.index))
    widened, wide = with_examples(table, shared), seeds_and_images(gains)
    assert widened.loc[3, "error"] == pytest.approx(wide["error"])
    t = abs(widened.loc[3, "mean"]) / wide["error"]
    assert widened.loc[3, "p"] == pytest.approx(2 * stats.t.sf(t, widened.loc[3, "degrees"]))
    assert 5 < widened.loc[3, "degrees"] < 44
    pd.testing.assert_series_equal(widened.loc[7], table.loc[7], check_names=False)


def test_where_answers_are_not_counted_validation_data_bound_what_examples_add():
    trials, correct, _ = drawn()
    scores = trials.pivot(index="seed", columns="cell", values="validation_accuracy")
    bound = (scores["b"] - scores["a"]).var() * (1 / 3) * 80 / 20
    for found in (
        of_examples(trials, PAIRS, study(), correct.head(0)),
        of_examples(
            trials.rename(columns=lambda one: one.replace("accuracy", "loss")), PAIRS, study("", "loss"), correct
        ),
    ):
        assert found.loc[3].tolist() == [pytest.approx(bound), SEEDS - 1]


def test_a_question_about_this_data_takes_its_examples_as_they_are():
    trials, correct, _ = drawn()
    assert not of_examples(trials, PAIRS, study("this data"), correct)["variance"].any()

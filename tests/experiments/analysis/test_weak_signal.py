"""Where many trials are no better than a constant, means are those of all trials: the benchmark at small size."""

import numpy as np

from benchmarks.weak_signal import TRUE, simulate

STUDIES = 12


def test_the_means_of_a_page_are_unbiased_and_everything_names_one_best(tmp_path) -> None:
    found = simulate(STUDIES, tmp_path / "weak")
    assert found["agree"].all()
    assert 0.2 < found["nothing"].mean() < 0.6
    assert found["apart"].max() < 1e-12, "no trial is left out"
    errors = found[list(TRUE)]
    uncertain = errors.std() / np.sqrt(STUDIES)
    assert (errors.mean().abs() < 3 * uncertain).all(), "left out by outcome, arms gain 2 to 5 points"
    assert (uncertain < 0.005).all()

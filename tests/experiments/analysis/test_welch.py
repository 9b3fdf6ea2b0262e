"""Two independent samples, beside SciPy's Welch test and by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.cells import cell_table
from experiments.analysis.effects import effects
from experiments.analysis.pairs import compare
from experiments.analysis.power import power
from experiments.analysis.sensitivity import sensitivity_table
from experiments.analysis.welch import welch
from tests.experiments.report.results_folder import declared_study, trial_rows

CELLS = [{"activation": "relu"}, {"activation": "tanh"}]
FACTORS = {"activation": ["relu", "tanh"]}


def study_of(relu, tanh, **manifest):
    """relu and tanh: score by seed."""
    scores = {"relu": relu, "tanh": tanh}
    trials = trial_rows(CELLS, sorted({*relu, *tanh}), lambda cell, seed: scores[cell["activation"]].get(seed))
    there = [row.seed in scores[row.activation] for row in trials.itertuples()]
    return declared_study(trials[there], **manifest)


@pytest.mark.parametrize("comparisons", [1, 7])
@pytest.mark.parametrize("sizes", [(8, 8), (5, 20), (2, 2)])
def test_agrees_with_scipys_welch(comparisons, sizes) -> None:
    draw = np.random.default_rng(3)
    own, reference = draw.normal(1, 1, sizes[0]), draw.normal(0, 3, sizes[1])
    found = welch(own, reference, comparisons)
    expected = stats.ttest_ind(own, reference, equal_var=False).confidence_interval(1 - 0.05 / comparisons)
    assert (found["low"], found["high"]) == pytest.approx(tuple(expected))
    assert (found["n"], found["own_n"], found["reference_n"]) == (min(sizes), *sizes)
    assert 1 <= found["freedom"] <= 2


@pytest.mark.parametrize(
    ("own", "reference", "kind", "low"),
    [
        ([], [1.0], "none", np.nan),
        ([2.0], [1.0, 1.5], "one seed", np.nan),
        ([1.0, 1.0], [1.0, 1.0, 1.0], "identical", 0.0),
        ([2.0] * 2, [1.0] * 2, "constant", np.nan),
        ([2.0] * 4, [1.0] * 4, "constant", 1.0),
    ],
)
def test_what_has_no_spread(own, reference, kind, low) -> None:
    found = welch(np.array(own), np.array(reference))
    assert found["kind"] == kind
    assert found["low"] == pytest.approx(low, nan_ok=True)


def test_its_interval_covers_the_truth() -> None:
    draw = np.random.default_rng(5)
    missed = 0
    for _ in range(2000):
        found = welch(draw.normal(0, 1, 6), draw.normal(0, 4, 12))
        missed += not found["low"] <= 0 <= found["high"]
    assert 0.03 < missed / 2000 < 0.07


def test_two_sides_without_seeds_in_common_are_independent_samples() -> None:
    relu, tanh = {0: 0.5, 1: 0.6, 2: 0.55}, {3: 0.8, 4: 0.85, 5: 0.75, 6: 0.8}
    trials, study = study_of(relu, tanh, factors=FACTORS)
    row = effects(trials, cell_table(trials, study), study).iloc[0]
    expected = stats.ttest_ind([*tanh.values()], [*relu.values()], equal_var=False).confidence_interval(1 - 0.95 * 0.05)
    assert (row["low"], row["high"]) == pytest.approx(tuple(expected))
    assert (row["paired"], row["own_n"], row["reference_n"], row["wins"], row["losses"]) == (False, 4, 3, 0, 0)
    assert row["outcome"] == "better"


def test_equal_numbers_are_no_pairs_where_they_share_nothing() -> None:
    relu, tanh = {0: 0.5, 1: 0.6, 2: 0.7}, {0: 0.52, 1: 0.621, 2: 0.719, 3: 0.82}
    pair = pd.DataFrame({"cell": ["c0001"], "reference_cell": ["c0000"]})
    trials, study = study_of(relu, tanh, factors=FACTORS)
    assert compare(trials, pair, study, 1).iloc[0][["paired", "n", "left_out", "outcome"]].tolist() == [
        True,
        3,
        1,
        "better",
    ]
    trials, study = study_of(relu, tanh, factors=FACTORS, imported={"paired": False})
    row = compare(trials, pair, study, 1).iloc[0]
    assert row[["paired", "own_n", "reference_n", "outcome"]].tolist() == [False, 4, 3, "not told apart"]
    assert row["mean"] == pytest.approx(0.07)


def test_failures_of_two_samples_are_compared_by_fishers_test() -> None:
    score = {seed: 0.5 + seed / 1000 for seed in range(80)}
    relu = {seed: value for seed, value in score.items() if seed < 40}
    tanh = {seed: None if seed < 43 else value for seed, value in score.items() if seed >= 40}
    pair = pd.DataFrame({"cell": ["c0001"], "reference_cell": ["c0000"]})
    trials, study = study_of(relu, tanh, factors=FACTORS)
    row = compare(trials, pair, study, 1).iloc[0]
    assert (row["own_runs"], row["reference_runs"], row["own_n"], row["diverged"]) == (40, 40, 40, 3)
    assert row["diverged_p"] == pytest.approx(stats.fisher_exact([[3, 37], [0, 40]]).pvalue)
    own = [score for score in tanh.values() if score is not None]
    expected = stats.ttest_ind(own, list(relu.values()), equal_var=False).confidence_interval()
    assert row[["trained_low", "trained_high"]].tolist() == pytest.approx([*expected])
    assert (row["trained_n"], row["n"]) == (37, 40)
    assert row["mean"] == pytest.approx(np.mean([*own, *[0.5] * 3]) - np.mean(list(relu.values())))


def test_the_power_of_two_samples_is_what_simulation_finds() -> None:
    draw, spreads, shift = np.random.default_rng(7), (1.0, 2.0), 2.4
    found = np.mean(
        [welch(draw.normal(shift, spreads[0], 10), draw.normal(0, spreads[1], 10))["low"] > 0 for _ in range(1500)]
    )
    variances = np.square(spreads)
    ratio = np.array([shift / np.sqrt(variances.sum())])
    predicted = power(ratio, np.array([10.0]), freedom=variances.sum() ** 2 / np.square(variances).sum())
    assert found == pytest.approx(predicted[0], abs=0.03)


def test_the_same_by_other_tests() -> None:
    draw = np.random.default_rng(9)
    own, reference = draw.normal(1, 1, 9), draw.normal(0, 2, 12)
    row = sensitivity_table(pd.DataFrame(columns=["pair", "seed", "gain"]), {4: (own, reference)}).loc[4]
    assert row["t"] == pytest.approx(stats.ttest_ind(own, reference, equal_var=False).pvalue)
    assert row["wilcoxon"] == pytest.approx(stats.mannwhitneyu(own, reference).pvalue)
    assert row["sign_flip"] == pytest.approx(row["t"], abs=0.05)
    assert row["bootstrap_low"] < own.mean() - reference.mean() < row["bootstrap_high"]

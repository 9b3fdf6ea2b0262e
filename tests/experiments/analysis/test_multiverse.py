"""One comparison under every reasonable choice: which there are, what each comes to, and what turns the verdict."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.arms import arm, exact
from experiments.analysis.cells import cell_table
from experiments.analysis.multiverse import (
    AT_COST,
    BEST,
    BOTH_TRAIN,
    CHOICES,
    FLIPS,
    LAST,
    OF_BASELINE,
    TEST_DATA,
    TUNED,
    Compared,
    T,
    find_turns,
    flips,
    multiverse,
)
from experiments.analysis.tails import tails_of_trials
from tests.experiments.analysis.stretched import stretched
from tests.experiments.report.results_folder import cells_of, declared_study, hash_of, history_rows, trial_rows

FACTORS = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.01, 0.1]}
RATE = 0.025
ASKED = {"activation": "tanh"}, {"activation": "relu"}  # the levels of both sides


def score(levels, seed):
    """tanh gains 2 points at 0.01, where both are best, and nothing at the baseline's 0.001; it diverges on seed 3."""
    if levels["activation"] == "tanh" and seed == 3:
        return None
    gain = 0.02 * (levels["activation"] == "tanh" and levels["learning_rate"] != 0.001)
    noise = np.random.default_rng([2, seed, hash_of(levels)]).normal(0, 0.004)
    return 0.9 - 0.03 * abs(np.log10(levels["learning_rate"]) + 2) + gain + noise


def looked(sides=ASKED, *, named=False, factors=FACTORS, score=score, seeds=10, history=None, trials=None, **changes):
    if trials is None:
        trials = trial_rows(cells_of("grid", factors, {}, {}), range(seeds), score)
    trials, study = declared_study(trials, factors=factors)
    history = history_rows(trials) if history is None else history
    cells = cell_table(trials, study)
    side = arm if study.tuned else exact
    compared = Compared(*(side(cells, study, levels) for levels in sides), RATE, named)
    return multiverse(trials, history, cells, replace(study, **changes), compared)


def test_it_is_all_combinations_the_headlines_own_first():
    found = looked()
    assert len(found) == 24
    assert found[list(CHOICES)].drop_duplicates().shape == (24, 4)
    assert found.loc[0, list(CHOICES)].to_list() == [TUNED, AT_COST, LAST, T]
    assert {name: set(found[name]) for name in CHOICES} == {
        "rate": {TUNED, OF_BASELINE},
        "failures": {AT_COST, BOTH_TRAIN},
        "score": {LAST, BEST, TEST_DATA},
        "test": {T, FLIPS},
    }


def test_what_turns_the_verdict_is_named():
    found = looked(failure_score=0.915)
    own, other = found[found["rate"] == TUNED], found[found["rate"] == OF_BASELINE]
    both = own[own["failures"] == BOTH_TRAIN]
    assert set(both["outcome"]) == {"better"}
    assert not set(other["outcome"]) & {"better"}
    turned = find_turns(found)
    assert "rate" in set(turned["choice"])
    assert not turned["holds"].any()
    assert len(find_turns(found[found["rate"] == TUNED].loc[lambda rows: rows["holds"]])) == 0


def test_every_analysis_is_what_scipy_gives():
    def clean(levels, seed):
        return score(levels, seed if seed != 3 else 13)  # nothing diverges

    trials = trial_rows(cells_of("grid", FACTORS, {}, {}), range(10), clean)
    trials["test_accuracy"] = trials["test_accuracy"].astype(float) + trials["seed"] % 3 / 1000
    history = pd.concat(
        pd.DataFrame({"trial": trials["trial"], "epoch": epoch, "validation_accuracy": scores})
        for epoch, scores in (
            (1, trials["validation_accuracy"].astype(float) + trials["seed"] % 4 / 500),
            (2, trials["validation_accuracy"].astype(float)),
        )
    )
    found = looked(trials=trials, history=history).set_index(list(CHOICES))
    best = history.groupby("trial")["validation_accuracy"].max()
    of = {
        LAST: trials["validation_accuracy"].astype(float),
        BEST: trials["trial"].map(best),
        TEST_DATA: trials["test_accuracy"],
    }
    assert len(found) == 12
    for rate, level in ((TUNED, 0.01), (OF_BASELINE, 0.001)):
        ids = trials[trials["learning_rate"] == level].groupby("activation")["cell"].first()
        pair = pd.DataFrame({"cell": [ids["tanh"]], "reference_cell": [ids["relu"]]})
        _, study = declared_study(trials, factors=FACTORS)
        (tail,) = tails_of_trials(trials, pair, study, study.validation).itertuples()
        for name, scores in of.items():
            wide = trials.assign(score=scores)[trials["learning_rate"] == level]
            sides = wide.pivot(index="seed", columns="activation", values="score")
            gains = (sides["tanh"] - sides["relu"]).to_numpy()
            by_t, by_flips = (found.loc[(rate, AT_COST, name, test)] for test in (T, FLIPS))
            by_scipy = stats.ttest_1samp(gains, 0)
            expected = stretched(tail, by_scipy, by_scipy.confidence_interval(1 - RATE))[1:]
            assert (by_t["low"], by_t["high"]) == pytest.approx(expected)
            flipped = stats.permutation_test(
                (gains,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=False
            )
            assert by_flips["p"] == pytest.approx(flipped.pvalue, abs=1e-12)
            assert by_flips["mean"] == pytest.approx(gains.mean())


def test_a_choice_that_a_study_has_not_is_none():
    factors = {"activation": ["relu", "tanh"]}

    def fine(levels, seed):
        return 0.9 + 0.02 * (levels["activation"] == "tanh") + hash_of(levels | {"s": seed}) % 9 / 1000

    few = looked(factors=factors, score=fine, seeds=6)  # six seeds: no sign flips reach 0.025
    assert [set(few[name]) for name in CHOICES] == [{TUNED}, {AT_COST}, {LAST, BEST, TEST_DATA}, {T}]
    assert looked(factors=factors, score=fine, seeds=7)["test"].nunique() == 2
    assert set(looked(factors=factors, score=fine, history=pd.DataFrame())["score"]) == {LAST, TEST_DATA}
    apart = looked(factors=factors, score=fine, paired=False)
    assert set(apart["test"]) == {T}
    named = looked([levels | {"learning_rate": "0.1"} for levels in ASKED], named=True)
    assert set(named["rate"]) == {TUNED}


def test_rows_of_the_best_epoch_have_the_last_one_as_the_other_choice():
    trials = trial_rows(cells_of("grid", FACTORS, {}, {}), range(8), score, keep_epoch="best")
    history = history_rows(trials)
    later = history[history["epoch"] == 4].assign(epoch=5, validation_accuracy=0.5)
    found = looked(trials=trials, history=pd.concat([history, later]))
    assert found["score"].iloc[0] == BEST
    last = found[(found["score"] == LAST) & (found["failures"] == BOTH_TRAIN)]
    assert set(last["mean"]) == {0.0}


def test_there_is_nothing_to_look_at_where_there_is_no_verdict():
    assert looked(seeds=1).empty
    assert looked([ASKED[0], ASKED[0]]).empty


def test_flips_judge_small_differences_as_intervals_do():
    gains = np.random.default_rng(1).normal(0.0, 0.001, (1, 12))
    (found,) = flips(gains, np.array([0.005]), 0.05)
    assert found["outcome"] == "no practical difference"
    (found,) = flips(gains, np.array([0.0001]), 0.05)
    assert found["outcome"] == "not told apart"
    assert flips(np.zeros((1, 12)), np.array([0.1]), 0.05)[0]["outcome"] == "identical"
    assert flips(np.ones((1, 5)), np.array([0.1]), 0.05) == [None]


def test_flips_of_overlapping_splits_are_held_against_wider_ones():
    gains = np.random.default_rng(2).normal(0.8, 1.0, (1, 14))
    apart, overlapping = (flips(gains, np.array([0.1]), 0.05, overlap)[0] for overlap in (0.0, 0.333))
    assert apart["p"] < overlapping["p"]
    sizes = gains[0].sum() / np.sqrt((gains[0] ** 2).sum() * (1 + 14 * 0.333))
    assert overlapping["p"] == pytest.approx(2 * stats.norm.sf(abs(sizes)), abs=0.02)

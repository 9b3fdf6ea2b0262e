"""A cell against itself: what is counted, that bands hold, and that a biased method falls out of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.declared import read_declared
from experiments.analysis.self_comparisons import calibration, out_of_band, self_comparisons

MANIFEST = {
    "study": {"name": "s", "task": "digits", "seeds": [0], "factors": {"salt": [1, 2]}, "baseline": {"salt": 1}},
    "primary": "accuracy",
    "direction": "max",
}


def salted(generator, comparisons, seeds=10, spread=0.01, bias=0.0, noise=None):
    """Trials of a cell under two salts per comparison: a seed's own level, and noise; bias: of every second salt."""
    salts = np.arange(1, 2 * comparisons + 1)
    noise = generator.normal(0, spread, (len(salts), seeds)) if noise is None else noise
    scores = 0.9 + generator.normal(0, 0.05, seeds)[None] + noise
    scores += bias * (salts % 2)[:, None]
    table = pd.DataFrame(scores, index=salts, columns=range(seeds)).rename_axis("salt").reset_index()
    trials = table.melt("salt", var_name="seed", value_name="validation_accuracy")
    trials = trials.assign(cell="c" + trials["salt"].astype(str), salt=trials["salt"].astype(str), status="ok")
    return trials.assign(trial=trials["cell"] + "/" + trials["seed"].astype(str), test_accuracy=0.9)


def table_of(trials):
    return self_comparisons(trials, read_declared(MANIFEST, trials))


def test_each_comparison_is_a_paired_t_test_of_two_salts():
    trials = salted(np.random.default_rng(0), 12)
    found = table_of(trials.sample(frac=1, random_state=1))
    assert list(found["comparison"]) == list(range(1, 13))
    scores = trials.assign(salt=trials["salt"].astype(int)).pivot(
        index="salt", columns="seed", values="validation_accuracy"
    )
    for row in found.itertuples():
        own, other = scores.loc[2 * row.comparison - 1], scores.loc[2 * row.comparison]
        test = stats.ttest_rel(own, other)
        low, high = test.confidence_interval(0.95)
        assert (row.n, row.mean, row.low, row.high) == pytest.approx((10, (own - other).mean(), low, high))


def test_counts_lie_in_their_bands_where_all_is_as_it_should_be():
    found = calibration(table_of(salted(np.random.default_rng(1), 200)))
    assert (found["comparisons"], found["rejected_low"], found["rejected_high"]) == (200, 0, 19)
    assert (found["apart_of"], found["apart_high"]) == (400, 32)
    assert found["delta"] == pytest.approx(0.005)
    expected = stats.nct.sf(stats.t.ppf(0.975, 9), 9, 0.005 / (0.01 * np.sqrt(2)) * np.sqrt(10))
    assert found["power"] == pytest.approx(expected, abs=0.03)
    assert not out_of_band(found)


def test_arms_that_are_not_alike_fall_out_of_the_band():
    found = calibration(table_of(salted(np.random.default_rng(2), 200, bias=0.008)))
    assert "rejected" in out_of_band(found)


WORLDS = {
    "t with 3 degrees of freedom": lambda generator, size: generator.standard_t(3, size),
    "t with 2": lambda generator, size: generator.standard_t(2, size),
    "seeds that spread unequally": lambda generator, size: generator.normal(size=size) * np.linspace(0.3, 3, size[1]),
}


@pytest.mark.parametrize("name", WORLDS)
def test_symmetric_tails_are_no_fault(name):
    """The power is that of these pairs: a normal law of the pooled spread would predict half of what is found."""
    noise = WORLDS[name](np.random.default_rng(3), (400, 10))
    found = calibration(table_of(salted(np.random.default_rng(3), 200, noise=0.004 * noise)))
    assert not out_of_band(found)


@pytest.mark.parametrize("rare", [0.1, 0.03])
def test_an_arm_that_collapses_now_and_then_is_seen(rare):
    """It cancels where both sides do."""
    generator = np.random.default_rng(4)
    noise = generator.normal(0, 0.004, (400, 10)) - 0.1 * (generator.uniform(size=(400, 10)) < rare)
    assert out_of_band(calibration(table_of(salted(generator, 200, noise=noise)))) == ["apart"]


def test_each_side_alone_is_a_t_test_against_the_mean_of_all_others():
    trials = salted(np.random.default_rng(5), 4)
    found = table_of(trials)
    wide = trials.assign(salt=trials["salt"].astype(int)).pivot(
        index="salt", columns="seed", values="validation_accuracy"
    )
    apart = {salt: stats.ttest_rel(wide.loc[salt], wide.drop(index=salt).mean()).pvalue < 0.05 for salt in wide.index}
    assert found["sides"].tolist() == [2] * 4
    assert found["sides_apart"].tolist() == [apart[2 * pair - 1] + apart[2 * pair] for pair in range(1, 5)]


def test_what_never_differs_is_never_found_and_what_has_no_interval_is_left_out():
    trials = salted(np.random.default_rng(3), 4, spread=0.0)
    found = calibration(table_of(trials))
    assert (found["comparisons"], found["rejected"], found["found"], found["power"]) == (4, 0, 4, 1)
    one = calibration(table_of(trials[trials["seed"] == 0]))
    assert one["comparisons"] == 0
    failed = trials.assign(status=trials["status"].mask(trials["salt"].eq("1"), "failed"))
    assert calibration(table_of(failed))["comparisons"] == 3


def test_a_score_to_be_small_is_planted_on_its_good_side():
    trials = salted(np.random.default_rng(4), 50).rename(
        columns={"validation_accuracy": "validation_mean_squared_error", "test_accuracy": "test_mean_squared_error"}
    )
    study = read_declared(MANIFEST | {"primary": "mean_squared_error", "direction": "min"}, trials)
    found = calibration(self_comparisons(trials, replace(study, smallest_effect=0.02)))
    assert found["found"] >= found["found_low"] > 40

"""Skew and rare collapse are found where they are, and an interval that is stretched for them keeps its level."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.tails import collapsed, rarest_seen, stretches, tails

CELLS, SEEDS = 12, 10


def made(draw, seed, cells=CELLS, seeds=SEEDS):
    """Scores of two activations with as many losses, of which the one activation's are drawn by `draw`."""
    random = np.random.default_rng([7, seed])
    names = [f"{side}{at}" for side in ("a", "b") for at in range(cells)]
    levels = pd.DataFrame(
        {"activation": ["relu"] * cells + ["tanh"] * cells, "loss": [str(at) for at in range(cells)] * 2}, index=names
    )
    own = draw(random, (cells, seeds)), 0.3 * random.normal(size=(cells, seeds))
    scores = pd.DataFrame(np.concatenate(own) + random.normal(size=seeds), index=names)
    return scores, levels


PAIR = pd.DataFrame({"cell": ["a0"], "reference_cell": ["b0"]})


def found(scores, levels):
    return tails(scores, levels, PAIR).iloc[0]


WORLDS = {
    "normal": lambda random, size: random.normal(size=size),
    "exponential": lambda random, size: random.exponential(size=size) - 1,
    "lognormal": lambda random, size: random.lognormal(size=size) - np.exp(0.5),
    "collapse": lambda random, size: 1.0 - 10 * (random.random(size) < 0.1) + 0.1 * random.normal(size=size),
}


@pytest.mark.parametrize(
    ("world", "least", "most"),
    [("normal", 0, 0.1), ("exponential", 0.9, 1), ("lognormal", 0.9, 1), ("collapse", 0.9, 1)],
)
def test_skew_in_one_arm_is_found_in_all_cells_of_its_level(world, least, most):
    told = [found(*made(WORLDS[world], seed))["tail"] for seed in range(20)]
    assert least <= np.mean([one != "" for one in told]) <= most
    assert (np.mean([one == "collapse" for one in told]) > 0.8) == (world == "collapse")


@pytest.mark.parametrize("world", ["exponential", "lognormal", "collapse"])
def test_a_wider_interval_keeps_its_level_where_t_does_not(world):
    missed = {"t": 0, "wider": 0}
    runs = 250
    for seed in range(runs):
        scores, levels = made(WORLDS[world], seed)
        row = found(scores, levels)
        gains = (scores.loc["a0"] - scores.loc["b0"]).to_numpy()
        half = stats.t.ppf(0.975, SEEDS - 1) * gains.std(ddof=1) / np.sqrt(SEEDS)
        missed["t"] += not gains.mean() - half <= 0 <= gains.mean() + half
        low = gains.mean() - row["stretch_low"] * half - row["shift_low"]
        high = gains.mean() + row["stretch_high"] * half + row["shift_high"]
        missed["wider"] += not low <= 0 <= high
    assert missed["t"] / runs > 0.065
    assert missed["wider"] / runs <= 0.065


def test_a_collapse_is_told_with_its_counts_and_only_where_the_seeds_may_miss_it():
    scores, levels = made(WORLDS["normal"], 1)
    scores.loc[["a1", "a2", "a5"], 4] -= 60
    row = found(scores, levels)
    assert (row["tail"], row["rare"], row["rare_of"]) == ("collapse", 3, CELLS * SEEDS)
    often, levels = made(lambda random, size: -60.0 * (random.random(size) < 0.45) + random.normal(size=size), 2)
    assert found(often, levels)["tail"] != "collapse"


def test_a_pair_of_which_nothing_else_is_known_is_judged_by_its_own_gains():
    scores, levels = made(WORLDS["normal"], 3, cells=1)
    assert found(scores, levels)["tail"] == ""
    scores.loc["a0", 3] -= 40
    row = found(scores, levels)
    assert (row["tail"], row["rare"], row["rare_of"]) == ("collapse", 1, SEEDS)
    assert row["stretch_high"] == 1.0 or row["stretch_low"] == 1.0


def test_scores_that_are_mostly_one_and_the_same_show_a_collapse():
    assert collapsed(np.array([1.0] * 38 + [0.1, 0.2])) == 2
    assert collapsed(np.ones(40)) == 0


def test_what_so_many_seeds_show_is_the_rule_of_three():
    # 0.95 is the chance to see an event of this share at least once in n runs
    for seeds in (10, 20, 100):
        assert 1 - (1 - rarest_seen(seeds)) ** seeds == pytest.approx(0.95, abs=0.03)


def test_even_samples_need_no_stretch():
    even = tuple(stats.norm.ppf((np.arange(400) + 0.5) / 400).tolist())
    assert max(stretches(even, even, 10, 0.05)) < 1.05


def test_level_gains_leave_intervals_finite():
    tied = tuple([-0.4] * 7 + [0.6, 0.6, 1.6])  # a draw of ten is one and the same number in 3 % of cases
    assert max(stretches(tied, (0.0,), 10, 0.05)) < 100
    assert stretches((0.0,), (0.0,), 10, 0.05) == (1.0, 1.0)

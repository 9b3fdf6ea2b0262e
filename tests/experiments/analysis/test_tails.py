"""Skew and rare collapse are found where they are, and an interval that is stretched for them keeps its level."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.tails import tails

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
    [("normal", 0, 0.1), ("exponential", 0.8, 1), ("lognormal", 0.9, 1), ("collapse", 0.9, 1)],
)
def test_skew_in_one_arm_is_found_in_all_cells_of_its_level(world, least, most):
    rows = [found(*made(WORLDS[world], seed)) for seed in range(20)]
    told = np.array([row["tail"] for row in rows])
    longer = np.array([max(row["stretch_low"], row["stretch_high"]) > 1 for row in rows])
    assert least <= np.mean(longer | (told == "collapse"))
    assert world != "normal" or np.mean(told != "") <= most
    assert (np.mean(told == "collapse") > 0.7) == (world == "collapse")


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


def test_level_gains_leave_intervals_finite():
    scores, levels = made(WORLDS["normal"], 5, cells=1)
    scores.loc["a0"] = scores.loc["b0"] + np.array([0.0] * 8 + [1.0, 2.0])
    row = found(scores, levels)
    assert row["tail"] == "collapse" and max(row["stretch_low"], row["stretch_high"]) < 100
    assert 0 < max(row["shift_low"], row["shift_high"]) < 2


def test_configurations_that_no_other_is_like_are_judged_by_what_their_levels_do():
    by_t = wider = 0
    runs = 200
    for seed in range(runs):
        scores, levels = made(WORLDS["lognormal"], seed, cells=3)
        row = tails(scores, levels, pd.DataFrame({"cell": ["a1"], "reference_cell": ["b0"]})).iloc[0]
        gains = (scores.loc["a1"] - scores.loc["b0"]).to_numpy()
        half = stats.t.ppf(0.975, SEEDS - 1) * gains.std(ddof=1) / np.sqrt(SEEDS)
        by_t += abs(gains.mean()) > half
        wider += not gains.mean() - half * row["stretch_low"] <= 0 <= gains.mean() + half * row["stretch_high"]
    assert by_t / runs > 0.15 and wider / runs < 0.1


def test_independent_samples_of_which_one_is_skewed():
    found = [tails(*made(WORLDS["lognormal"], seed), PAIR, paired=False).iloc[0] for seed in range(20)]
    assert np.mean([max(row["stretch_low"], row["stretch_high"]) > 1.2 for row in found]) >= 0.5
    even = [tails(*made(WORLDS["normal"], seed), PAIR, paired=False).iloc[0] for seed in range(20)]
    assert np.mean([max(row["stretch_low"], row["stretch_high"]) > 1.6 for row in even]) <= 0.2


def test_skew_of_one_factor_is_not_laid_at_the_door_of_another():
    """Both levels of the losses stand with both activations; only the activation a is skewed."""
    longer = []
    for seed in range(30):
        scores, levels = made(WORLDS["lognormal"], seed)
        pair = pd.DataFrame({"cell": ["b1"], "reference_cell": ["b0"]})
        longer.append(tails(scores, levels, pair).iloc[0][["stretch_low", "stretch_high"]].max() > 1.5)
    assert np.mean(longer) <= 0.2

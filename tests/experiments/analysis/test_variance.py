"""Variance shares of a grid, against statsmodels and against effects planted in noise."""

import itertools

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from experiments.analysis.variance import REST, balanced, variance_table
from tests.experiments.report.results_folder import declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh", "sigmoid"], "loss": ["a", "b"], "optimizer": ["adam", "sgd"]}
CELLS = [dict(zip(FACTORS, levels, strict=True)) for levels in itertools.product(*FACTORS.values())]


def found(score, seeds=8, cells=CELLS):
    trials, study = declared_study(trial_rows(cells, range(seeds), score), factors=FACTORS)
    return variance_table(trials, study), trials, study


def noisy(spread, effect=lambda cell: 0.0, stream=0):
    """Scores with an effect, what a seed does to all, and noise of their own."""
    noise = np.random.default_rng(stream)
    shared = noise.normal(0, 0.05, 1000)
    return lambda cell, seed: 0.8 + effect(cell) + shared[seed] + noise.normal(0, spread)


def planted(cell):
    main = {"relu": 0.0, "tanh": 0.03, "sigmoid": -0.03}[cell["activation"]]
    return main + 0.02 * (cell["loss"] == "b") * (cell["optimizer"] == "sgd")


def test_sums_of_squares_are_those_of_statsmodels():
    table, trials, study = found(noisy(0.01, planted))
    frame = trials.astype({study.validation: float}).rename(columns={study.validation: "score"})
    model = ols("score ~ C(cell) + C(seed)", frame).fit()
    noise = model.mse_resid
    terms = anova_lm(ols("score ~ C(activation) * C(loss) * C(optimizer) + C(seed)", frame).fit())
    parts = {}
    for name, row in terms.iterrows():
        if name not in ("C(seed)", "Residual"):
            key = tuple(one[2:-1] for one in name.split(":"))
            key = key if len(key) < 3 else (REST,)
            parts[key] = parts.get(key, 0.0) + row["sum_sq"] - row["df"] * noise
    total = sum(parts.values())
    assert dict(zip(table["factors"], table["share"], strict=True)) == pytest.approx(
        {key: part / total for key, part in parts.items()}
    )


def test_shares_are_the_planted_ones_and_noise_has_none():
    """activation: (0.03² + 0.03²)/3 = 6e-4; loss and optimizer 2.5e-5 each alone, and as much together."""
    whole = 6e-4 + 3 * 2.5e-5
    expected = {("activation",): 6e-4 / whole, ("loss",): 2.5e-5 / whole, ("loss", "optimizer"): 2.5e-5 / whole}
    tables = [found(noisy(0.02, planted, stream), seeds=10)[0].set_index("factors")["share"] for stream in range(40)]
    mean = pd.concat(tables, axis=1).mean(axis=1)
    for factors, share in expected.items():
        assert mean[factors] == pytest.approx(share, abs=0.02)
    assert mean[("activation", "loss")] == pytest.approx(0, abs=0.02)
    assert mean[(REST,)] == pytest.approx(0, abs=0.02)
    assert mean.sum() == pytest.approx(1)


def test_the_jackknife_interval_covers():
    inside = 0
    for stream in range(100):
        table = found(noisy(0.02, planted, stream), seeds=10)[0].set_index("factors")
        row = table.loc[[("activation",)]].iloc[0]
        inside += row["low"] <= 6e-4 / (6e-4 + 7.5e-5) <= row["high"]
    assert 86 <= inside <= 100


def test_pure_noise_has_no_shares_worth_the_name():
    """Without the correction an interaction of noise would read as most of it."""
    empty = sum(found(noisy(0.02, stream=stream))[0].empty for stream in range(20))
    assert 5 <= empty <= 15, "a corrected total is below 0 about every other time"


def test_levels_that_never_train_are_left_out():
    def score(cell, seed):
        return (
            None if cell["activation"] == "sigmoid" and cell["optimizer"] == "sgd" else noisy(0.01, planted)(cell, seed)
        )

    table, trials, study = found(score)
    scores, levels = balanced(trials, study)
    assert levels["activation"] == ["relu", "tanh"]
    assert scores.shape == (8, 8)
    assert not table.empty


def test_where_nothing_can_be_said_it_is_empty():
    assert found(lambda *_: 0.9)[0].empty
    assert found(lambda *_: None)[0].empty
    assert found(noisy(0.01, planted), seeds=1)[0].empty
    assert found(noisy(0.01, planted), cells=CELLS[:1])[0].empty
    few = found(noisy(0.001, planted), seeds=2)[0]
    assert few["low"].isna().all()
    assert len(few) == 7

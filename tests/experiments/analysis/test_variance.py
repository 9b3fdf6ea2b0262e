"""Variance shares of a grid, against statsmodels and against effects planted in noise."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import AnovaRM, anova_lm
from statsmodels.stats.multitest import multipletests

from experiments.analysis.variance import REST, find_balanced, holm, variance_table
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


def frame_of(trials, study):
    return trials.astype({study.validation: float}).rename(columns={study.validation: "score"})


def test_shares_are_those_of_statsmodels():
    table, trials, study = found(noisy(0.01, planted))
    frame = frame_of(trials, study)
    noise = ols("score ~ C(cell) + C(seed)", frame).fit().mse_resid
    terms = anova_lm(ols("score ~ C(activation) * C(loss) * C(optimizer) + C(seed)", frame).fit())
    within = AnovaRM(frame, "score", "seed", within=list(FACTORS)).fit().anova_table["F Value"]
    parts, together = {}, 0.0
    for term, row in terms.iterrows():
        if term not in ("C(seed)", "Residual"):
            factors = tuple(name[2:-1] for name in term.split(":"))
            own = row["sum_sq"] / row["df"] / within[":".join(factors)]
            key = factors if len(factors) < 3 else (REST,)
            parts[key] = parts.get(key, 0.0) + row["sum_sq"] - row["df"] * own
            together += row["df"] * (own - noise)
    assert together == pytest.approx(0), "each factor's own noise adds up to that of all cells"
    total = sum(max(part, 0) for part in parts.values())
    expected = {key: max(part, 0) / total for key, part in parts.items()}
    assert dict(zip(table["factors"], table["share"], strict=True)) == pytest.approx(expected)
    assert table["share"].sum() == pytest.approx(1)


def test_p_values_are_those_of_statsmodels():
    """Of two levels ε is 1, so that F is AnovaRM's; of three it is held to its definition."""
    table, trials, study = found(noisy(0.05, planted))
    frame = frame_of(trials, study)
    seeds = frame["seed"].nunique()
    anova = AnovaRM(frame, "score", "seed", within=list(FACTORS)).fit().anova_table
    sides = frame.pivot_table(index="seed", columns="activation", values="score")
    covariance = np.cov((sides.sub(sides.mean(axis=1), axis=0)), rowvar=False)
    epsilon = np.trace(covariance) ** 2 / (covariance**2).sum() / 2
    p = {}
    for term, row in anova.iterrows():
        factors = tuple(term.split(":"))
        wide = epsilon if factors == ("activation",) else 1.0
        p[factors] = stats.f.sf(row["F Value"], wide * row["Num DF"], wide * row["Den DF"])
        if factors != ("activation",) and "activation" not in factors:
            assert p[factors] == pytest.approx(row["Pr > F"])
    raw = [p[key] for key in (("activation",), ("loss",), ("optimizer",), ("loss", "optimizer"))]
    rows = table.set_index("factors")["p"]
    assert seeds == 8
    assert rows[[("activation",)]].iloc[0] == pytest.approx(min(1, 7 * raw[0])), "the smallest of seven"
    assert holm(np.array(raw)) == pytest.approx(multipletests(raw, method="holm")[1])


def test_shares_are_the_planted_ones_and_the_jackknife_interval_covers():
    """activation: (0.03² + 0.03²)/3 = 6e-4; loss and optimizer 2.5e-5 each alone, and as much together."""
    whole = 6e-4 + 3 * 2.5e-5
    expected = {("activation",): 6e-4 / whole, ("loss",): 2.5e-5 / whole, ("loss", "optimizer"): 2.5e-5 / whole}
    tables = [found(noisy(0.02, planted, stream), seeds=10)[0].set_index("factors") for stream in range(50)]
    mean = pd.concat([table["share"] for table in tables], axis=1).mean(axis=1)
    for factors, share in expected.items():
        assert mean[factors] == pytest.approx(share, abs=0.02)
    assert mean.sum() == pytest.approx(1)
    ends = pd.concat([table.loc[[("activation",)], ["low", "high"]] for table in tables])
    assert 43 <= ends.eval(f"low <= {6e-4 / whole} <= high").sum() <= 50


def test_on_pure_noise_nothing_is_shown_and_nothing_lies_outside_0_to_100_per_cent():
    shown = 0
    for stream in range(40):
        table = found(noisy(0.02, stream=stream), seeds=5)[0]
        shown += table["shown"].any()
        assert ((table[["share", "low", "high"]] >= 0) & (table[["share", "low", "high"]] <= 1)).all(axis=None)
    assert shown <= 3, "more than that has a probability of 0.1 % at LEVEL"


def test_most_is_said_of_what_is_shown_to_exceed_the_rest():
    table = found(noisy(0.005, planted), seeds=10)[0]
    assert table["factors"].iloc[0] == ("activation",)
    assert table["behind"].tolist() == [False] + [True] * 6

    def tied(cell):
        return 0.02 * (cell["loss"] == "b") + 0.02 * (cell["optimizer"] == "sgd")

    claims = 0
    for stream in range(20):
        table = found(noisy(0.005, tied, stream), seeds=5)[0]
        assert set(table.loc[table["shown"], "factors"]) == {("loss",), ("optimizer",)}
        claims += table["behind"].iloc[1:].all()
    assert claims <= 2


def test_splits_of_one_data_set_show_less():
    trials, study = declared_study(trial_rows(CELLS, range(8), noisy(0.02, planted)), factors=FACTORS)
    alone, split = (
        variance_table(trials, replace(study, overlap=overlap)).set_index("factors") for overlap in (0.0, 0.5)
    )
    assert (split["p"].reindex(alone.index) >= alone["p"]).all()
    assert alone["shown"].sum() > split["shown"].sum()
    first = [table.loc[[("activation",)]].iloc[0] for table in (alone, split)]
    assert first[1]["low"] < first[0]["low"]


def test_levels_that_never_train_are_left_out():
    def score(cell, seed):
        return (
            None if cell["activation"] == "sigmoid" and cell["optimizer"] == "sgd" else noisy(0.01, planted)(cell, seed)
        )

    table, trials, study = found(score)
    scores, levels = find_balanced(trials, study)
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
    assert not few["behind"].any()
    assert len(few) == 7


@pytest.mark.parametrize("share", [0.0, 0.02])
def test_intervals_hold_where_a_share_is_next_to_nothing(share: float) -> None:
    """Beside a factor that has nearly all of the variance the jackknife knows no error, nor below noise."""
    two = {"activation": ["relu", "tanh"], "loss": ["a", "b"]}
    cells = [dict(zip(two, levels, strict=True)) for levels in itertools.product(*two.values())]
    true = {("activation",): 1 - share, ("loss",): share, ("activation", "loss"): 0.0}
    missed, count = dict.fromkeys(true, 0), 60

    def effect(cell):
        sizes = np.sqrt([1 - share, share]) * 0.05
        return sizes[0] * (cell["activation"] == "tanh") + sizes[1] * (cell["loss"] == "b")

    for stream in range(count):
        rows = trial_rows(cells, range(20), noisy(0.02, effect, stream))
        table = variance_table(*declared_study(rows, factors=two)).set_index("factors")
        for key, true_share in true.items():
            missed[key] += (
                not table.loc[[key], "low"].item() <= true_share + 1e-9 <= table.loc[[key], "high"].item() + 2e-9
            )
    assert stats.binomtest(max(missed.values()), count, 0.05, alternative="greater").pvalue > 0.01

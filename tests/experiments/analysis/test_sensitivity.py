"""The same comparisons by other tests, against scipy's own and by counting."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.sensitivity import sensitivity_table


def table(*samples):
    rows = [(pair, seed, gain) for pair, own in enumerate(samples) for seed, gain in enumerate(own)]
    return sensitivity_table(pd.DataFrame(rows, columns=["pair", "seed", "gain"]))


@pytest.mark.parametrize("count", [6, 20])
def test_agrees_with_scipy(count) -> None:
    gains = np.random.default_rng(1).normal(0.5, 1, count)
    row = table(gains).loc[0]
    assert row["t"] == pytest.approx(stats.ttest_1samp(gains, 0).pvalue)
    assert row["wilcoxon"] == pytest.approx(stats.wilcoxon(gains).pvalue)
    flips = stats.permutation_test(
        (gains, np.zeros(count)),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=10_000,
        rng=np.random.default_rng(0),
    )
    assert row["sign_flip"] == pytest.approx(flips.pvalue, abs=0.012 if count > 14 else 1e-12)
    assert row["bootstrap_low"] < gains.mean() < row["bootstrap_high"]


def test_all_of_one_sign_is_as_far_as_flips_go() -> None:
    assert table([0.1, 0.2, 0.3, 0.4, 0.5])["sign_flip"].tolist() == [2 / 2**5]


def test_without_spread_or_seeds_there_is_nothing() -> None:
    assert table([1.0], [2.0, 2.0]).isna().all().all()
    assert table([0.0, 0.0, 1.0]).notna().all().all()
    assert table().empty

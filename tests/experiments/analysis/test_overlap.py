"""What seeds share because all of them split the same examples, and that every interval allows for it."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.declared import read_declared
from experiments.analysis.intervals import intervals
from experiments.analysis.overlap import OTHER_DATA, THIS_DATA, overlap
from experiments.analysis.power import power, seeds_needed
from experiments.analysis.welch import welch

SIZES = {"train": 60, "validation": 20, "test": 20}
SEALED = {**SIZES, "sealed": True, "resplit": 80}
SCORES = np.array([[1.0, 2.0, 4.0, 3.0]])


def manifest(data, about=None, **settings):
    study = {"name": "study", "settings": settings, **({"about": about} if about else {})}
    return {"study": study, "primary": "accuracy", "direction": "max", "data": data}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (manifest(SEALED), 20 / 60),
        (manifest({**SEALED, "train": 10}), 20 / 60),  # a smaller training part is drawn from as many examples
        (manifest({**SIZES, "sealed": False}), 0),  # each seed has data of its own, or all have one split
        ({**manifest(SIZES), "study": {"task": "arrays"}}, 20 / 80),
        ({**manifest({**SIZES, "parts": "given"}), "study": {"task": "arrays"}}, 0),
        (manifest(SIZES, resample=True), 20 / 80),  # results from before there was a sealed part
        (manifest(SIZES, resample=False), 0),
        (manifest(None, resample=True), 0),
        (manifest({**SIZES, "resplit": 20}), 0),
    ],
)
def test_how_much_seeds_share(found, expected):
    assert overlap(found) == pytest.approx(expected)


@pytest.mark.parametrize(("about", "share"), [(None, 1 / 3), (OTHER_DATA, 1 / 3), (THIS_DATA, 0)])
def test_a_question_about_this_data_shares_nothing(about, share):
    study = read_declared(manifest(SEALED, about, resample=True), pd.DataFrame())
    assert study.overlap == pytest.approx(share)
    assert study.under({"resample": "false"}).overlap == 0


def test_every_interval_has_the_corrected_resampled_variance():
    half = stats.t.ppf(0.975, 3) * SCORES.std(ddof=1) * np.sqrt(1 / 4 + 1 / 3)
    row = intervals(pd.DataFrame(SCORES), overlap=1 / 3).iloc[0]
    assert (row["low"], row["high"]) == (pytest.approx(2.5 - half), pytest.approx(2.5 + half))
    same = intervals(pd.DataFrame(np.ones((1, 20))), overlap=1 / 3).iloc[0]
    assert same["kind"] == "constant" and np.isnan(same["low"])  # 20 signs that overlap are no 20 signs

    found = welch(SCORES[0], SCORES[0] / 2, overlap=1 / 3)
    variances = SCORES.var(ddof=1) * np.array([1, 1 / 4]) * (1 / 4 + 1 / 3)
    freedom = variances.sum() ** 2 / (variances**2 / 3).sum()
    assert found["high"] - found["mean"] == pytest.approx(stats.t.ppf(0.975, freedom) * np.sqrt(variances.sum()))


def test_no_number_of_seeds_is_enough_for_a_difference_that_the_data_hide():
    spread, effect = np.array([1.0, 1.0]), np.array([0.5, 2.5])
    needed = seeds_needed(spread, effect, overlap=1 / 3)
    assert needed[0] == np.inf and 2 < needed[1] < np.inf
    assert power(effect[1:], needed[1:], overlap=1 / 3)[0] >= 0.8 > power(effect[1:], needed[1:] - 1, overlap=1 / 3)[0]

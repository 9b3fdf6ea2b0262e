"""How much of the 0.05 looks spend, and when there is nothing left to look for."""

import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.cells import cell_table
from experiments.analysis.effects import effects
from experiments.analysis.looks import SHARES, is_settled, look_share, spent
from tests.experiments.report.results_folder import cells_of, declared_study, manifest_of, trial_rows

FACTORS = {"activation": ["relu", "tanh"]}
LOOKS = [4, 8, 16]


def test_planned_looks_spend_all_of_it_together_and_others_more() -> None:
    assert sum(SHARES) == pytest.approx(1.0)
    planned = [{"seeds": seeds, "planned": LOOKS} for seeds in LOOKS]
    assert spent(planned) == pytest.approx(1.0)
    assert spent(planned[:1]) == pytest.approx(0.2)
    assert spent([*planned, {"seeds": 30, "planned": LOOKS}]) == pytest.approx(2.0)
    assert spent([{"seeds": 5, "planned": []}, {"seeds": 8, "planned": LOOKS}]) == pytest.approx(1.3)
    assert spent([]) == 0


@pytest.mark.parametrize(("seeds", "share"), [(4, 0.2), (6, 0.3), (8, 0.3), (16, 0.5)])
def test_intervals_are_at_the_level_of_the_look(seeds, share) -> None:
    def score(levels, seed):
        return (
            0.8 + 0.02 * (levels["activation"] == "tanh") + (seed * seed % 7) / 100 * (levels["activation"] == "tanh")
        )

    rows = trial_rows(cells_of("grid", FACTORS, {}, {}), range(seeds), score)
    trials, study = declared_study(rows, factors=FACTORS, search={"looks": LOOKS})
    assert study.share == look_share(LOOKS, seeds) == share
    (row,) = effects(trials, cell_table(trials, study), study).itertuples()
    scores = trials.pivot(index="seed", columns="activation", values="validation_accuracy")
    gains = scores["tanh"] - scores["relu"]
    low, high = stats.t.interval(1 - 0.95 * 0.05 * share, seeds - 1, gains.mean(), stats.sem(gains))
    assert (row.low, row.high) == (pytest.approx(low), pytest.approx(high))


def test_what_is_settled() -> None:
    outcomes = ["better", "worse", "no practical difference", "identical", "depends", "not told apart", "one seed"]
    found = is_settled(pd.DataFrame({"outcome": outcomes}))
    assert found.tolist() == [True] * 5 + [False] * 2


def test_without_looks_all_is_spent_at_once() -> None:
    trials = trial_rows(cells_of("grid", FACTORS, {}, {}), range(3), lambda levels, seed: 0.8)
    assert "looks" not in manifest_of(trials)["study"]
    assert declared_study(trials, factors=FACTORS)[1].share == 1.0

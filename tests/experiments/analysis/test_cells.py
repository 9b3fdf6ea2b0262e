"""Means, spreads and ranks of cells."""

import numpy as np
import pytest

from experiments.analysis.cells import cell_table
from tests.experiments.report.results_folder import declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh", "gelu"]}
CELLS = [{"activation": level} for level in FACTORS["activation"]]


def ranked(score, seeds=range(4), **manifest):
    trials, study = declared_study(trial_rows(CELLS, seeds, score), factors=FACTORS, **manifest)
    return cell_table(trials, study)


def test_mean_and_spread() -> None:
    table = ranked(lambda cell, seed: 0.5 + seed / 10).set_index("activation")
    row = table.loc["relu"]
    assert row["validation_mean"] == pytest.approx(0.65)
    assert row["validation_sd"] == pytest.approx(np.std([0.5, 0.6, 0.7, 0.8], ddof=1))
    assert (row["validation_min"], row["validation_max"], row["n"]) == (0.5, 0.8, 4)
    assert row["test_mean"] == pytest.approx(0.645)


def test_ranks_by_validation_not_by_test() -> None:
    trials, study = declared_study(
        trial_rows(CELLS, range(3), lambda cell, seed: 0.5 + len(cell["activation"]) / 100), factors=FACTORS
    )
    trials["test_accuracy"] = np.linspace(1, 0, len(trials))
    before = cell_table(trials, study)["cell"].tolist()
    trials["test_accuracy"] = np.linspace(0, 1, len(trials))
    assert cell_table(trials, study)["cell"].tolist() == before


def test_a_diverged_seed_counts_with_its_cost_in_mean_and_spread() -> None:
    lost = {("tanh", 0), ("gelu", 0), ("gelu", 1)}
    table = ranked(
        lambda cell, seed: (
            None if (cell["activation"], seed) in lost else {"relu": 0.3, "tanh": 0.8, "gelu": 0.9}[cell["activation"]]
        ),
        failure_score=0.1,
    )
    assert table["activation"].tolist() == ["tanh", "gelu", "relu"]
    assert table["validation_mean"].tolist() == pytest.approx([0.625, 0.5, 0.3])
    assert table["test_mean"].tolist() == pytest.approx([(0.1 + 3 * 0.795) / 4, (0.2 + 2 * 0.895) / 4, 0.295])
    assert table["trained_mean"].tolist() == pytest.approx([0.8, 0.9, 0.3])
    assert (table["validation_min"].tolist(), table["n"].tolist()) == ([0.1, 0.1, 0.3], [4, 4, 4])
    assert table["share_diverged"].tolist() == [0.25, 0.5, 0.0]


def test_everything_diverged_has_no_rank() -> None:
    table = ranked(lambda *_: None)
    assert table["rank"].isna().all()
    assert (table["n"] == 0).all()


def test_a_tie_goes_to_the_baseline_then_to_the_order_of_the_study() -> None:
    trials, study = declared_study(
        trial_rows(CELLS, range(2), lambda *_: 1.0), factors=FACTORS, baseline={"activation": "gelu"}
    )
    assert cell_table(trials, study)["activation"].tolist() == ["gelu", "relu", "tanh"]


def test_lower_is_better_where_the_direction_says_so() -> None:
    trials, study = declared_study(
        trial_rows(CELLS, range(2), lambda cell, seed: len(cell["activation"]) / 10), factors=FACTORS, direction="min"
    )
    scores = cell_table(trials, study)["validation_mean"]
    assert scores.is_monotonic_increasing
    trials, study = declared_study(
        trial_rows(CELLS, range(2), lambda cell, seed: {"relu": 3.0, "tanh": 1.0, "gelu": 2.0}[cell["activation"]]),
        factors=FACTORS,
        direction="min",
    )
    assert cell_table(trials, study)["activation"].tolist() == ["tanh", "gelu", "relu"]


def test_an_interrupted_run_is_ranked_as_if_all_had_the_same_seeds() -> None:
    # Seed 2 is easy, and only relu has got there.
    trials = trial_rows(
        CELLS, range(3), lambda cell, seed: 0.5 + 0.4 * (seed == 2) + 0.01 * (cell["activation"] == "tanh")
    )
    trials, study = declared_study(trials.iloc[:7], factors=FACTORS)
    table = cell_table(trials, study)
    assert table["activation"].iloc[0] == "tanh"
    assert table["n"].tolist() == [2, 3, 2]
    assert table["validation_mean"].tolist() == pytest.approx([0.51 + 0.4 / 3, 0.5 + 0.4 / 3, 0.5 + 0.4 / 3])


def test_no_trials_no_cells() -> None:
    trials, study = declared_study(trial_rows(CELLS, [], lambda *_: 0.5), factors=FACTORS)
    assert cell_table(trials, study).empty

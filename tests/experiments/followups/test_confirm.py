"""The best of a study, its baseline and the compared levels are trained again, on fresh seeds."""

import pandas as pd
import pytest

from experiments.followups.confirm import best_of_study, confirmation, write_confirmation
from experiments.followups.source import read_source
from experiments.report.page_findings import PageFindings
from experiments.results.follow_ups import follow_ups
from experiments.results.results import read_results
from experiments.study import study_file


@pytest.fixture(scope="module")
def confirmed(results, carried_out):
    source = read_source(results, "small")
    best, cells = best_of_study(PageFindings(read_results(results / "small")), 1)
    again = confirmation(source, cells, 2)
    summary = carried_out(again, results)
    return best, cells, write_confirmation(source, best, summary.folder)


def test_the_best_the_baseline_and_every_compared_level_are_trained_again(results, confirmed) -> None:
    best, cells, said = confirmed
    found = PageFindings(read_results(results / "small"))
    assert cells[0] == found.best["cell"] == best["cell"].iloc[0]
    compared = {*found.effects["cell"], *found.effects["reference_cell"], found.reference}
    assert set(cells) == compared | {cells[0], *found.cells.loc[found.cells["is_baseline"], "cell"]}
    trials = pd.read_csv(results / "small-confirm" / "trials.csv")
    assert sorted(trials["seed"].unique()) == [1_000_000, 1_000_001]
    assert set(trials["cell"]) == set(cells)
    assert len(trials) == 2 * len(cells)
    assert not (results / "small-confirm" / "best.keras").exists()
    assert said[0].startswith("1. ")
    assert "the study saw accuracy" in said[0]
    assert said[-1].endswith("confirmation.csv")


def test_its_rows_are_those_of_the_same_trials_of_the_study_itself(results, confirmed, carried_out, tmp_path) -> None:
    """A fresh seed is a seed like any other: the study run on it gives the same ids and scores."""
    study = study_file.load(results.parent / "small.toml").with_seeds([1_000_000])
    carried_out(study, tmp_path)
    ours = pd.read_csv(results / "small-confirm" / "trials.csv").set_index("trial")
    theirs = pd.read_csv(tmp_path / "small" / "trials.csv").set_index("trial")
    common = ours.index.intersection(theirs.index)
    assert len(common) == len(ours) / 2
    pd.testing.assert_series_equal(ours.loc[common, "validation_accuracy"], theirs.loc[common, "validation_accuracy"])


def test_the_page_finds_it(results, confirmed) -> None:
    read = read_results(results / "small")
    assert PageFindings(read, follow_ups(results / "small", read)).fresh["seed"].nunique() == 2

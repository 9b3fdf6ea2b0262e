"""What a study showed is trained again: which cells, on which seeds, and what may not have changed since."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments import runner, study_file
from experiments.errors import RequestError
from experiments.evidence.calibrate import calibration, cell_to_compare, write_calibration
from experiments.evidence.confirm import best_of_study, confirmation, write_confirmation
from experiments.evidence.source import read_source
from experiments.report.findings import Findings
from experiments.report.follow_ups import follow_ups
from experiments.report.results import read_results
from experiments.train.workers import Inline

STUDY = """
name = "small"
task = {{ name = "moons", n = 60 }}
seeds = 3
epochs = {epochs}
batch_size = 16
[model]
units = [4]
[factors]
activation = ["relu", "tanh"]
learning_rate = [0.003, 0.1]
"""


def carried_out(study, results):
    return runner.run(study, results, Inline(), engine="serial", say=lambda line: None)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "small.toml").write_text(STUDY.format(epochs=15))
    carried_out(study_file.load(folder / "small.toml"), folder / "results")
    return folder / "results"


@pytest.fixture(scope="module")
def confirmed(results):
    source = read_source(results, "small")
    best, cells = best_of_study(Findings(read_results(results / "small")), 1)
    again = confirmation(source, cells, 2)
    summary = carried_out(again, results)
    return best, cells, write_confirmation(source, best, summary.folder)


def test_the_best_the_baseline_and_every_compared_level_are_trained_again(results, confirmed) -> None:
    best, cells, said = confirmed
    found = Findings(read_results(results / "small"))
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


def test_its_rows_are_those_of_the_same_trials_of_the_study_itself(results, confirmed, tmp_path) -> None:
    """A fresh seed is a seed like any other: the study run on it gives the same ids and scores."""
    study = study_file.load(results.parent / "small.toml").with_seeds([1_000_000])
    carried_out(study, tmp_path)
    ours = pd.read_csv(results / "small-confirm" / "trials.csv").set_index("trial")
    theirs = pd.read_csv(tmp_path / "small" / "trials.csv").set_index("trial")
    common = ours.index.intersection(theirs.index)
    assert len(common) == len(ours) / 2
    pd.testing.assert_series_equal(
        ours.loc[common, "validation_accuracy"], theirs.loc[common, "validation_accuracy"]
    )  # fmt: skip


def test_the_page_finds_both(results, confirmed) -> None:
    source = read_source(results, "small")
    read = read_results(results / "small")
    cell = cell_to_compare(Findings(read))
    again = calibration(source, cell, comparisons=3, seeds=2)
    summary = carried_out(again, results)
    assert "of 3 comparisons of a cell with itself" in write_calibration(again, summary.folder)
    trials = pd.read_csv(summary.folder / "trials.csv")
    assert sorted(trials["salt"].unique()) == [1, 2, 3, 4, 5, 6]
    assert (trials[["activation", "learning_rate"]] == trials[["activation", "learning_rate"]].iloc[0]).all(axis=None)
    assert trials["validation_cross_entropy"].nunique() == 12  # other weights on the same data
    found = Findings(read, follow_ups(results / "small", read))
    assert found.calibration["comparisons"] == 3
    assert found.fresh["seed"].nunique() == 2
    other = replace(again, search=again.search | {"cell": "other"})
    with pytest.raises(RequestError, match="differs; --fresh"):
        carried_out(other, results)


def test_what_can_not_be_tested_says_why(results, confirmed, tmp_path) -> None:
    with pytest.raises(RequestError, match='did you mean "small"'):
        read_source(results, "smal")
    with pytest.raises(RequestError, match="themselves a test of small"):
        read_source(results, "small-confirm")
    place = results.parent / "small.toml"
    place.write_text(STUDY.format(epochs=15).replace("batch_size = 16", "batch_size = 8"))
    try:
        with pytest.raises(RequestError, match="batch_size: the results have 16, the study has 8"):
            read_source(results, "small")
    finally:
        place.write_text(STUDY.format(epochs=15))


def test_a_study_run_with_other_epochs_is_tested_with_those(tmp_path) -> None:
    (tmp_path / "small.toml").write_text(STUDY.format(epochs=15))
    study = study_file.load(tmp_path / "small.toml").with_epochs(1).with_seeds([0])
    carried_out(study, tmp_path / "results")
    source = read_source(tmp_path / "results", "small")
    assert {source.cell(row["cell"])["epochs"] for row in source.rows} == {1}

"""Trials that learned nothing count as failures, and the page says so; where most did, it says that instead."""

import shutil

import pandas as pd
import pytest

from experiments.report.findings import Findings
from experiments.report.results import read_results
from experiments.report.study_page import study_context


@pytest.fixture
def constant(results, tmp_path):
    """A function: the planted grid in which a constant prediction scores this much."""

    def changed(score):
        folder = shutil.copytree(results / "planted", tmp_path / "planted", dirs_exist_ok=True)
        table = pd.read_csv(folder / "trials.csv").assign(constant_score=score)
        table.to_csv(folder / "trials.csv", index=False)
        return Findings(read_results(folder)), table

    return changed


def test_what_scores_no_better_than_a_constant_is_a_failure(constant) -> None:
    found, table = constant(0.76)
    low = table["status"].eq("ok") & (table["validation_accuracy"] <= 0.76)
    assert 0 < low.sum() < len(table) / 2
    assert found.collapsed == low.sum()
    assert found.counts["diverged"] == low.sum() + table["status"].eq("diverged").sum()
    assert f"the same prediction for every example ({low.sum()} did)" in study_context(found)["trained"]
    cell = table.loc[low, "cell"].iloc[0]
    assert found.cell(cell)["diverged"] >= 1


def test_where_most_learned_nothing_scores_stand_and_the_page_warns(constant) -> None:
    found, table = constant(0.99)
    ok = int(table["status"].eq("ok").sum())
    assert found.counts["ok"] == ok
    text = f"{ok} of {ok} trials score no better than the same prediction for every example"
    assert any(text in one for one in study_context(found)["caveats"])
    assert "for every example" not in study_context(found)["trained"]


def test_where_it_is_not_known_nothing_changes(constant, results) -> None:
    found, _ = constant(None)
    assert found.collapsed == 0
    assert found.counts == Findings(read_results(results / "planted")).counts

"""Trials that learned nothing count everywhere like any other, and the page says how many there are."""

import dataclasses
import shutil

import pandas as pd
import pytest

from experiments.analysis.failure_cost import with_costs
from experiments.report.page_findings import PageFindings
from experiments.report.pages.study_page import study_context
from experiments.report.tables.failures_tables import nothing_table
from experiments.report.tables.tables import best_table
from experiments.results.results import read_results
from tests.experiments.report.tables.test_tables import column


@pytest.fixture
def constant(results, tmp_path):
    """A function: the planted grid in which a constant prediction scores this much."""

    def changed(score):
        folder = shutil.copytree(results / "planted", tmp_path / "planted", dirs_exist_ok=True)
        table = pd.read_csv(folder / "trials.csv").assign(constant_score=score)
        table.to_csv(folder / "trials.csv", index=False)
        return PageFindings(read_results(folder)), table

    return changed


def at_a_cost(results, score):
    """The same results in which a failure is declared to cost this much."""
    study = dataclasses.replace(results.study, failure_score=score)
    trials = with_costs(results.as_written, study).assign(score_is=results.trials["score_is"])
    return dataclasses.replace(results, study=study, trials=trials)


@pytest.mark.parametrize("score", [0.76, 0.99])
def test_what_scores_no_better_than_a_constant_counts_and_is_told_beside(constant, results, score) -> None:
    found, table = constant(score)
    without = PageFindings(at_a_cost(read_results(results / "planted"), score))
    low = table["status"].eq("ok") & (table["validation_accuracy"] <= score)
    ok = int(table["status"].eq("ok").sum())
    assert 0 < low.sum() == found.learned_nothing
    assert found.counts == without.counts
    told = [column for column in found.cells if column != "learned_nothing"]
    pd.testing.assert_frame_equal(found.cells[told], without.cells[told])
    pd.testing.assert_frame_equal(found.effects, without.effects)
    context = study_context(found)
    assert ("learned nothing", str(low.sum())) in context["facts"]
    (caveat,) = (sentence for sentence in context["caveats"] if "learned nothing" in sentence)
    assert caveat.startswith(
        f"{low.sum()} of {ok} trials learned nothing: they score no better than the same prediction"
    )
    assert ("most of this study learned nothing" in caveat) == (2 * low.sum() > ok)
    assert "learned nothing: it scores no better" in context["trained"]
    assert sum(int(cell.split(" of ")[0]) for cell in column(best_table(found), "Learned nothing")) == low.sum()
    by_level = column(nothing_table(found), "Trials that learned nothing")[:3]
    assert sum(int(cell.split(" of ")[0]) for cell in by_level) == low.sum(), "the levels of the first factor"


def test_where_it_is_not_known_nothing_is_said(constant, results) -> None:
    found, _ = constant(None)
    assert found.learned_nothing == 0
    assert nothing_table(found) is None
    assert "learned nothing" not in str(study_context(found)["caveats"])

"""A cell is trained again and again and compared with itself: the method's own rate of false findings."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.followups.calibrate import calibration, cell_to_compare, write_calibration
from experiments.followups.source import read_source
from experiments.report.page_findings import PageFindings
from experiments.results.follow_ups import follow_ups
from experiments.results.results import read_results


def test_a_cell_is_compared_with_itself_and_the_page_finds_it(results, carried_out) -> None:
    source = read_source(results, "small")
    read = read_results(results / "small")
    cell = cell_to_compare(PageFindings(read))
    again = calibration(source, cell, comparisons=3, seeds=2)
    summary = carried_out(again, results)
    assert "of 3 comparisons of a cell with itself" in write_calibration(again, summary.folder)
    trials = pd.read_csv(summary.folder / "trials.csv")
    assert sorted(trials["salt"].unique()) == [1, 2, 3, 4, 5, 6]
    assert (trials[["activation", "learning_rate"]] == trials[["activation", "learning_rate"]].iloc[0]).all(axis=None)
    assert trials["validation_cross_entropy"].nunique() == 12  # other weights on the same data
    assert PageFindings(read, follow_ups(results / "small", read)).calibration["comparisons"] == 3
    other = replace(again, origin=replace(again.origin, cell="other"))
    with pytest.raises(RequestError, match="differs; --fresh"):
        carried_out(other, results)

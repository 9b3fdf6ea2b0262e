"""The axis of score against learning rate ends where absurd rates would squeeze the rest."""

import pandas as pd
import pytest

from experiments.report.figures.rates import rates_figure
from experiments.report.page_findings import PageFindings
from experiments.results.results import Results
from tests.experiments.report.results_folder import cells_of, declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh"], "learning_rate": [0.0001, 0.001, 0.01, 0.1]}


def figure_of(scores, direction="max"):
    """The figure of a study whose score depends on the rate alone."""
    rows = trial_rows(cells_of("grid", FACTORS, {}, {}), range(3), lambda cell, seed: scores[cell["learning_rate"]])
    trials, study = declared_study(rows, factors=FACTORS, direction=direction)
    return rates_figure(PageFindings(Results(study, {}, trials, pd.DataFrame())))


def limits_of(figure):
    from matplotlib.figure import Figure as Canvas

    axis = Canvas().subplots()
    figure.draw(axis)
    return axis.get_ylim()


def test_what_is_far_below_runs_out_at_the_foot() -> None:
    figure = figure_of({0.0001: 0.1, 0.001: 0.90, 0.01: 0.95, 0.1: 0.92})
    low, high = limits_of(figure)
    assert 80 < low < 90
    assert 95 < high < 97
    assert "down to 10.0\N{NO-BREAK SPACE}%, runs out at the foot" in figure.caption
    assert "10.0" in figure.alt


def test_an_error_far_above_runs_out_at_the_top() -> None:
    figure = figure_of({0.0001: 0.9, 0.001: 0.10, 0.01: 0.05, 0.1: 0.08}, direction="min")
    low, high = limits_of(figure)
    assert low < 5
    assert 10 < high < 20
    assert "runs out at the top" in figure.caption


@pytest.mark.parametrize("worst", [0.88, 0.85])
def test_all_is_shown_where_nothing_squeezes_it(worst) -> None:
    figure = figure_of({0.0001: worst, 0.001: 0.90, 0.01: 0.95, 0.1: 0.92})
    assert limits_of(figure)[0] < 100 * worst
    assert "runs out" not in figure.caption

"""Which comparison leads a page whose question declares none."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.analysis.lead import lead
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, planted, trial_rows

_, STUDY = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(2), planted))
COLUMNS = ["factor", "cell", "mean", "outcome", "n"]


def table(*rows):
    return pd.DataFrame([(*row, 5) for row in rows], columns=COLUMNS)


LEVELS = table(
    ("activation", "a", 0.03, "better"),
    ("loss", "b", -0.04, "worse"),
    ("learning_rate", "c", 0.5, "better"),
    ("activation", "d", -0.01, "worse"),
)
CELLS = table((None, "e", 0.09, "not told apart"), (None, "f", 0.05, "better"), (None, "g", 0.06, "better"))
OPEN = table((None, "h", 0.01, "not told apart"), (None, "i", -0.02, "worse"))


@pytest.mark.parametrize(
    ("design", "levels", "cells", "expected"),
    [
        ("grid", LEVELS, CELLS, "g"),
        ("grid", LEVELS, OPEN, "a"),
        ("grid", LEVELS.iloc[1:2], OPEN, "h"),
        ("one-factor", LEVELS, CELLS, "c"),
        ("leave-one-out", LEVELS, CELLS, "b"),
        ("leave-one-out", LEVELS.head(1), CELLS, "a"),
    ],
)
def test_it_is_the_largest_that_is_shown_else_the_largest_seen(design, levels, cells, expected):
    assert lead(levels, cells, replace(STUDY, design=design))["cell"] == expected


def test_under_conditions_levels_lead():
    study = replace(STUDY, data_settings=frozenset({"loss"}))
    assert study.conditions == ["loss"]
    assert lead(LEVELS, CELLS, study)["cell"] == "a"


def test_there_is_none_where_nothing_is_compared_or_nothing_is_ahead_of_the_baseline():
    assert lead(LEVELS, CELLS, replace(STUDY, design="random")) is None
    assert lead(LEVELS.assign(n=0), CELLS.assign(n=0), STUDY) is None
    assert lead(LEVELS.iloc[1:2], OPEN.tail(1), STUDY) is None

"""The smallest effect of interest: declared, or that of the metric."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.analysis.smallest_effect import smallest_effects
from tests.experiments.report.results_folder import declared_study, trial_rows

STUDY = declared_study(trial_rows([{"activation": "relu"}], [0], lambda *_: 0.5), factors={"activation": ["relu"]})[1]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [0.005, 0.005]),
        ({"task": "mnist"}, [0.002, 0.002]),
        ({"primary": "mean_absolute_error"}, [0.05, 0.1]),
        ({"primary": "mean_absolute_error", "smallest_effect": 0.3}, [0.3, 0.3]),
        ({"primary": "r2_score"}, [0.005, 0.005]),
        ({"primary": "roc_auc", "given_unit": "bounded"}, [0.005, 0.005]),
        ({"primary": "brier_score"}, [0.05, 0.1]),
        ({"smallest_effect": 0.01}, [0.01, 0.01]),
    ],
)
def test_it_is_the_declared_one_or_that_of_the_metric(changes, expected) -> None:
    assert list(smallest_effects(replace(STUDY, **changes), np.array([1.0, -2.0]))) == pytest.approx(expected)

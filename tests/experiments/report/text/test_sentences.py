"""A reason is given only where it is the reason."""

import pytest

from experiments.report.page_findings import PageFindings
from experiments.report.text.answer import answer
from experiments.results.results import Results
from tests.experiments.report.conftest import TWO
from tests.experiments.report.results_folder import declared_study, manifest_of, trial_rows

FACTORS = {"activation": ["relu", "tanh"]}
RELU = [None, 0.80, 0.70, 0.90, 0.75, 0.85, 0.80, 0.80]  # 0.8 on average, where it trains


@pytest.mark.parametrize(("shift", "because"), [(-0.001, True), (0.001, False)])
def test_divergence_is_the_reason_for_a_rank_only_where_the_mean_is_none(shift, because) -> None:
    scores = {"relu": RELU, "tanh": [score + shift for score in (0.8, 0.7, 0.8, 0.8, 0.9, 0.75, 0.85, 0.8)]}
    rows = trial_rows(TWO, range(8), lambda cell, seed: scores[cell["activation"]][seed])
    trials, study = declared_study(rows, factors=FACTORS)
    text = answer(PageFindings(Results(study, manifest_of(rows, factors=FACTORS), trials))).sentence
    told = "tanh ranks first of 2 configurations because the baseline’s relu diverged on 1 of 8 seeds"
    assert (told in text) == because

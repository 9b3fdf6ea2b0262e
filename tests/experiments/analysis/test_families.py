"""How the 0.05 of a page is dealt, and Holm's levels."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.declared import PrimaryComparison
from experiments.analysis.families import SHARES, WITH_PRIMARY, families, holm_levels
from tests.experiments.report.results_folder import declared_study, trial_rows

TWO = {"activation": ["relu", "tanh"], "loss": ["a", "b"]}


def dealt(factors, **manifest):
    cells = [{name: levels[0] for name, levels in factors.items() if isinstance(levels, list)}]
    return families(declared_study(trial_rows(cells, range(2), lambda *_: 0.5), factors=factors, **manifest)[1])


def test_the_whole_is_dealt_whatever_families_there_are() -> None:
    assert sum(SHARES.values()) == pytest.approx(1) == sum(WITH_PRIMARY.values())
    assert dealt(TWO) == SHARES
    rates = {"activation": ["relu", "tanh"], "learning_rate": [0.1, 0.2]}
    assert dealt(rates) == pytest.approx({"levels": 0.85, "configurations": 0.1, "best": 0.05}), "a rate is tuned"
    one = pytest.approx({"levels": 0.95, "best": 0.05})
    assert dealt({"activation": ["relu", "tanh"]}) == one == dealt(TWO, design="one-factor")
    assert dealt({"activation": ["relu", "tanh"]}, design="random") == {"best": 1.0}


def test_conditions_share_what_a_page_has() -> None:
    trials = trial_rows([{"activation": "relu", "share": 0.0}], range(2), lambda *_: 0.5)
    _, study = declared_study(trials, factors={"activation": ["relu", "tanh"], "share": [0.0, 0.2, 0.4]})
    study = replace(study, data_settings=frozenset({"share"}))
    assert families(study) == pytest.approx({"levels": 0.95, "best": 0.05})
    part = study.under({"share": "0.2"})
    assert families(part) == families(study)
    assert part.share == pytest.approx(1 / 3)


def test_a_declared_comparison_is_a_family_of_its_own() -> None:
    _, study = declared_study(trial_rows([{"activation": "relu", "loss": "a"}], range(2), lambda *_: 0.5), factors=TWO)
    study = replace(study, primary_comparison=PrimaryComparison("activation", "tanh", "relu"))
    assert families(study) == WITH_PRIMARY
    assert families(replace(study, design="one-factor")) == pytest.approx(
        {"primary": 0.8, "levels": 0.15, "best": 0.05}
    )


def test_holms_levels_reject_what_his_adjusted_p_values_do() -> None:
    generator = np.random.default_rng(0)
    for _ in range(50):
        p = generator.uniform(size=8) ** 4
        order = np.argsort(p)
        adjusted = np.empty(8)
        adjusted[order] = np.maximum.accumulate((8 - np.arange(8)) * p[order])
        levels = holm_levels(p, 0.05, 8)
        assert ((p <= levels) == (adjusted <= 0.05)).all()


def test_comparisons_without_p_count_and_are_not_found() -> None:
    levels = holm_levels(np.array([np.nan, 0.001, 0.02]), 0.05, 3)
    assert levels.tolist() == pytest.approx([0.05, 0.05 / 3, 0.025])
    assert holm_levels(np.array([0.9, 0.001]), 0.05, 1).tolist() == [0.05, 0.05], "each by itself"
    assert holm_levels(np.empty(0), 0.05, 0).tolist() == []


def test_by_chance_a_family_finds_anything_on_few_pages() -> None:
    p = 2 * stats.norm.sf(np.abs(np.random.default_rng(1).normal(size=(4000, 10))))
    p[:, 0] = 0.0  # a true one, always found
    false = sum((row[1:] <= holm_levels(row, 0.05, 10)[1:]).any() for row in p)
    assert stats.binom.sf(false - 1, 4000, 0.05) > 0.001

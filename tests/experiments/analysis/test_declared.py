"""What a manifest declares."""

from dataclasses import replace

import pytest

from experiments.analysis.declared import PrimaryComparison, read_declared
from tests.experiments.report.results_folder import (
    GRID,
    cells_of,
    declared_study,
    manifest_of,
    planted,
    trial_rows,
)


def test_levels_are_text_in_declared_order_and_later_ones_follow() -> None:
    trials = trial_rows(
        [*cells_of("grid", GRID, {}, {}), {"activation": "gelu", "loss": "mse", "learning_rate": 1}], [0], planted
    )
    _, study = declared_study(trials)
    assert study.factors["activation"] == ("relu", "tanh", "sigmoid", "gelu")
    assert study.factors["learning_rate"] == ("0.0003", "0.003", "0.03", "1")
    assert study.baseline == {"activation": "relu", "loss": "cross_entropy", "learning_rate": "0.0003"}


def test_main_factors_put_activation_and_loss_first_and_the_rate_last() -> None:
    factors = {"learning_rate": [0.1, 1.0], "units": ["8", "16"], "loss": ["a", "b"], "epochs": [4]}
    trials = trial_rows(cells_of("grid", factors, {}, {}), [0], lambda *_: 0.5)
    _, study = declared_study(trials, factors=factors)
    assert study.main == ["loss", "units", "learning_rate"]
    assert "epochs" not in study.varied


def test_a_range_has_no_levels_but_is_varied() -> None:
    factors = {"learning_rate": {"min": 1e-4, "max": 0.1, "scale": "log"}, "activation": ["relu", "tanh"]}
    draws = [{"learning_rate": 0.01, "activation": "relu"}, {"learning_rate": 0.02, "activation": "tanh"}]
    _, study = declared_study(trial_rows(draws, [0], lambda *_: 0.5), factors=factors, design="random")
    assert study.varied == ["learning_rate", "activation"]
    assert study.main == ["activation"]
    assert not study.tuned


def test_leave_one_out_without_factors_takes_both_ends() -> None:
    baseline, without = {"dropout": 0.2, "regularizer": "l2"}, {"dropout": 0.0, "regularizer": "none"}
    trials = trial_rows(cells_of("leave-one-out", {}, baseline, without), [0], lambda *_: 0.5)
    _, study = declared_study(trials, factors={}, baseline=baseline, without=without, design="leave-one-out")
    assert study.factors == {"dropout": ("0.2", "0"), "regularizer": ("l2", "none")}


def test_a_manifest_without_its_metric_is_refused() -> None:
    trials = trial_rows(cells_of("grid", GRID, {}, {}), [0], planted)
    manifest = manifest_of(trials)
    del manifest["primary"]
    with pytest.raises(KeyError, match="primary"):
        read_declared(manifest, trials)


def test_settings_of_the_task_are_conditions_of_a_grid_unless_nothing_else_varies() -> None:
    factors = {"loss": ["a", "b"], "share": [0.0, 0.2], "noise": [0.1, 0.3]}
    trials = trial_rows(cells_of("grid", factors, {}, {}), [0], lambda *_: 0.5)
    trials, _ = declared_study(trials, factors=factors)
    study = read_declared(manifest_of(trials, factors=factors), trials, ["share", "noise", "n"])
    assert study.conditions == ["share", "noise"]
    assert study.condition_levels[1] == {"share": "0", "noise": "0.3"}
    part = study.under(study.condition_levels[1])
    assert (part.varied, part.held["noise"], part.settings["noise"]) == (["loss"], "0.3", "0.3")
    alone = read_declared(manifest_of(trials, factors={"share": [0.0, 0.2]}), trials, ["share"])
    assert alone.conditions == []
    assert alone.condition_levels == [{}]


def test_the_primary_comparison_is_read_with_its_levels_as_text() -> None:
    trials = trial_rows(cells_of("grid", GRID, {}, {}), [0], planted)
    manifest = manifest_of(trials)
    assert read_declared(manifest, trials).primary_comparison is None
    manifest["study"]["compare"] = {
        "factor": "learning_rate",
        "level": 3e-3,
        "against": "0.00030",
        "conditions": {"loss": "huber(delta=0.5)"},
    }
    found = read_declared(manifest, trials).primary_comparison
    assert found == PrimaryComparison("learning_rate", "0.003", "0.0003", {"loss": "huber(delta=0.5)"})


def test_fresh_seeds_and_the_studys_own_share_what_a_page_may_spend() -> None:
    trials = trial_rows([{"activation": "relu", "share": 0.0}], range(2), lambda *_: 0.5)
    _, study = declared_study(trials, factors={"activation": ["relu", "tanh"], "share": [0.0, 0.2]})
    study = replace(study, data_settings=frozenset({"share"}), looks=(2, 4), share=0.2)
    beside = study.beside_fresh()
    assert beside.share / study.share + beside.fresh_share == pytest.approx(1.0)
    assert beside.beside_fresh() == beside
    parts = [beside.under(condition) for condition in beside.condition_levels]
    assert sum(part.share for part in parts) == pytest.approx(beside.share)
    assert sum(part.fresh_share for part in parts) == pytest.approx(beside.fresh_share)
    assert all(part.beside_fresh() == part for part in parts)

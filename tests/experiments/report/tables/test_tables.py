"""The tables of a page."""

import numpy as np
import pytest
from scipy import stats

from experiments.report.page_findings import PageFindings
from experiments.report.tables.failures_tables import errors_table, failures_table, nothing_table
from experiments.report.tables.shares import shares_table
from experiments.report.tables.tables import (
    best_table,
    chosen_table,
    effects_table,
    other_tests_table,
)
from tests.experiments.report.conftest import EVERY
from tests.experiments.report.found import found_in


def of(results, name: str) -> PageFindings:
    return found_in(results / name)


def column(table, head: str) -> list[str]:
    place = [name for name, _ in table.heads].index(head)
    return [row[place].text for row in table.rows]


def test_effects(results) -> None:
    table = effects_table(of(results, "planted"))
    assert column(table, "Level") == ["tanh", "sigmoid", "huber(delta=0.5)", "0.003", "0.03"]
    assert column(table, "Outcome") == ["better", "worse", "worse", "better", "better"]
    assert column(table, "Gain (points)")[0] == "+1.7"


def test_other_tests_stand_beside_each_comparison(results) -> None:
    findings = of(results, "planted")
    table = other_tests_table(findings)
    assert column(table, "Level") == ["tanh", "sigmoid", "huber(delta=0.5)", "0.003", "0.03"]
    gains = findings.effect_seeds.query("pair == 0")["gain"]
    assert float(column(table, "t")[0]) == pytest.approx(stats.ttest_1samp(gains, 0).pvalue, rel=0.05)
    assert column(table, "Sign flips")[0] == "0.062", "five seeds of one sign: 2 of 32"
    assert column(table, "Below it") == ["t"] * 5
    assert sorted(column(table, "Limit")) == ["0.006", "0.0075", "0.01", "0.015", "0.03"], "Holm’s steps"
    assert column(other_tests_table(of(results, "close")), "Below it") == ["all three"]
    assert column(other_tests_table(of(results, "noisy")), "Below it") == ["none"]
    assert other_tests_table(of(results, "one-seed")) is None
    assert other_tests_table(of(results, "random")) is None


def test_effects_say_what_their_columns_mean(results) -> None:
    note = effects_table(of(results, "planted")).note
    assert "at which the row was judged (Holm over 5 rows, so that at most 3 % of such tables have any wrong)" in note
    assert sorted(column(effects_table(of(results, "planted")), "At level"))[:2] == ["97 %", "98.5 %"]
    assert "Seeds needed" not in note, "all are told apart"
    assert column(effects_table(of(results, "planted")), "Seeds needed") == ["–"] * 5
    assert "Seeds needed: to find a true difference of 0.5 points" in effects_table(of(results, "noisy")).note


def test_how_far_each_can_be_behind_the_best(results) -> None:
    findings = of(results, "planted")
    table, beside = best_table(findings), findings.against_best
    most = [float(field) for field in column(table, "Behind the best by at most (points)")[1:]]
    assert most == pytest.approx((-100 * beside["low"]).tolist(), abs=0.0501)
    assert (np.array(column(table, "May be the best")[1:]) == "no").tolist() == beside["apart"].tolist()


def test_shares_of_the_variance_have_their_intervals(results) -> None:
    findings = of(results, "planted")
    table = shares_table(findings)
    assert column(table, "Factor")[:2] == ["activation", "learning rate"], "sigmoid’s failures count"
    row = findings.variance.sort_values("share").iloc[-1]
    assert column(table, "Share (%)")[0] == f"{100 * row['share']:.1f}"
    assert column(table, "95 % interval (%)")[0] == f"{100 * row['low']:.1f} to {100 * row['high']:.1f}"
    assert column(shares_table(of(results, "space-tune-random")), "Factor") == [
        "learning rate",
        "activation",
        "dropout",
    ]
    assert shares_table(of(results, "one-factor")) is shares_table(of(results, "nothing-matters")) is None


def test_the_baseline_has_its_test_score_under_each_condition(results) -> None:
    rows = {row[0].text: [field.text for field in row[1:]] for row in chosen_table(of(results, "conditions")).rows}
    assert rows["The baseline’s there"][0] == rows["Score on the test set"][0], "it ranks first with share 0"
    assert rows["Gain over it there"][0] == "–"
    assert rows["Gain over it there"][1].startswith("5.0 points (4.8 to ")


def test_the_places_of_both_baselines_are_told(results) -> None:
    told = best_table(of(results, "planted")).note
    assert told.startswith("The baseline ranks 13, the tuned baseline (learning rate 0.003) ranks 3.")


def test_best_shows_no_test_score_and_sorts_by_what_it_shows(results) -> None:
    findings = of(results, "planted")
    table = best_table(findings)
    assert not any("test" in head.lower() for head, _ in table.heads)
    assert table.sortable
    assert [row[0].key for row in table.rows] == list(range(1, 19))
    assert column(table, "May be the best")[0] == "ranks first"
    assert sorted(set(column(table, "Diverged"))) == ["0 of 5", "2 of 5"]


def test_best_is_cut_where_it_is_long(results, monkeypatch) -> None:
    monkeypatch.setattr("experiments.report.tables.tables.MOST_CELLS", 4)
    table = best_table(of(results, "planted"))
    assert len(table.rows) == 4
    assert table.caption == "The best 4 of 18 configurations by validation accuracy, each over 5 seeds"


def test_the_chosen_settings_are_whole(results) -> None:
    table = chosen_table(of(results, "planted"))
    chosen = {row[0].text: row[1].text for row in table.rows}
    assert chosen["Activation"] == "tanh"
    assert chosen["Learning rate"] == "0.003"
    assert chosen["Batch size"] == "32"


@pytest.mark.parametrize("name", EVERY)
def test_no_field_has_a_hole(results, name: str) -> None:
    findings = of(results, name)
    for make in (best_table, chosen_table, effects_table, errors_table, failures_table, nothing_table):
        table = make(findings) if findings.best is not None or make is not effects_table else None
        for row in table.rows if table else ():
            assert len(row) == len(table.heads)
            assert not any(field.text in ("", "nan", "None") for field in row)

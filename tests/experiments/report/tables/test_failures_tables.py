"""The tables of what diverged, learned nothing or failed."""

from experiments.report.tables.failures_tables import errors_table, failures_table, nothing_table
from tests.experiments.report.tables.test_tables import column, of


def test_errors_name_cell_seed_and_message(results) -> None:
    table = errors_table(of(results, "some-failed"))
    assert len(table.rows) == 9
    assert table.rows[0][2].text == "ValueError: shapes differ"
    assert column(table, "Seed") == ["2"] * 9


def test_what_diverged_and_what_learned_nothing_are_two_tables(results) -> None:
    table = failures_table(of(results, "planted"))
    assert dict(zip(column(table, "Level"), column(table, "Diverged trials"), strict=True))["sigmoid"] == "4 of 30"
    assert nothing_table(of(results, "planted")) is None, "nothing is known of a constant there"

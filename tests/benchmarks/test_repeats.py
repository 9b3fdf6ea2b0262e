import pandas as pd
import pytest
import repeats


def verdicts(*families):
    rows = [(family, verdict) for family, words in families for verdict in words]
    return pd.DataFrame(rows, columns=["family", "verdict"])


def test_families_take_turns_until_as_many_verdicts_are_drawn_as_asked_for():
    table = verdicts(("levels", ["better", "not told apart", "worse"]), ("configurations", ["worse"] * 30))
    chosen = table[repeats.choose_verdicts(table, 6)]
    assert chosen["family"].value_counts().to_dict() == {"configurations": 4, "levels": 2}
    assert set(chosen["verdict"]) <= {"better", "worse"}


def test_all_verdicts_are_drawn_where_there_are_fewer():
    table = verdicts(("interactions", ["differs", "not told apart"]), ("levels", ["identical"]))
    assert repeats.choose_verdicts(table, 12).tolist() == [True, False, False]
    assert not repeats.choose_verdicts(table.assign(verdict="not told apart"), 12).any()


def test_sums_are_compared_study_by_study_since_units_differ():
    table = pd.DataFrame({"study": ["a", "a", "b"], "gain": [0.1, 0.3, 200.0], "again": [0.2, 0.2, 100.0]})
    assert repeats.of_sums(table) == pytest.approx((1.0 + 0.5) / 2)


def test_gains_may_differ_by_what_both_standard_errors_let_expect():
    table = pd.DataFrame({"gain": 1.0, "error": 0.3, "again": [1.9, 2.2, 0.0], "again_error": 0.4, "seeds": 1000})
    assert repeats.count_expected(table) == 1  # within 1.96 · 0.5

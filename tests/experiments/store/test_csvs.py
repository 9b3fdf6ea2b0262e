"""`trials.csv` and `history.csv`: the same rows give the same bytes, and values come back exactly."""

import base64
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.store.csvs import csv_text, write_csvs
from experiments.store.journal import Journal, Outcome, RightAnswers
from experiments.study.columns import history_columns, trial_columns

SETTINGS = ["activation", "regularizer", "learning_rate", "units"]
METRICS = ("accuracy",)
SCORES = {"train_loss": 1 / 3, "validation_loss": 0.1, "validation_accuracy": 2 / 3}


def row(trial, seed=0, activation="relu", rate=0.1, status="ok", **more):
    known = {"study": "s", "trial": trial, "cell": f"c{trial}", "seed": seed, "task": "xor", "model": "mlp"}
    settings = {"activation": activation, "regularizer": "none", "learning_rate": rate, "units": "8-8"}
    ending = {"parameters": 9, "epochs_run": 2, "seconds": 0.5, "engine": "serial"}
    scores = SCORES | {"test_accuracy": 0.1 + 0.2} if status == "ok" else {}
    return known | settings | {"status": status} | scores | ending | more


ROWS = [
    row("a", 0, "relu", 0.1),
    row("b", 0, "relu", 2),
    row("c", 0, "relu", 10.0),  # as numbers 0.1 < 2 < 10, whatever they are as text
    row("d", 0, "tanh", 0.1),
    row("e", 2, "relu", 0.1),
    row("f", 10, "relu", 0.1),
]


@pytest.fixture
def written(tmp_path):
    """A function: both files of rows added in this order."""
    made = iter(range(1000))

    def written(rows, settings=SETTINGS):
        folder = tmp_path / str(next(made))
        folder.mkdir()
        journal = Journal(folder / "journal.sqlite")
        for row in rows:
            history = [{"epoch": epoch, **SCORES} for epoch in (1, 2)] if row["status"] == "ok" else []
            journal.add(Outcome(row["trial"], row, history))
        write_csvs(journal, folder, settings, METRICS)
        journal.close()
        return folder

    return written


def both(folder):
    return [(folder / name).read_bytes() for name in ("trials.csv", "history.csv")]


def test_columns_and_rows_are_in_their_order(written):
    folder = written(ROWS)
    trials, history = pd.read_csv(folder / "trials.csv"), pd.read_csv(folder / "history.csv")
    assert list(trials) == trial_columns(SETTINGS, METRICS)
    assert list(history) == history_columns(METRICS)
    assert "".join(trials["trial"]) == "abcdef"
    assert "".join(history["trial"]) == "aabbccddeeff"
    assert list(history["epoch"]) == [1, 2] * 6


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [2, 0, 5, 1, 4, 3]])
def test_the_order_in_which_trials_ended_does_not_matter(written, order):
    assert both(written([ROWS[number] for number in order])) == both(written(ROWS))


def test_rows_from_before_a_setting_came_have_the_level_that_changes_nothing(written):
    settings = [*SETTINGS, "patience", "schedule"]
    rows = [row("a"), row("b", patience=3, schedule="linear")]
    trials = pd.read_csv(written(rows, settings) / "trials.csv").set_index("trial")
    assert list(trials.loc["a", ["patience", "schedule"]]) == [0, "constant"]
    assert list(trials.loc["b", ["patience", "schedule"]]) == [3, "linear"]


def test_rows_that_differ_in_nothing_else_go_by_their_ids(written):
    twins = [row("y"), row("x")]
    assert both(written(twins)) == both(written(twins[::-1]))


def test_a_setting_that_only_some_rows_have_is_empty_in_the_others(written):
    settings = [*SETTINGS, "width"]
    rows = [row("a", width=4), row("b"), row("c", width="wide"), row("d", width=None), row("e", width=True)]
    folder = written(rows, settings)
    assert both(folder) == both(written(rows[::-1], settings))
    assert set(pd.read_csv(folder / "trials.csv", dtype=str, keep_default_na=False)["width"]) == {
        "4",
        "",
        "wide",
        "True",
    }


def test_written_again_both_files_are_left_alone(written):
    folder = written(ROWS)
    before = {name: (folder / name).stat() for name in ("trials.csv", "history.csv")}
    journal = Journal(folder / "journal.sqlite")
    write_csvs(journal, folder, SETTINGS, METRICS)
    for name, stat in before.items():
        again = (folder / name).stat()
        assert (again.st_ino, again.st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns)
    journal.add(Outcome("g", row("g", 99)))
    write_csvs(journal, folder, SETTINGS, METRICS)
    journal.close()
    assert (folder / "trials.csv").read_text().count("\n") == len(ROWS) + 2


def test_values_come_back_exactly_through_pandas(written):
    generator = np.random.default_rng(0)
    numbers = [float(draw) for draw in generator.normal(size=40) * 10.0 ** generator.integers(-30, 30, 40)]
    rows = [row(f"{index:02}", index, validation_loss=number) for index, number in enumerate(numbers)]
    table = pd.read_csv(written(rows) / "trials.csv")
    assert list(table["validation_loss"]) == numbers
    assert set(table["test_accuracy"]) == {0.1 + 0.2}
    assert set(table["regularizer"]) == {"none"}  # no missing value, for pandas either


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_every_number_comes_back_exactly(numbers):
    text = csv_text(["x"], [{"x": number} for number in numbers])
    assert list(pd.read_csv(io.StringIO(text))["x"]) == numbers


@pytest.mark.parametrize(
    "text", ["elastic_net(l1=0.1, l2=0.1)", 'a "quoted" word', "two\nlines", "ε – é", " padded ", "=1+1", "'"]
)
def test_every_text_comes_back_exactly(written, text):
    table = pd.read_csv(written([row("a", activation=text, error=text)]) / "trials.csv")
    assert table["activation"][0] == table["error"][0] == text


@pytest.mark.parametrize("status", ["diverged", "failed"])
def test_what_has_no_score_has_empty_fields_and_no_history(written, status):
    folder = written([row("a", status=status, error="why"), row("b", 1)])
    table = pd.read_csv(folder / "trials.csv").set_index("trial")
    scores = ["train_loss", "validation_loss", "validation_accuracy", "test_accuracy"]
    assert table.loc["a", scores].isna().all()
    assert table.loc["b", scores].notna().all()
    assert ",,,," in (folder / "trials.csv").read_text()
    assert list(pd.read_csv(folder / "history.csv")["trial"]) == ["b", "b"]


def test_without_rows_there_are_the_headers(written):
    assert [content.count(b"\n") for content in both(written([]))] == [1, 1]


def test_lines_end_the_same_on_every_system(written):
    assert all(b"\r" not in content for content in both(written(ROWS)))


def test_right_answers_are_written_where_seeds_share_their_test_set(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite")
    sets = {"b": "shared", "a": "shared", "e": "shared", "f": "another"}
    for row in ROWS:
        answers = RightAnswers(sets[row["trial"]], 10, b"\xaa\x80") if row["trial"] in sets else None
        journal.add(Outcome(row["trial"], row, [], answers))
    write_csvs(journal, tmp_path, SETTINGS, METRICS)
    table = pd.read_csv(tmp_path / "correct.csv")
    assert list(table["trial"]) == ["a", "b", "e"]
    assert base64.b64decode(table["correct"][0]) == b"\xaa\x80"
    journal.add(*(Outcome(row["trial"], row) for row in ROWS))
    write_csvs(journal, tmp_path, SETTINGS, METRICS)
    assert not (tmp_path / "correct.csv").exists()
    journal.close()

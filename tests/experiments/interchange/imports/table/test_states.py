"""How runs ended, in each tool's words."""

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.table.states import MEANINGS, TOOLS, states_of
from tests.experiments.interchange.imports.table.verdicts import read, said


def meanings(*words, **given):
    return states_of("state", list(words), list(range(1, len(words) + 1)), given).meanings


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_s_words_are_known_together(tool):
    assert meanings(*TOOLS[tool]) == list(TOOLS[tool].values())
    assert {*TOOLS[tool].values()} <= {*MEANINGS}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("COMPLETE PRUNED FAIL WAITING", "finished pruned failed waiting"),
        ("TrialState.COMPLETE TrialState.PRUNED", "finished pruned"),
        ("TERMINATED ERROR", "finished failed"),
        ("terminated error", "failed failed"),
        ("Finished Crashed", "finished failed"),
        ("COMPLETED FAILED", "finished failed"),
        ("COMPLETED PREEMPTED", "finished failed"),
        ("finished preempted", "finished running"),
        ("FINISHED SCHEDULED", "finished waiting"),
        ("COMPLETED EARLY_STOPPED", "finished pruned"),
    ],
)
def test_words_mean_what_the_tool_means_that_has_them_all(words, expected):
    assert meanings(*words.split()) == expected.split()


def test_slurm_says_who_cancelled_and_cuts_words():
    assert meanings("COMPLETED", "CANCELLED by 1000", "OUT_OF_ME+") == ["finished", "failed", "failed"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["finished", "exploded"],
            'state: "exploded" in row 2 is not a known state.*; say --state "exploded=MEANING"',
        ),
        (["", "finished"], 'state: "" in row 1 is not a known state'),
        (["Terminated"], "may be failed or finished"),
        (["STOPPED"], "may be running or waiting"),
    ],
)
def test_what_no_tool_says_or_two_say_differently_is_asked_for(words, message):
    with pytest.raises(RequestError, match=message):
        meanings(*words)


def test_the_user_decides():
    assert meanings("finished", "exploded", exploded="failed") == ["finished", "failed"]
    assert meanings("Terminated", Terminated="pruned") == ["pruned"]


TABLE = "a,run_state,seed,val_acc\nx,done,0,0.5\ny,done,0,0.6\nx,held,1,0.5\ny,done,1,0.6\n"


def test_states_of_a_table(tmp_path):
    found = read(tmp_path, TABLE, seed="seed", state=["done=finished", "held=waiting"])
    assert [row["status"] for row in found.rows] == ["ok"] * 3
    assert "1 row was waiting (held): left out" in said(found)
    assert len(read(tmp_path, TABLE, seed="seed", state=["none"]).rows) == 4
    with pytest.raises(RequestError, match='run_state: "done" in row 1'):
        read(tmp_path, TABLE, seed="seed")
    other = TABLE.replace("run_state", "how it went")
    assert len(read(tmp_path, other, seed="seed").rows) == 4
    assert len(read(tmp_path, other, seed="seed", state=["how it went", "done=finished", "held=failed"]).rows) == 4


def test_two_columns_of_states_are_asked_about(tmp_path):
    text = "a,State,status,val_acc\nx,finished,FAILED,0.5\n"
    with pytest.raises(RequestError, match="--state: State and status may tell how runs ended"):
        read(tmp_path, text)
    assert read(tmp_path, text, state=["status"]).rows[0]["status"] == "failed"
    assert read(tmp_path, text, factors="a,status", state=["State"]).rows[0]["status"] == "ok"
    assert read(tmp_path, text, factors="a,status").rows[0]["status"] == "ok"

"""Stacks in a run: planned, kept, resumed, halved, given up. Training is stood in for."""

import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.store.journal import Journal
from experiments.study.narrowing import keep_levels
from tests.experiments.run.shared import four
from tests.experiments.studies import tiny


def test_stacks_are_planned_kept_and_give_rows(run, trainer, tmp_path):
    said = []
    summary = run(four(), engine="auto", said=said)
    assert (summary.statuses, summary.trained) == ({"ok": 8}, 8)
    assert [chunk.seeds for chunk in trainer.stacks] == [(0,), (1,)]
    assert set(pd.read_csv(tmp_path / "tiny" / "trials.csv")["engine"]) == {"fused"}
    assert not any("one by one" in line for line in said)
    (best,) = trainer.saved  # trained again in the stack that it was trained in
    assert best in trainer.stacks


def test_what_can_not_be_stacked_is_trained_one_by_one_and_said_in_a_line(run, trainer, tmp_path):
    trainer.refuse, said = ("tanh",), []
    run(four(seeds=4), engine="auto", said=said)
    assert "tiny: 8 of 16 trials train one by one: no rule" in said
    engines = pd.read_csv(tmp_path / "tiny" / "trials.csv").groupby("activation")["engine"].unique()
    assert (list(engines["relu"]), list(engines["tanh"])) == (["fused"], ["serial"])
    with pytest.raises(RequestError, match="--engine fused: tiny: no rule"):
        run(four(seeds=5), engine="fused")


def test_too_few_trials_of_a_kind_make_no_stack(run, trainer):
    said = []
    run(tiny(seeds=1), engine="auto", said=said)
    assert trainer.stacks == []
    assert "tiny: 2 of 2 trials train one by one: too few of a kind for a stack" in said


def test_an_interrupted_plan_is_kept_to(run, trainer, tmp_path):
    trainer.stop_after = 5  # in the second stack: the first is whole
    run(four(seeds=3), engine="auto")
    assert len(pd.read_csv(tmp_path / "tiny" / "trials.csv")) == 4
    left = trainer.stacks[1:]
    trainer.stop_after, trainer.stacks = None, []
    run(four(seeds=3), engine="auto")
    assert trainer.plans == 1  # the second run found it in the journal
    assert trainer.stacks[:1] == left
    assert [chunk.seeds for chunk in trainer.stacks] == [(1,), (2,)]


def test_a_stack_of_which_a_part_is_asked_is_planned_anew(run, trainer):
    trainer.stop_after = 5
    run(four(seeds=3), engine="auto")
    trainer.stop_after, trainer.stacks = None, []
    run(keep_levels(four(seeds=3), "activation", ["relu"]), engine="auto")
    assert [len(chunk) for chunk in trainer.stacks] == [2, 2]


def test_a_stack_that_does_not_fit_is_halved_until_it_does(run, trainer, tmp_path):
    trainer.most, said = 2, []
    summary = run(four(), engine="auto", said=said)
    assert summary.statuses == {"ok": 8}
    assert sorted(len(chunk) for chunk in trainer.stacks) == [2, 2, 2, 2, 4, 4]
    assert "tiny: a stack of 4 trials failed, training its halves: MemoryError: does not fit" in said
    journal = Journal(tmp_path / "tiny" / "journal.sqlite")
    assert sorted(map(len, journal.plan.chunks())) == [2, 2, 2, 2]


def test_a_stack_that_fails_is_trained_one_by_one(run, trainer, tmp_path):
    trainer.broken, said = True, []
    assert run(four(), engine="auto", said=said).statuses == {"ok": 8}
    assert set(pd.read_csv(tmp_path / "tiny" / "trials.csv")["engine"]) == {"serial"}
    assert any(line.endswith("training its trials one by one: TypeError: a part of the user's") for line in said)


def test_trials_of_a_stack_that_failed_stay_by_themselves_when_the_run_goes_on(run, trainer, tmp_path):
    trainer.broken, trainer.stop_after = True, 2
    run(four(), engine="auto")
    trainer.broken, trainer.stop_after, trainer.stacks = False, None, []
    assert run(four(), engine="auto").statuses == {"ok": 8}
    assert trainer.stacks == []  # as if it had not been interrupted
    assert set(pd.read_csv(tmp_path / "tiny" / "trials.csv")["engine"]) == {"serial"}


def test_failed_trials_are_tried_again_by_themselves(run, trainer):
    study = four()
    trainer.fail = {study.trials[0].id}
    run(study, engine="auto")
    trainer.fail, trainer.stacks, trainer.asked = set(), [], []
    assert run(study, engine="auto", retry_failed=True).statuses == {"ok": 8}
    assert (trainer.stacks, trainer.asked[0]) == ([], study.trials[0].id)

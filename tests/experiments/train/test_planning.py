"""A plan is made whatever a user's parts do meanwhile; only what is at fault is left out. No model is built here."""

import itertools

import pytest

from experiments.train import planning
from experiments.train.executors.executor import Ended
from experiments.train.messages import PLANNED, PLANNING
from experiments.train.planning import items_of, make_plan, suspects
from tests.experiments.scripted import HANGS, Scripted
from tests.experiments.studies import tiny

LEVELS = {"activation": ["relu", "tanh", "gelu"], "units": [4, 8], "batch_size": [8, 16]}


class Planner(Scripted):
    """An executor whose planner plans a cell unless `bad` says that it ends the process, or hangs."""

    def __init__(self, bad, how="dies"):
        super().__init__(self._plan)
        self.bad, self.how, self.runs, self.built = bad, how, 0, 0

    def _plan(self, job, say):
        self.runs += 1
        study, trials = job.arguments
        for trial in {trial.cell: trial for trial in trials}.values():
            say((PLANNING, trial.cell))
            self.built += 1
            if self.bad(study.labels(trial.settings)):
                dies = Ended(None, error=RuntimeError("its process ended: exit status 7"), lost=True)
                return dies if self.how == "dies" else HANGS
            say((PLANNED, trial.cell))
        return Ended(None, ([trial.cell for trial in trials], {}))


@pytest.fixture(autouse=True)
def _no_least_time(monkeypatch):
    monkeypatch.setattr(planning, "_LEAST", 0.0)
    monkeypatch.setattr(planning, "_SHARE", 1e6)  # what hangs is given up at once


def planned(bad, how="dies", left=None, order=None):
    study = tiny(factors={name: LEVELS[name][:: order or 1] for name in LEVELS})
    planner = Planner(bad, how)
    plan = make_plan(study, planner, study.trials, lambda: left)
    labels = {trial.cell: study.labels(trial.settings) for trial in study.trials}
    assert {*plan.chunks} | {*plan.refused} == {*labels}  # each is planned or left out, none twice
    return plan, planner, [labels[cell] for cell in plan.refused]


@pytest.mark.parametrize(("level", "order"), [("relu", 1), ("relu", -1), ("gelu", 1), ("gelu", -1)])
def test_of_one_level_that_ends_the_process_only_its_own_are_left_out(level, order):
    plan, planner, out = planned(lambda one: one["activation"] == level, order=order)
    assert [row["activation"] for row in out] == [level] * 4
    assert planner.runs <= 3  # two of its cells tell what they have in common
    assert set(plan.refused.values()) == {"while it was planned: its process ended: exit status 7"}


def test_one_cell_is_left_out_alone():
    _, planner, out = planned(lambda one: (one["activation"], one["units"], one["batch_size"]) == ("tanh", "8", 8))
    assert (len(out), planner.runs) == (1, 2)


def test_what_hangs_is_left_out_as_well_where_there_is_a_deadline():
    plan, _, out = planned(lambda one: one["units"] == "4", "hangs", left=100.0)
    assert [row["units"] for row in out] == ["4"] * 6
    assert sorted(plan.hanging) == sorted(plan.refused)
    assert plan.whole


def test_what_hung_in_an_earlier_run_tells_what_is_like_it():
    study = tiny(factors=LEVELS)
    like = [trial for trial in study.trials if trial.settings["activation"]["name"] == "relu"]
    others = [trial for trial in study.trials if trial.cell != like[0].cell]
    planner = Planner(lambda one: one["activation"] == "relu", "hangs")
    plan = make_plan(study, planner, others, lambda: 100.0, like[:1])
    assert planner.runs == 2
    assert {*plan.refused} == {trial.cell for trial in like[1:]} - {like[0].cell}


def test_where_all_end_the_process_there_is_an_end():
    plan, planner, out = planned(lambda one: True)
    assert len(out) == 12
    assert planner.runs <= 7
    plan, planner, out = planned(lambda one: (int(one["units"]) + one["batch_size"]) % 3 == 0)  # 4 + 8 and 8 + 16
    assert planner.runs <= 8
    assert len(plan.chunks) >= 6


def test_a_planner_that_ends_with_no_model_in_hand_is_an_error():
    dies = Ended(None, error=RuntimeError("its process ended: killed by SIGKILL"), lost=True)
    study, executor = tiny(), Scripted(lambda job, say: dies)
    assert "SIGKILL" in str(make_plan(study, executor, study.trials, lambda: None).error)


def test_without_the_time_there_is_no_plan():
    study, executor = tiny(), Scripted(lambda job, say: pytest.fail("there is no time for it"))
    assert not make_plan(study, executor, study.trials, lambda: 0.0).whole


def test_what_is_silent_for_a_quarter_of_the_time_is_given_up(monkeypatch):
    monkeypatch.setattr(planning, "_SHARE", 4)
    now = itertools.count(0.0, 4.0)
    monkeypatch.setattr(planning.time, "monotonic", lambda: next(now))
    building = planning._Building(lambda: 60.0)
    assert building.left() == 60.0  # libraries are still being imported: nobody's fault
    building.note(None, (PLANNING, "c"))
    assert [building.left() for _ in range(4)] == [11.0, 7.0, 3.0, 0.0]
    building.note(None, (PLANNED, "c"))
    assert building.left() == 60.0


def test_settings_that_lost_cells_have_in_common():
    one, other, fine = items_of({"a": 1, "b": 1}), items_of({"a": 1, "b": 2}), items_of({"a": 2, "b": 1})
    assert suspects([one, other], [fine]) == {("a", "1")}
    assert suspects([one], [fine, other]) == set()
    assert suspects([], [fine]) == set()

"""Jobs of an engine: what was measured to train faster one by one is left to the serial trainer."""

import pytest

from experiments.store.journal import Journal
from experiments.train import jobs, worker
from experiments.train.executors.executor import Ended
from tests.experiments.scripted import Scripted
from tests.experiments.studies import tiny


class Measuring(Scripted):
    """An executor with which a stack of a program takes so many times as long as its trials alone."""

    def __init__(self, *longer):
        super().__init__(self._compare)
        self.longer, self.asked = iter(longer), []

    def _compare(self, job, say):
        if job.function is not worker.compare:
            return None
        self.asked.append(job.arguments[3])
        return Ended(None, (next(self.longer), 1.0))


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


def test_of_two_kinds_the_slower_as_a_stack_trains_one_by_one(journal):
    study = tiny(factors={"units": [4, 8], "activation": ["relu", "tanh"]}, seeds=3)
    executor = Measuring(0.5, 1.25)
    work = jobs.plan_work(study, journal, executor, study.trials, "auto")
    assert executor.asked == [6, 6]
    assert sum(map(len, work.chunks)) == len(work.alone) == 6
    assert len({str(trial.settings["units"]) for trial in work.alone}) == 1
    assert work.reasons == {"a stack of them takes 1.2 times as long, measured here": 6}
    # what was found stands: nothing is measured again
    again = jobs.plan_work(study, journal, Measuring(), study.trials, "auto")
    assert jobs.plan_work(study, journal, Measuring(), study.trials, "fused").alone == []  # which was asked for
    assert again.chunks == work.chunks


def test_an_engine_that_was_asked_for_is_not_measured(journal):
    study = tiny(seeds=3)
    executor = Measuring(9.0)
    assert len(jobs.plan_work(study, journal, executor, study.trials, "fused").chunks) == 1
    assert executor.asked == []


def test_what_the_time_cut_off_comes_last_and_what_hangs_is_told(journal):
    study = tiny(seeds=3)
    first, second, third, *_ = study.trials
    assert jobs.keep_cut(journal, [(first, 3.0), (second, 25.0), (third, 20.0)], usual=0.0, whole=48.0) == []
    assert journal.plan.cut() == {(second.cell, second.seed): 1}
    assert jobs.was_cut(second, journal.plan.cut())
    # a trial that takes ten times as long as others hangs; another one where it took most of two runs
    assert jobs.keep_cut(journal, [(third, 20.0)], usual=0.5, whole=48.0) == [
        (third, "not done after 20 s, when the time was up; others take 0.5 s")
    ]
    assert jobs.keep_cut(journal, [(first, 20.0), (second, 30.0)], usual=9.0, whole=48.0) == [
        (second, "not done after 30 s, when the time was up; others take 9 s")
    ]


def test_a_stack_that_took_two_runs_is_trained_trial_by_trial(journal):
    study = tiny(seeds=3)
    (chunk,) = jobs.plan_work(study, journal, Measuring(0.1), study.trials, "auto").chunks
    for _ in range(2):
        assert jobs.plan_work(study, journal, Measuring(), study.trials, "auto").chunks == [chunk]
        assert jobs.keep_cut(journal, [(chunk, 40.0)], usual=0.0, whole=48.0) == []
        assert jobs.was_cut(chunk, journal.plan.cut())
    work = jobs.plan_work(study, journal, Measuring(), study.trials, "auto")
    assert (work.chunks, len(work.alone)) == ([], 6)

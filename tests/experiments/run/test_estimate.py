"""How long a study would take: from its rows, else from a trial that is tried; nothing is written."""

import pytest

from experiments.errors import RequestError
from experiments.run.estimate import estimate
from experiments.store.chunk import Chunk
from experiments.store.journal import Journal, Outcome
from experiments.train import worker
from experiments.train.executors.executor import Ended
from tests.experiments.scripted import Scripted
from tests.experiments.studies import tiny


class Timed(Scripted):
    """An executor with which a trial takes half a second, and two more per epoch."""

    def __init__(self, capacity=1, ended=None):
        super().__init__(self._end, capacity)
        self.ended, self.epochs = ended, []

    def _end(self, job, say):
        if job.function is worker.plan:
            return Ended(None, ([Chunk(tuple(t.cell for t in job.arguments[1][:3]), (0,), (), "p")], {}))
        trials = job.arguments[2] if job.function is worker.train_chunk else [job.arguments[1]]
        epochs = trials[0].settings["epochs"]
        self.epochs.append(epochs)
        compiling = 9.0 if job.function is worker.train_chunk and len(self.epochs) == 1 else 0.0
        each = {"status": "ok", "seconds": (0.5 + 2 * epochs + compiling) / len(trials)}
        outcomes = [Outcome(trial.id, each) for trial in trials]
        return self.ended or Ended(None, outcomes if job.function is worker.train_chunk else outcomes[0])


@pytest.fixture
def kept(tmp_path):
    """A function that gives the first trials of a study rows."""

    def kept(study, count, seconds=2.0):
        folder = tmp_path / study.name
        folder.mkdir()
        journal = Journal(folder / "journal.sqlite")
        for trial in study.trials[:count]:
            journal.add(Outcome(trial.id, {"status": "ok", "seconds": seconds}))
        journal.close()

    return kept


def test_without_rows_a_trial_is_tried_for_one_and_for_three_epochs(tmp_path):
    executor = Timed()
    line = estimate(tiny(epochs=10), tmp_path, executor, "serial")
    assert executor.epochs == [1, 1, 3]  # the first also pays for imports
    assert line == (
        "tiny: 2 cells × 2 seeds = 4 trials, 4 missing: about 82 s with 1 workers "
        "(one trial tried for 1 and for 3 epochs)"
    )
    assert list(tmp_path.iterdir()) == []


def test_workers_share_the_trials_but_no_more_than_there_are(tmp_path):
    assert "about 41 s with 2 workers" in estimate(tiny(epochs=10), tmp_path, Timed(2), "serial")
    assert "about 20 s with 16 workers" in estimate(tiny(epochs=10), tmp_path, Timed(16), "serial")


def test_rows_tell_the_time_where_there_are_some(tmp_path, kept):
    kept(tiny(), 3, seconds=7.0)
    executor = Timed()
    assert "4 trials, 1 missing: about 7 s with 1 workers (the mean of 3 trials so far)" in estimate(
        tiny(), tmp_path, executor
    )
    assert executor.epochs == []


def test_nothing_is_missing(tmp_path, kept):
    kept(tiny(), 4)
    assert estimate(tiny(), tmp_path, Timed()) == "tiny: 2 cells × 2 seeds = 4 trials, none missing"


@pytest.mark.parametrize(
    "answer",
    [
        Ended(None, Outcome("t", {"status": "failed", "error": "ValueError: no luck"})),
        Ended(None, error=RuntimeError("ValueError: no luck")),
    ],
)
def test_a_trial_that_fails_is_told(tmp_path, answer):
    with pytest.raises(RequestError, match=r"^tiny: the trial that was tried failed: ValueError: no luck$"):
        estimate(tiny(), tmp_path, Timed(ended=answer), "serial")


def test_without_rows_a_stack_is_tried_and_what_does_not_stack_as_well(tmp_path):
    executor = Timed()
    study = tiny(epochs=10, factors={"activation": ["relu", "tanh"], "learning_rate": [0.1, 0.2]}, seeds=1)
    line = estimate(study, tmp_path, executor)
    assert executor.epochs == [1, 1, 3, 1, 1, 3]
    # three trials in 0.5 + 10 · 2 s, once 9 s of compiling, and one trial alone
    assert (
        "4 missing: about 50 s with 1 workers (a stack of 3 trials tried for 1 and for 3 epochs, and one of 1" in line
    )

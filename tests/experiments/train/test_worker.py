"""What a worker tells of itself and of the data."""

import pytest

from experiments.train import worker
from experiments.train.executors import call
from tests.experiments.studies import tiny


def test_the_sizes_of_the_data_are_told():
    study = tiny(task={"name": "blobs", "n": 100, "classes": 4}, factors={"activation": ["tanh"]})
    told = worker.describe(study, study.trials[0])
    assert told["data"] == {"train": 60, "validation": 20, "test": 20, "input_shape": [2], "outputs": 4} | {
        "sealed": False,
        "seeds": "own data",
    }
    study = tiny(task={"name": "digits", "resample": False}, factors={"resample": [False, True]}, seeds=1)
    found = worker.describe(study, study.trials[0])["data"]
    assert (found["test"], found["sealed"], found["seeds"], found["resplit"]) == (359, True, "resplit", 1438)
    assert len(told["data_digest"]) == 16


class Silent(Exception):
    def __str__(self):
        raise TypeError


@pytest.mark.parametrize(
    ("error", "said"),
    [(Silent(), "Silent: (its text can't be had: TypeError)"), (SystemExit(5), "SystemExit: 5")],
)
def test_whatever_a_users_part_raises_is_a_failed_row(monkeypatch, error, said):
    def drawn(*_):
        raise error

    monkeypatch.setattr(worker, "_task_and_data", drawn)
    (trial, *_) = (study := tiny()).trials
    row = worker.train(study, trial).row
    assert (row["status"], row["error"]) == ("failed", said)


@pytest.mark.parametrize("of_its_own", [True, False], ids=["worker", "notebook"])
def test_ctrl_c_is_the_callers_unless_the_process_is_a_worker(monkeypatch, of_its_own):
    def drawn(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "_task_and_data", drawn)
    monkeypatch.setattr(call, "_of_jobs", of_its_own)
    (trial, *_) = (study := tiny()).trials
    if of_its_own:
        assert worker.train(study, trial).row["error"] == "KeyboardInterrupt:"
    else:
        with pytest.raises(KeyboardInterrupt):
            worker.train(study, trial)

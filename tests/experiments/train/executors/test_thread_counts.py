"""How workers share the machine: measured where it isn't known, kept, and told apart from what a user asked for."""

import json

import pytest

from experiments.store import machine
from experiments.train import worker
from experiments.train.executors import thread_counts
from experiments.train.executors.executor import Ended
from experiments.train.executors.processes import Processes
from experiments.train.fused.speed import measure_speed


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(machine, "cores", lambda: 4)
    monkeypatch.setattr(machine, "free_memory", lambda: 3.5 * 2**30)
    return thread_counts._place()


@pytest.fixture
def measured(monkeypatch):
    """Answers by the number of an executor's threads; what was asked is kept."""
    asked = []

    def answers(alone, each, accelerator=False):
        def run_jobs(executor, jobs):
            for job in jobs:
                if job.function is worker.measure_speed:
                    asked.append(executor.threads)
                    yield Ended(job.key, (alone if executor.threads == 4 else each, accelerator))
                else:
                    yield Ended(job.key)

        monkeypatch.setattr(thread_counts, "run_jobs", run_jobs)
        return asked

    return answers


def arranged(tmp_path, **options):
    executor = Processes(2, tmp_path / "log.txt", **({"chooses": True} | options))
    executor.arrange(None, measure=True)
    return executor.capacity, executor.threads


def test_processes_of_one_thread_where_together_they_are_as_fast(measured, tmp_path, place):
    asked = measured(alone=100.0, each=50.0)
    assert arranged(tmp_path) == (3, 1)  # as many as there is memory for
    assert asked == [4, 1, 1]
    assert json.loads(place.read_text())["threads"] == 1
    assert arranged(tmp_path) == (3, 1)
    assert len(asked) == 3  # it is known now


def test_a_run_keeps_the_threads_that_it_began_with(measured, tmp_path):
    asked = measured(alone=900.0, each=1.0)
    executor = Processes(2, tmp_path / "log.txt")
    executor.arrange(4, measure=True)
    assert (executor.capacity, executor.threads) == (2, 4)
    executor = Processes(2, tmp_path / "log.txt", chooses=True)
    executor.arrange(1, measure=True)
    assert (executor.capacity, executor.threads) == (3, 1)
    assert asked == []


def test_nothing_is_measured_where_there_is_no_time(measured, tmp_path):
    asked = measured(alone=900.0, each=1.0)
    executor = Processes(2, tmp_path / "log.txt", chooses=True)
    executor.arrange(None, measure=False)
    assert (executor.capacity, executor.threads, asked) == (3, 1, [])


def test_another_backend_or_device_is_measured_by_itself(measured, tmp_path, place, monkeypatch):
    measured(alone=100.0, each=50.0)
    arranged(tmp_path)
    for name in ("KERAS_BACKEND", "CUDA_VISIBLE_DEVICES"):
        monkeypatch.setenv(name, "other")
        assert thread_counts._place() != place
        assert thread_counts.read_threads() is None


def test_one_process_where_that_is_clearly_faster(measured, tmp_path):
    measured(alone=130.0, each=50.0)
    assert arranged(tmp_path) == (1, 4)
    assert arranged(tmp_path) == (1, 4)


def test_one_process_on_an_accelerator(measured, tmp_path):
    asked = measured(alone=1.0, each=50.0, accelerator=True)
    assert arranged(tmp_path) == (1, 4)
    assert asked == [4]


def test_it_is_measured_again_on_other_cores_and_after_a_month(measured, tmp_path, place, monkeypatch):
    asked = measured(alone=100.0, each=50.0)
    arranged(tmp_path)
    kept = json.loads(place.read_text())
    place.write_text(json.dumps(kept | {"time": kept["time"] - 31 * 24 * 3600}))
    arranged(tmp_path)
    arranged(tmp_path)
    assert len(asked) == 6
    place.write_text("{")
    arranged(tmp_path)
    assert len(asked) == 9
    monkeypatch.setattr(machine, "cores", lambda: 2)
    arranged(tmp_path)
    assert len(asked) == 12


def test_what_was_asked_for_stays_as_it_is(measured, tmp_path):
    asked = measured(alone=900.0, each=1.0)
    assert arranged(tmp_path, chooses=False) == (2, 1)
    assert asked == []


def test_one_core_needs_no_measuring(measured, tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "cores", lambda: 1)
    asked = measured(alone=1.0, each=1.0)
    assert arranged(tmp_path) == (1, 1)
    assert asked == []


def test_a_layout_that_can_not_be_kept_is_used_all_the_same(measured, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    measured(alone=130.0, each=50.0)
    assert arranged(tmp_path) == (1, 4)


def test_the_speed_of_this_process_is_a_number_of_steps_a_second(monkeypatch):
    monkeypatch.setattr("experiments.train.fused.speed._SECONDS", 0.05)
    rate, accelerator = measure_speed()
    assert 1 < rate < 1e6
    assert accelerator is False

"""`ablations run`: what it asks the runner for, what it says, its exit status. Training is stood in for."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from experiments import cli
from experiments.cli.options import Duration
from experiments.errors import RequestError, TaskUnavailable
from experiments.followups import confirm
from experiments.run import runner
from experiments.run.runner import Summary
from experiments.study import study_file
from tests.experiments.cli.calling import call
from tests.experiments.cli.conftest import STUDY


def test_run_asks_for_the_study_of_the_file(asked):
    said = call("run", "s.toml").stdout
    (one,) = asked
    assert one["study"] == study_file.load("s.toml")
    assert (one["results"], one["deadline"], one["fresh"], one["retry_failed"]) == (Path("results"), None, False, False)
    assert said.splitlines() == ["s: 12 trials trained now; in all 12 ok", str(Path("results/s/trials.csv"))]


def test_options_arrive(asked):
    call("run", "s.toml", "--results", "r", "--workers", "3", "--fresh", "--retry-failed", "--max-time", "30m")
    (one,) = asked
    assert (one["results"], one["executor"].capacity, one["fresh"], one["retry_failed"]) == (Path("r"), 3, True, True)
    assert one["deadline"] is not None
    call("run", "s.toml", "--executor", "inline")
    assert [call_["executor"].shares_objects for call_ in asked] == [False, True]


def test_seeds_and_epochs_take_the_place_of_the_files(asked):
    call("run", "s.toml", "--seeds", "3", "--epochs", "7")
    assert asked[0]["study"].seeds == [0, 1, 2]
    assert {trial.settings["epochs"] for trial in asked[0]["study"].trials} == {7}


def test_looks_and_more_rates_take_the_place_of_the_files(asked):
    call("run", "moons-grid", "--looks", "2, 4,8", "--extend-rates", "2")
    study = asked[0]["study"]
    assert (study.looks, study.seeds, study.extend_rates) == ((2, 4, 8), [0, 1], 2)
    assert asked[0]["grow"].__self__.study == study


def test_what_tuning_seeds_chose_is_trained_on_fresh_ones_unless_a_part_was_asked_for(place, asked, monkeypatch):
    (place / "tuned.toml").write_text(STUDY.replace("epochs", "tuning_seeds = 5\nepochs", 1))
    again = study_file.load("s.toml")
    monkeypatch.setattr(confirm, "after_tuning", lambda study, results: (None, None, again))
    monkeypatch.setattr(confirm, "write_confirmation", lambda source, best, folder: [f"written to {folder}"])
    said = call("run", "tuned.toml", "--fresh", "--seeds", "7").stdout
    first, second = (call_["study"] for call_ in asked)
    assert (first.seeds, first.fresh_seeds) == ([0, 1, 2, 3, 4], 7)
    assert (second, asked[1]["fresh"]) == (again, True)
    assert said.endswith("written to results/s\n")
    asked.clear()
    call("run", "tuned.toml", "--only", "activation=relu")
    assert len(asked) == 1


def test_a_part_of_a_study_does_not_grow(asked):
    call("run", "moons-grid", "--looks", "2,4,8", "--only", "activation=relu,tanh")
    assert asked[0]["grow"]([{"trial": "any"}]) is None


@pytest.mark.parametrize(
    ("only", "cells"),
    [
        (["activation=tanh"], 3),
        (["activation=tanh,relu"], 6),
        (["activation=tanh, relu"], 6),
        (["regularizer=elastic_net(l1=0.1, l2=0.1)"], 2),
        (["regularizer=elastic_net(l1=0.1, l2=0.1),none"], 4),
        (["regularizer=none,elastic_net(l1=0.1, l2=0.1), l2(l2=0.1)"], 6),
        (["activation=relu", "regularizer=l2(l2=0.1)"], 1),
    ],
)
def test_only_takes_levels_as_a_csv_has_them(asked, only, cells):
    call("run", "s.toml", *(word for choice in only for word in ("--only", choice)))
    assert len(asked[0]["study"].cells) == cells


def test_several_studies_run_one_after_another(asked):
    call("run", "s.toml", "moons-grid")
    assert [call_["study"].name for call_ in asked] == ["s", "moons-grid"]


def test_a_wrong_study_among_several_starts_none(asked):
    call("run", "s.toml", "moons-gird", status=2)
    assert asked == []


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("2h", 7200), ("1.5h", 5400), ("45", 45)])
def test_times(text, seconds):
    assert Duration().convert(text, None, None) == seconds


def summary(**changes):
    known = {"study": study_file.load("s.toml"), "folder": Path("results/s"), "statuses": {"ok": 12}, "trained": 12}
    return Summary(**(known | changes))


@pytest.fixture
def comes_to(monkeypatch, place):
    """A function: `ablations run` of a study that comes to this, with this exit status."""

    def comes_to(status, **changes):
        monkeypatch.setattr(runner, "run", lambda *_, **__: summary(**changes))
        return call("run", "s.toml", "--workers", "2", status=status)

    return comes_to


def test_a_diverged_trial_is_an_outcome(comes_to):
    said = comes_to(0, statuses={"diverged": 2, "ok": 10})
    assert said.stdout.startswith("s: 12 trials trained now; in all 10 ok, 2 diverged\n")
    assert said.stderr == ""


def test_failed_trials_are_told_with_status_1(comes_to):
    said = comes_to(1, statuses={"failed": 1, "ok": 11})
    assert "in all 11 ok, 1 failed" in said.stdout
    assert said.stdout.endswith("trials.csv\n")
    assert said.stderr == "1 trials failed; their errors are in trials.csv, --retry-failed tries again\n"


@pytest.mark.parametrize(("stopped", "status", "why"), [("time", 0, "stopped in time"), ("interrupted", 130, "interr")])
def test_a_run_that_stopped_says_how_to_go_on(comes_to, stopped, status, why):
    said = comes_to(status, stopped=stopped, left=8, trained=4, mean_seconds=60.0).stdout
    assert f"{why}" in said
    assert "8 trials left, about 4.0 min; nothing is lost, go on with: ablations run s.toml" in said


def test_interrupted_before_anything_it_says_so(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run", interrupted)
    assert call("run", "s.toml", status=130).stderr == "interrupted\n"


def test_a_study_without_its_data_is_refused_or_skipped_with_the_reason(monkeypatch):
    def unavailable(*_, **__):
        raise TaskUnavailable("mnist: not cached here")

    monkeypatch.setattr(runner, "run", unavailable)
    assert call("run", "s.toml", status=2).stderr == "ablations: mnist: not cached here\n"
    assert call("run", "s.toml", "--skip-unavailable").stdout == "s: skipped: mnist: not cached here\n"


def test_a_programming_error_is_none_of_the_users(monkeypatch):
    def broken(*_, **__):
        raise ValueError("a slip")

    monkeypatch.setattr(runner, "run", broken)
    result = CliRunner().invoke(cli.main, ["run", "s.toml"])
    assert isinstance(result.exception, ValueError)
    assert not isinstance(result.exception, RequestError)


def test_a_dry_run_says_how_many_and_how_long_and_writes_nothing(place, monkeypatch, asked):
    from experiments.run import estimate
    from experiments.train.executors import catalog

    logs = []
    original = catalog.make_executor
    monkeypatch.setattr(
        catalog, "make_executor", lambda name, log, workers: logs.append(log) or original(name, log, workers)
    )
    monkeypatch.setattr(estimate, "estimate", lambda study, *_: f"{study.name}: about a minute")
    assert call("run", "s.toml", "moons-grid", "--dry-run").stdout == "s: about a minute\nmoons-grid: about a minute\n"
    assert asked == []
    assert [path.name for path in place.iterdir()] == ["s.toml"]
    assert logs == [Path(os.devnull)]  # not even what the libraries of a tried trial print


def test_a_log_of_ones_own(place, asked):
    call("run", "s.toml", "--log", "logs/run.txt")
    assert (place / "logs" / "run.txt").is_file()

"""The command line with real worker processes, on a user's own task and model in a folder outside the project.

What is compared with them, and what needs no process of its own, runs in this one: each process imports TensorFlow.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import cli
from experiments.report.pages import study_page
from tests.experiments.eager import eager_steps
from tests.experiments.report.drawing import label_alone

TASK = """
import numpy as np
from experiments.tasks import Data, Task, split

def draw(seed):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(90, 2)).astype("float32")
    y = (x[:, 0] > x[:, 1]).astype("int64")
    return Data(x, y, *split(90, seed, labels=y))

def halves():
    return Task(head="sigmoid", input_shape=(2,), outputs=1, draw=draw)
"""
MODEL = """
def net(input_shape, outputs, activation, width=4):
    import keras  # late, so that the command line itself starts without it

    return keras.Sequential([
        keras.Input(input_shape),
        keras.layers.Dense(width, activation=activation),
        keras.layers.Dense(outputs, activation="sigmoid"),
    ])
"""
STUDY = """
name = "own"
question = "Does width help?"
task = "{task}"
seeds = {seeds}
epochs = {epochs}
learning_rate = 0.05
[model]
kind = "{model}"
[factors]
activation = {activations}
width = [2, 6]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("own")
    (place / "own_tasks.py").write_text(TASK)
    (place / "parts").mkdir()
    (place / "parts" / "nets.py").write_text(MODEL)
    return place


def write(
    folder, seeds=3, epochs=3, activations='["relu", "tanh"]', task="own_tasks:halves", model="parts/nets.py:net"
):
    text = STUDY.format(seeds=seeds, epochs=epochs, activations=activations, task=task, model=model)
    (folder / "own.toml").write_text(text)


def start(folder, *arguments, command="run", study="own.toml"):
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["XDG_CACHE_HOME"] = str(folder / "cache")  # programs that were compiled otherwise round otherwise
    whole = [sys.executable, "-P", "-m", "experiments", command, *([study] if study else []), *arguments]
    return subprocess.Popen(
        whole, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=_interruptible,  # noqa: PLW1509 (it sets a signal and nothing else)
    )  # fmt: skip


def _interruptible():
    """A shell that runs the tests in the background has Ctrl-C ignored, and so would they."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(folder, *arguments, status=0, **options):
    with start(folder, *arguments, **options) as process:
        said = process.communicate(timeout=200)[0]
    assert process.returncode == status, said
    assert "Traceback" not in said
    return said


def here(folder, *arguments, status=0, command="run", study="own.toml", compiled=True):
    """The same in this process, trials and all; without pictures, and where no rows are compared without compiling."""
    before, inline = signal.getsignal(signal.SIGTERM), ["--executor", "inline"]
    steps = contextlib.nullcontext() if compiled else eager_steps()
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch, steps:
        patch.setattr(study_page, "draw", label_alone)
        result = CliRunner().invoke(cli.main, [command, *([study] if study else []), *arguments, *inline])
    signal.signal(signal.SIGTERM, before)
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def rows(folder, results, study="own"):
    """Both CSVs without the one column that is never the same."""
    return [
        re.sub(r"(?m)^(.*),[\d.]+,((?:serial|fused),.*)$", r"\1,\2", (folder / results / study / name).read_text())
        for name in ("trials.csv", "history.csv")
    ]


def wait_for_rows(folder, results, process, study="own"):
    import sqlite3

    for _ in range(4000):  # a busy machine takes its time
        journal = folder / results / study / "journal.sqlite"
        if journal.is_file():
            with sqlite3.connect(journal) as database:
                try:
                    if database.execute("SELECT count(*) FROM trials").fetchone()[0] >= 2:
                        return
                except sqlite3.OperationalError:
                    pass
        assert process.poll() is None, "it ended before it could be stopped"
        time.sleep(0.05)
    pytest.fail("no rows came")


@pytest.fixture(scope="module")
def undisturbed(folder):
    write(folder)
    said = here(folder, "--results", "undisturbed")
    assert "12 trials trained now; in all 12 ok" in said
    assert str(os.path.join("undisturbed", "own", "trials.csv")) in said
    return rows(folder, "undisturbed")


def test_a_second_run_changes_no_byte(folder, undisturbed):
    before = (folder / "undisturbed" / "own" / "trials.csv").read_bytes()
    assert "0 trials trained now" in run(folder, "--results", "undisturbed")
    assert (folder / "undisturbed" / "own" / "trials.csv").read_bytes() == before


def test_killed_and_run_again_it_comes_to_the_same(folder, undisturbed):
    with start(folder, "--results", "killed", "--workers", "1") as process:
        wait_for_rows(folder, "killed", process)
        process.kill()
    said = run(folder, "--results", "killed", "--workers", "1")
    assert ": 0 trials trained now" not in said
    assert rows(folder, "killed") == undisturbed


def test_interrupted_it_ends_soon_keeps_its_rows_and_says_how_to_go_on(folder, undisturbed):
    # one by one, so that there is something left to interrupt
    with start(folder, "--results", "interrupted", "--workers", "1", "--engine", "serial") as process:
        wait_for_rows(folder, "interrupted", process)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[0]
    assert process.returncode == 130
    assert "nothing is lost, go on with: ablations run own.toml" in said
    kept = pd.read_csv(folder / "interrupted" / "own" / "trials.csv")
    assert 2 <= len(kept) < 12
    assert set(kept["status"]) == {"ok"}


def test_more_seeds_and_a_level_extend_and_a_changed_setting_does_not(folder, undisturbed):
    write(folder, seeds=4, activations='["relu", "tanh", "hard_tanh"]')
    try:
        assert "12 trials trained now; in all 24 ok" in here(folder, "--results", "undisturbed", compiled=False)
        extended = set(rows(folder, "undisturbed")[0].splitlines())
        assert set(undisturbed[0].splitlines()) <= extended
        write(folder, epochs=4)
        said = here(folder, "--results", "undisturbed", status=2)
        assert "epochs: the results have 3, the study has 4" in said
        write(folder, model="parts/nets.py:nett")
        assert 'did you mean "net"?' in here(folder, "--results", "undisturbed", status=2)
    finally:
        write(folder)


# --- a search

SEARCH = ("--tuner", "bayesian", "--together", "2", "--seeds", "2", "--epochs", "2")


@pytest.fixture(scope="module")
def searched(folder):
    write(folder)
    said = tune(folder, "--results", "searched", "--max-trials", "3")
    assert "6 trials trained now; in all 6 ok" in said
    assert os.path.join("reports", "own-tune-bayesian", "index.html") in said
    return rows(folder, "searched", "own-tune-bayesian")


def tune(folder, *arguments, **options):
    return here(folder, *SEARCH, *arguments, command="tune", **options)


def test_a_search_with_another_seed_or_space_is_refused(folder, searched):
    said = tune(folder, "--results", "searched", "--seed", "1", status=2)
    assert "seed: the results are of a search with 0, this one has 1" in said
    write(folder, activations='["relu"]')
    try:
        said = tune(folder, "--results", "searched", status=2)
        assert "activation: the results are of a search among" in said
    finally:
        write(folder)
    assert 'did you mean "bayesian"?' in here(folder, "--tuner", "bayesia", command="tune", status=2)
    assert rows(folder, "searched", "own-tune-bayesian") == searched


def test_a_search_that_was_killed_goes_on_as_if_it_had_not_been(folder, searched):
    arguments = (*SEARCH, "--results", "searched_killed", "--max-trials", "3")
    # in the process of the search itself, which imports TensorFlow anyway
    with start(folder, *arguments, "--executor", "inline", command="tune") as process:
        wait_for_rows(folder, "searched_killed", process, "own-tune-bayesian")
        process.kill()
    assert "; in all 8 ok" in tune(folder, "--results", "searched_killed", "--max-trials", "4")  # one more than before
    assert set(searched[0].splitlines()) < set(rows(folder, "searched_killed", "own-tune-bayesian")[0].splitlines())


def test_the_best_of_a_search_is_confirmed_on_fresh_seeds(folder, searched):
    said = confirm(folder, "own-tune-bayesian", "--top", "1", "--seeds", "3")
    assert re.search(r"1\. \w+, \d: the search saw accuracy [\d.]+ on 2 seeds; 3 fresh ones give", said)
    kept = pd.read_csv(folder / "searched" / "own-tune-bayesian-confirm" / "trials.csv")
    assert list(kept["seed"]) == [1_000_000, 1_000_001, 1_000_002]
    assert kept["cell"].nunique() == 1
    assert (folder / "searched" / "own-tune-bayesian-confirm" / "confirmation.csv").is_file()
    assert "themselves a test of own-tune-bayesian" in confirm(folder, "own-tune-bayesian-confirm", status=2)
    said = confirm(folder, "own-tune-bayesia", status=2)
    assert 'did you mean "own-tune-bayesian"?' in said


def confirm(folder, *arguments, **options):
    return here(folder, *arguments, "--results", "searched", command="confirm", study=None, compiled=False, **options)

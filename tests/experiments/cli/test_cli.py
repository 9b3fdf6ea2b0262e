"""The command line: what it asks the runner for, what it says, its exit status, and wrong requests answered at once.

Training is stood in for; `test_end_to_end.py` has it for real.
"""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from experiments import cli
from experiments.cli.options import Duration
from experiments.errors import RequestError, TaskUnavailable
from experiments.followups import confirm
from experiments.report.pages import index_page, study_page
from experiments.results import results as report_results
from experiments.run import runner
from experiments.run.runner import Summary
from experiments.store.journal import Journal
from experiments.study import catalog, study_file

ROOT = Path(__file__).parents[3]
STUDY = """task = "xor"
epochs = 2
seeds = 2
[factors]
activation = ["relu", "tanh"]
regularizer = ["none", { name = "elastic_net", l1 = 0.1, l2 = 0.1 }, { name = "l2", l2 = 0.1 }]
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder with a study, made the current one; the handler of SIGTERM as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(STUDY)
    before = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, before)


def call(*arguments, status=0):
    result = CliRunner().invoke(cli.main, arguments, prog_name="ablations")
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def asked(monkeypatch):
    """What the runner is asked for; it trains nothing and says that all is done."""
    calls = []

    def run(study, results, executor, **options):
        calls.append({"study": study, "results": results, "executor": executor, **options})
        return Summary(study, results / study.name, {"ok": len(study.trials)}, trained=len(study.trials))

    monkeypatch.setattr(runner, "run", run)
    return calls


# --- what is asked for


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


# --- what is said, and the exit status


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


# --- the other commands


def test_list_shows_every_study_and_whatever_a_study_may_name():
    said = call("list").stdout
    for path in study_file.default_studies():
        study = study_file.load(path)
        assert re.search(rf"^  {study.name} +{len(study.trials)} trials  {re.escape(study.question)}$", said, re.M)
    for table in (catalog.TASKS, catalog.MODELS, *catalog.PARTS.values()):
        for name in table:
            assert re.search(rf"^  {name}\b", said, re.M)
    heads = ", ".join(catalog.LOSSES["huber"].heads)
    assert re.search(rf"^  huber +delta = 1\.0  \[{heads}\]$", said, re.M)
    assert re.search(r"^  elastic_net +l1 = 5e-05, l2 = 5e-05$", said, re.M)
    assert all(line == line.rstrip() for line in said.splitlines())


@pytest.mark.parametrize("command", [None, *cli.main.commands])
def test_every_command_has_help(command):
    said = call(*([command] if command else []), "--help").stdout
    assert said.startswith(f"Usage: ablations {command or ''}".rstrip())
    assert max(map(len, said.splitlines())) <= 100
    for name in cli.main.commands if command is None else ():
        assert re.search(rf"^  {name} ", said, re.M)


def test_the_options_of_the_contract_are_there():
    options = {option for param in cli.main.commands["run"].params for option in param.opts}
    wanted = "--engine --seeds --epochs --only --max-time --workers --fresh --retry-failed --log --dry-run --results"
    assert set(wanted.split()) <= options


def test_version():
    assert re.fullmatch(r"ablations, version \d+\.\d+\.\d+\n", call("--version").stdout)


def test_doctor_tells_what_is_here_and_what_is_wrong(place):
    assert call("doctor").stdout.endswith("\nall is well\n")
    (place / "file").write_text("in the way")
    assert f"wrong: {place / 'file'} can't be written" in call("doctor", "--results", "file", status=2).stdout


@pytest.fixture
def reported(monkeypatch):
    """Results of the studies s and t; their pages are stood in for, and this is what is asked of them."""
    calls = []

    def write_study_report(folder, reports, paper, profiles):
        calls.append(folder)
        return reports / folder.name / "index.html"

    monkeypatch.setattr(report_results, "study_folders", lambda results: [results / "s", results / "t"])
    monkeypatch.setattr(study_page, "write_study_report", write_study_report)
    monkeypatch.setattr(index_page, "write_index", lambda reports, results: reports / "index.html")
    return calls


@pytest.mark.parametrize(
    ("arguments", "names"),
    [([], ["s", "t"]), (["s"], ["s"]), (["s.toml"], ["s"]), (["t", "s"], ["t", "s"])],
)
def test_report_writes_pages_of_the_studies_named_or_of_all(reported, arguments, names):
    said = call("report", *arguments, "--results", "r", "--reports", "p").stdout
    assert reported == [Path("r") / name for name in names]
    assert said.split() == [str(Path("p") / name / "index.html") for name in names] + [str(Path("p/index.html"))]


def test_report_says_on_standard_error_what_has_changed(reported, monkeypatch):
    from experiments.report.pages import changes

    monkeypatch.setattr(changes, "changes", lambda folder: "t: other versions" if folder.name == "t" else "")
    said = call("report", "--results", "r", "--reports", "p")
    assert said.stderr == "t: other versions\n"
    assert len(said.stdout.splitlines()) == 3


def test_a_study_without_results_has_no_report(reported):
    said = call("report", "ss", "--results", "r", status=2).stderr
    assert said == f'ablations: {Path("r/ss")}: no results there; did you mean "s"? `ablations run ss` makes some\n'


def test_reports_that_cant_be_written_are_refused(reported, monkeypatch):
    def full(reports, results):
        raise OSError(28, "No space left on device", "p/index.html")

    monkeypatch.setattr(index_page, "write_index", full)
    assert call("report", status=2).stderr == "ablations: p/index.html: can't be written: No space left on device\n"


def test_the_gallery_and_an_index_that_links_it(place, monkeypatch):
    from experiments.gallery import page

    def write_gallery(reports, say):
        say("gallery: drawing")
        os.write(2, b"a library's words")
        written = reports / index_page.GALLERY
        written.parent.mkdir(parents=True)
        written.write_text("")
        return written

    monkeypatch.setattr(page, "write_gallery", write_gallery)
    said = call("gallery", "--results", "r", "--reports", "p").stdout
    assert said.splitlines() == ["gallery: drawing", str(Path("p/gallery/index.html")), str(Path("p/index.html"))]
    assert 'href="gallery/index.html"' in (place / "p" / "index.html").read_text()
    assert (place / "r" / "log.txt").read_text() == "a library's words"


def test_a_gallery_that_cant_be_written_is_refused(place, monkeypatch):
    from experiments.gallery import page

    def full(reports, say):
        raise OSError(28, "No space left on device", "p/gallery/index.html")

    monkeypatch.setattr(page, "write_gallery", full)
    said = call("gallery", "--results", "r", "--reports", "p", status=2).stderr
    assert said == "ablations: p/gallery/index.html: can't be written: No space left on device\n"


# --- wrong requests

WRONG = {
    "activation": (
        ["run", "activation.toml"],
        'activation.toml:4: factors activation: got "rellu"; did you mean "relu"? Allowed: linear, relu,',
    ),
    "loss": (["run", "loss.toml"], 'loss.toml:2: loss: got "hubber"; did you mean "huber"? Allowed: cross_entropy,'),
    "task": (["run", "task.toml"], 'task.toml:1: task: got "xorr"; did you mean "xor"? Allowed: digits,'),
    "key": (["run", "key.toml"], 'key.toml:2: key epoch: got "epoch"; did you mean "epochs"? Allowed: name,'),
    "model setting": (
        ["run", "unitts.toml"],
        'unitts.toml:3: model unitts: got "unitts"; did you mean "units"? Allowed: kind, units,',
    ),
    "negative epochs": (["run", "epochs.toml"], "epochs.toml:2: epochs: got -1, allowed is 1 or more"),
    "empty factor": (
        ["run", "empty.toml"],
        "empty.toml:3: factors activation: got [], allowed is a list of one level or more",
    ),
    "loss that does not fit": (
        ["run", "fit.toml"],
        'fit.toml:2: loss: got "hinge", which does not fit a linear head. Fitting: mean_squared_error,',
    ),
    "slot that is not there": (
        ["run", "slot.toml"],
        'slot.toml:5: factors regularizer: got "l2", but the function parts.py:net has no argument kernel_regularizer.',
    ),
    "broken TOML": (["run", "broken.toml"], "broken.toml: not valid TOML: Invalid value (at line 2, column 10)"),
    "missing file": (["run", "nowhere.toml"], "nowhere.toml: no such file"),
    "missing study": (["run", "digits-gird"], 'study: got "digits-gird"; did you mean "digits-grid"? Allowed: digits-'),
    "results that can't be written": (
        ["run", "s.toml", "--results", "s.toml"],
        f"{Path('s.toml/s')}: can't be written: ",
    ),
    "log that can't be written": (["run", "s.toml", "--log", "s.toml/log"], "s.toml: can't be written: "),
    "changed study": (
        ["run", "s.toml", "--epochs", "3"],
        f"{Path('results/s')}: results of a study that differs; --fresh sets them aside\n"
        "  epochs: the results have 2, the study has 3\n",
    ),
    "only without a level": (
        ["run", "s.toml", "--only", "activation"],
        '--only: got "activation", allowed is FACTOR=LEVEL,LEVEL…',
    ),
    "only of no factor": (
        ["run", "s.toml", "--only", "activatio=relu"],
        '--only: got "activatio"; did you mean "activation"? Allowed: activation, regularizer',
    ),
    "only of no level": (
        ["run", "s.toml", "--only", "regularizer=elastic_net"],
        '--only regularizer: got "elastic_net"; did you mean "elastic_net(l1=0.1, l2=0.1)"? Allowed: none,',
    ),
    "a level of only twice": (
        ["run", "s.toml", "--only", "activation=relu,relu"],
        "--only activation: got a level twi",
    ),
    "looks beside seeds": (
        ["run", "s.toml", "--seeds", "3", "--looks", "2,4,8"],
        "--looks: given beside --seeds, allowed is one of them",
    ),
    "looks that are no numbers": (
        ["run", "s.toml", "--looks", "2,4,many"],
        '--looks: got [2, 4, "many"], allowed is three rising numbers of seeds from 2 on, such as [10, 20, 40]',
    ),
    "rates to add without rates": (
        ["run", "s.toml", "--extend-rates", "2"],
        "--extend-rates: it needs a grid with 3 learning rates or more among its factors",
    ),
    "no epochs": (["run", "s.toml", "--epochs", "0"], "--epochs: got 0, allowed is 1 or more"),
    "no seeds": (["run", "s.toml", "--seeds", "0"], "--seeds: got 0, allowed is 1 or more"),
    "gallery without a place for its log": (
        ["gallery", "--results", "s.toml"],
        "s.toml: can't be written: ",
    ),
    "executor": (["run", "s.toml", "--executor", "inlin"], 'executor: got "inlin"; did you mean "inline"? Allowed: '),
    "report without results": (
        ["report", "--results", "none"],
        "none: no results there; `ablations run STUDY` makes some",
    ),
}
USAGE = {
    "command": (["runn"], "No such command 'runn'. Did you mean 'run'?"),
    "option": (["run", "s.toml", "--sedes", "3"], "No such option '--sedes'. Did you mean '--seeds'?"),
    "no study": (["run"], "Missing argument 'STUDY...'"),
    "time": (["run", "s.toml", "--max-time", "soon"], "got 'soon', allowed is a time such as 90s, 30m or 2h"),
    "no time": (["run", "s.toml", "--max-time", "0m"], "got '0m', allowed is a time such as 90s, 30m or 2h"),
    "workers": (["run", "s.toml", "--workers", "0"], "0 is not in the range 1<=x<=1024"),
    "engine": (["run", "s.toml", "--engine", "fast"], "'fast' is not one of 'auto', 'fused', 'serial'"),
    "seeds": (["run", "s.toml", "--seeds", "many"], "'many' is not a valid integer"),
}
FILES = {
    "activation": 'task = "xor"\nepochs = 2\n[factors]\nactivation = ["rellu", "tanh"]\n',
    "loss": 'task = "xor"\nloss = "hubber"\n[factors]\nactivation = ["relu"]\n',
    "task": 'task = "xorr"\n[factors]\nactivation = ["relu"]\n',
    "key": 'task = "xor"\nepoch = 3\n[factors]\nactivation = ["relu"]\n',
    "unitts": 'task = "xor"\n[model]\nunitts = [4]\n[factors]\nactivation = ["relu"]\n',
    "epochs": 'task = "xor"\nepochs = -1\n[factors]\nactivation = ["relu"]\n',
    "empty": 'task = "xor"\n[factors]\nactivation = []\n',
    "fit": 'task = "sine"\nloss = "hinge"\n[factors]\nactivation = ["relu"]\n',
    "slot": 'task = "xor"\n[model]\nkind = "parts.py:net"\n[factors]\nregularizer = ["l2", "dropout"]\n',
    "broken": 'task = "xor"\nepochs = = 3\n',
}

# Makes every request in one process, and tells what each came to and which large packages it has imported by then.
ASK = """
import contextlib, io, json, sys
import click
from experiments.cli import main

answers = []
for arguments in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(arguments, prog_name="ablations", standalone_mode=False)
        except SystemExit as error:
            status = error.code
        except click.ClickException as error:
            status = error.exit_code
            error.show()
    large = sorted({"tensorflow", "keras", "jax", "sklearn", "pandas", "matplotlib", "scipy"} & set(sys.modules))
    answers.append([status, out.getvalue(), err.getvalue(), large])
json.dump(answers, sys.stdout)
"""
HELP = {
    "--help": ["--help"],
    "run --help": ["run", "--help"],
    "list": ["list"],
    "doctor": ["doctor"],
    "gallery": ["gallery", "--help"],
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What every request of HELP, USAGE and WRONG came to, all made in one process without a test's imports."""
    place = tmp_path_factory.mktemp("wrong")
    for name, text in FILES.items():
        (place / f"{name}.toml").write_text(text)
    (place / "s.toml").write_text(STUDY)
    (place / "parts.py").write_text("def net(input_shape, outputs, dropout=0.0):\n    return None\n")
    (place / "results" / "s").mkdir(parents=True)
    journal = Journal(place / "results" / "s" / "journal.sqlite")
    journal.keep(fixed=study_file.load(place / "s.toml").fixed)
    journal.close()
    requests = HELP | {name: usage[0] for name, usage in (USAGE | WRONG).items()}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=place,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "KERAS_HOME": str(place / "keras")},
        input=json.dumps(list(requests.values())),
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(requests, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_one_short_message_and_status_2(answers, name):
    status, out, err, _ = answers[name]
    assert status == 2
    assert out == ""
    assert err.startswith(f"ablations: {WRONG[name][1]}")
    assert "Traceback" not in err
    lines = err.splitlines()
    assert len(lines) <= 2
    assert max(map(len, lines)) < 420


@pytest.mark.parametrize("name", USAGE)
def test_a_wrong_use_is_told_with_status_2(answers, name):
    status, out, err, _ = answers[name]
    assert (status, out) == (2, "")
    assert USAGE[name][1] in err
    assert err.startswith("Usage: ablations")


def test_help_list_and_doctor_come_to_an_answer(answers):
    assert [answers[name][0] or 0 for name in HELP] == [0] * len(HELP)
    assert all(answers[name][1] for name in HELP)


@pytest.mark.parametrize("name", [*HELP, *USAGE, *(name for name in WRONG if not name.startswith("report"))])
def test_what_must_be_answered_at_once_imports_nothing_large(answers, name):
    assert answers[name][3] == []


def test_a_report_needs_no_training_libraries(answers):
    assert not {"tensorflow", "keras", "jax"} & set(answers["report without results"][3])

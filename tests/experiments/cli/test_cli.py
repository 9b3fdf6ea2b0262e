"""The command line as a whole: help, lists, the doctor, and wrong requests answered at once."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import cli
from experiments.store.journal import Journal
from experiments.study import catalog, study_file
from tests.experiments.cli.calling import call
from tests.experiments.cli.conftest import STUDY

ROOT = Path(__file__).parents[3]


# --- what is said, and the exit status


# --- the other commands


def test_list_shows_every_study_and_whatever_a_study_may_name():
    said = call("list").stdout
    for path in study_file.default_studies():
        study = study_file.load(path)
        assert re.search(rf"^  {study.name} +{len(study.trials)} trials  {re.escape(study.question)}$", said, re.M)
    for table in (catalog.TASKS, catalog.MODELS, *catalog.PARTS.values()):
        for name in table:
            assert re.search(rf"^  {name}\b", said, re.M)
    for table in (catalog.RECIPES, catalog.TASKS, catalog.DATA_FACTORS, catalog.MODELS, catalog.METRICS):
        for name in table:  # each says in the same line what it is
            assert re.search(rf"^  {name} +\w\S*( \S+){{2,}}", said, re.M), name
    assert re.search(r"^  blobs +One round Gaussian .*  \(n = 600, classes = 3, noise = 1\.0\)$", said, re.M)
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

"""`ablations report --from`: a project on disk becomes a page, without Keras."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from experiments import cli
from tests.experiments.report.conftest import _nothing_drawn  # noqa: F401 (a fixture)

pytestmark = pytest.mark.usefixtures("_nothing_drawn")  # but in the process without Keras
ROOT = Path(__file__).parents[4]


def ask(*arguments):
    done = CliRunner().invoke(cli.main, ["report", *map(str, arguments)])
    return done.exit_code, done.output


@pytest.fixture
def place(projects, tmp_path, monkeypatch):
    """The projects, copied into `searches` of the current folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(projects.folder, tmp_path / "searches")
    return tmp_path


@pytest.mark.parametrize("name", ["random", "hyperband", "fused", "function"])
def test_a_page_without_odd_words(place, name):
    status, said = ask("--from", f"searches/{name}")
    assert (status, said.splitlines()) == (
        0,
        [f"results/{name}/trials.csv", f"reports/{name}/index.html", "reports/index.html"],
    )
    text = (place / f"reports/{name}/report.md").read_text()
    assert not re.search(r"\bnan\b|\bNone\b(?! of)|test set", text)
    assert f"What did the keras-tuner search “{name}” find?" in text
    assert "The search came to its best" in text
    assert "ablations confirm" not in text
    assert ("no interval is possible" in text) == (name != "fused")
    assert f"ablations report --from searches/{name}" in text
    page = (place / f"reports/{name}/index.html").read_text()
    assert "This command reads the keras-tuner project again" in page
    assert name in (place / "reports/index.html").read_text()


def test_no_best_draw_has_the_rate(place):
    for file in (place / "searches/random").glob("trial_*/trial.json"):
        trial = json.loads(file.read_text())
        values = trial["hyperparameters"]["values"]
        values["block 1/dropout"] = worst = trial["trial_id"] == "3"
        values.pop("drop.rate", None)
        values |= {"drop.rate": 0.2} if worst else {}
        score = 0.1 if worst else 0.9
        metric = {"direction": "max", "observations": [{"value": [score], "step": 0}]}
        file.write_text(json.dumps(trial | {"score": score, "metrics": {"metrics": {"val_accuracy": metric}}}))
    assert ask("--from", "searches/random")[0] == 0
    text = (place / "reports/random/report.md").read_text()
    assert "None of the best draws has a drop.rate" in text
    assert not re.search(r"\bnan\b", text)


def test_a_project_that_has_grown_is_read_anew(place):
    shutil.move(place / "searches/random/trial_3", place / "later")
    assert ask("--from", "searches/random", "--name", "mine")[0] == 0
    assert len((place / "results/mine/trials.csv").read_text().splitlines()) == 4
    shutil.move(place / "later", place / "searches/random/trial_3")
    assert ask("--from", "searches/random", "--name", "mine")[0] == 0
    assert len((place / "results/mine/trials.csv").read_text().splitlines()) == 5
    assert "ablations report --from searches/random --name mine" in (place / "reports/mine/report.md").read_text()


def test_what_is_missing_is_said(place):
    (place / "searches/random/trial_3/trial.json").write_text("{")
    status, said = ask("--from", "searches/random")
    assert status == 0
    assert said.startswith("trial_3/trial.json can’t be read (")
    assert "this trial is left out" in (place / "reports/random/report.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mine", "--from", "searches/random"], '--from: reads one place and takes no STUDY, got "mine"'),
        (["--from", "searches/randon"], "--from searches/randon: no such folder; did you mean"),
        (["--from", "searches/random", "--name", "a b"], '--name: got "a b", allowed is letters'),
        (["--from", "searches/random", "--objective", "val_acc"], '--objective: got "val_acc"; did you mean "val_ac'),
        (["--from", "searches/random", "--name", "taken"], "results/taken: holds other files; give another --name"),
        (["--name", "a"], '--name: got "a", allowed with --from only'),
        (["--objective", "loss"], '--objective: got "loss", allowed with --from only'),
    ],
)
def test_wrong_requests(place, arguments, message):
    (place / "results/taken").mkdir(parents=True)
    (place / "results/taken/a.txt").touch()
    status, said = ask(*arguments)
    assert status == cli.WRONG_REQUEST
    assert said.startswith(f"ablations: {message}")
    assert len(said.splitlines()) == 1
    assert not (place / "reports").exists()


CODE = """
import sys
from experiments.cli import main

main(["report", "--from", "searches/random"], standalone_mode=False)
assert not {"tensorflow", "keras", "keras_tuner", "jax"} & set(sys.modules)
"""


def test_without_keras(place):
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=place,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

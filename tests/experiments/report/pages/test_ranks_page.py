"""A factor's levels ranked over studies of different tasks."""

import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.errors import RequestError
from experiments.report.pages.ranks_page import ranking
from experiments.results.results import read_results

TASKS = ("xor", "moons", "blobs", "spirals", "digits", "and")


@pytest.fixture
def tasks(results, tmp_path):
    """The planted results as those of six tasks."""
    for task in TASKS:
        folder = tmp_path / f"on-{task}"
        shutil.copytree(results / "planted", folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["study"] |= {"task": task, "name": folder.name}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def runs(tasks):
    return [read_results(tasks / f"on-{task}") for task in TASKS]


def test_what_is_best_on_every_task_ranks_first(tasks):
    first = runs(tasks)[0]
    factor = first.study.main[0]
    found = ranking(factor, runs(tasks))
    rows = [[field.text for field in row] for row in found["tables"][0].rows]
    assert rows[0][1:3] == ["1.00", "6"]
    assert " ranks better than " in found["sentence"]
    assert "over 6 tasks" in found["sentence"]
    assert [row[0].text for row in found["tables"][1].rows] == list(TASKS)
    few = ranking(factor, runs(tasks)[:2])
    assert "No level is shown to rank better" in few["sentence"]
    levels = len(few["tables"][0].rows)
    assert any(f"2 tasks are too few: with {levels} levels, p is above 0.05" in fact for fact in few["facts"])


def test_a_level_that_did_not_train_is_last(tasks):
    table = pd.read_csv(tasks / "on-xor/trials.csv")
    factor = runs(tasks)[0].study.main[0]
    best = ranking(factor, runs(tasks))["tables"][0].rows[0][0].text
    table.loc[table[factor] == best, "status"] = "diverged"
    table.to_csv(tasks / "on-xor/trials.csv", index=False)
    found = ranking(factor, runs(tasks))
    assert any("1 level of a task did not train" in fact for fact in found["facts"])
    row = next(row for row in found["tables"][0].rows if row[0].text == best)
    assert float(row[1].text) > 1


@pytest.mark.parametrize(
    ("factor", "studies", "said"),
    [
        ("activaton", TASKS, 'did you mean "activation"'),
        ("activation", TASKS[:1], "name two studies or more"),
        ("activation", ("xor", "xor"), "it would count twice"),
    ],
)
def test_wrong_requests(tasks, factor, studies, said):
    with pytest.raises(RequestError) as refused:
        ranking(factor, [read_results(tasks / f"on-{task}") for task in studies])
    assert said in str(refused.value)


def test_the_command_writes_a_page(tasks, tmp_path):
    names = [f"on-{task}" for task in TASKS]
    options = ["--results", str(tasks), "--reports", str(tmp_path / "pages")]
    done = CliRunner().invoke(main, ["rank", "activation", *names, *options])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "pages/rank-activation/index.html").read_text()
    assert "<svg" in page
    assert "critical difference" in page

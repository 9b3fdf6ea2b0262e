"""Two studies or runs, side by side."""

import json
import shutil

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.errors import RequestError
from experiments.report.pages.comparison_page import comparison, write_comparison
from experiments.results.results import read_results


def of(results, first, other):
    return comparison(read_results(results / first), read_results(results / other), first, other)


def test_the_same_run_twice_is_identical(results, tmp_path) -> None:
    shutil.copytree(results / "planted", tmp_path / "planted.1")
    place = tmp_path / "planted.1" / "manifest.json"
    manifest = json.loads(place.read_text())
    manifest["versions"]["keras"] = "3.14.0"
    manifest["study"]["settings"]["epochs"] = 7
    compare = {"factor": "activation", "level": "tanh", "against": "relu", "conditions": {"loss": "huber(delta=0.5)"}}
    manifest["study"] |= {"compare": compare, "failure_score": 0.0}
    place.write_text(json.dumps(manifest))
    found = comparison(read_results(tmp_path / "planted.1"), read_results(results / "planted"), "old", "new")
    assert found["sentence"] == "Of 18 configurations in common, new against old: 18 identical."
    tables = {table.name: [[field.text for field in row] for row in table.rows] for table in found["tables"]}
    assert tables["request-table"] == [
        ["epochs", "7", "4"],
        ["comparison", "tanh against relu, with huber(delta=0.5)", "–"],
        ["failure score", "0.0", "–"],
    ]
    assert tables["versions-table"] == [["keras", "3.14.0", "3.15.1"]]
    assert len(tables["cells-table"]) == 18


def test_what_one_run_has_alone_is_counted(results) -> None:
    found = of(results, "planted", "one-seed")
    assert "18 with one seed in common" in found["sentence"]
    assert any("1 seed in common" in fact for fact in found["facts"])
    found = of(results, "planted", "interrupted")
    assert not any("alone" in fact for fact in found["facts"])


def test_nothing_in_common_is_said(results) -> None:
    assert "no configuration in common" in of(results, "turning", "close")["sentence"]
    assert "no configuration in common" in of(results, "planted", "empty")["sentence"]
    with pytest.raises(RequestError, match="can't be compared"):
        of(results, "planted", "regression")


def test_the_command_writes_the_page(results, tmp_path) -> None:
    done = CliRunner().invoke(
        main, ["compare", "planted", str(results / "one-seed"), "--results", str(results), "--reports", str(tmp_path)]
    )
    assert done.exit_code == 0, done.output
    page = tmp_path / "compare-planted-one-seed" / "index.html"
    assert done.output.strip() == str(page)
    assert "configurations in common" in page.read_text(encoding="utf-8")
    wrong = CliRunner().invoke(main, ["compare", "planted", "nothing", "--results", str(results)])
    assert wrong.exit_code == 2


def test_it_can_be_written_again(results, tmp_path) -> None:
    first = write_comparison(results / "planted", results / "one-seed", tmp_path)
    content = first.read_bytes()
    assert write_comparison(results / "planted", results / "one-seed", tmp_path).read_bytes() == content

"""Searches of the same space, side by side."""

import json
import shutil

import pandas as pd
import pytest

from experiments.report.page_findings import PageFindings
from experiments.report.pages.study_page import write_study_report
from experiments.report.tables.tables import searches_table
from experiments.results.results import read_results, study_folders
from experiments.results.searches import searches_of


@pytest.fixture
def folder(results, tmp_path):
    for name in ("space-tune-random", "space-tune-bayesian"):
        shutil.copytree(results / name, tmp_path / name)
    return tmp_path / "space-tune-random"


def searches(folder):
    return searches_of(folder, study_folders(folder.parent))


@pytest.mark.parametrize("part", ["space", "seeds", "settings", "primary"])
def test_another_space_is_not_compared(folder, part) -> None:
    place = folder.parent / "space-tune-bayesian" / "manifest.json"
    manifest = json.loads(place.read_text())
    if part == "primary":
        manifest["primary"] = "cross_entropy"
    elif part == "space":
        manifest["study"]["search"]["space"] = {"activation": ["relu"]}
    else:
        manifest["study"][part] = [0, 1] if part == "seeds" else {**manifest["study"]["settings"], "epochs": 9}
    assert len(searches(folder)) == 2
    place.write_text(json.dumps(manifest))
    assert [search.tuner for search in searches(folder)] == ["random"]


def test_the_table_tells_what_was_confirmed(folder) -> None:
    findings = PageFindings(read_results(folder))
    table = searches_table(findings, searches(folder))
    assert [row[0].text for row in table.rows] == ["random", "bayesian"]
    assert [row[-1].text for row in table.rows] == ["not yet", "not yet"]
    place = folder.with_name("space-tune-bayesian-confirm")
    place.mkdir()
    pd.DataFrame({"cell": ["c"], "n": [20], "fresh": [0.951], "low": [0.949], "high": [0.953]}).to_csv(
        place / "confirmation.csv", index=False
    )
    table = searches_table(findings, searches(folder))
    assert table.rows[1][-1].text == "95.10 (94.90 to 95.30)"
    assert table.heads[-1][0] == "The same on fresh seeds (%)"
    found = pd.read_csv(place / "confirmation.csv").assign(test=0.941, test_low=0.939, test_high=0.943)
    found.to_csv(place / "confirmation.csv", index=False)
    manifest = json.loads((folder / "manifest.json").read_text()) | {"data": {"sealed": True}}
    (place / "manifest.json").write_text(json.dumps(manifest))
    sealed = searches_table(findings, searches(folder))
    assert sealed.rows[1][-1].text == "94.10 (93.90 to 94.30)"
    assert sealed.heads[-1][0] == "The same on fresh seeds and test examples (%)"
    assert searches_table(findings, searches(folder)[:1]) is None


@pytest.mark.usefixtures("_nothing_drawn")
def test_the_page_has_them(folder, tmp_path) -> None:
    page = write_study_report(folder, tmp_path / "reports")
    text = page.read_text(encoding="utf-8")
    assert "The same space by 2 tuners" in text
    assert "Searches of this space" in text

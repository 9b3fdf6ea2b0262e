"""`ablations report`: the pages it writes, which are stood in for."""

from pathlib import Path

import pytest

from experiments.report.pages import index_page, study_page
from experiments.results import results as report_results
from tests.experiments.cli.calling import call


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

"""The index of studies."""

import shutil

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.report.page_findings import PageFindings
from experiments.report.pages import index_page
from experiments.report.pages.index_page import write_index
from experiments.report.pages.study_page import write_study_report
from experiments.report.text.answer import answer
from experiments.results.results import read_results, study_folders
from tests.experiments.report.conftest import EVERY
from tests.experiments.report.found import found_in, found_once

pytestmark = pytest.mark.usefixtures("_nothing_drawn")


@pytest.fixture(scope="module")
def index(results, tmp_path_factory) -> bytes:
    """The index of every study."""
    with found_once(index_page):
        return write_index(tmp_path_factory.mktemp("index"), results).read_bytes()


@pytest.fixture
def few(results, tmp_path):
    """The results of two studies."""
    for name in ("one-trial", "planted"):
        shutil.copytree(results / name, tmp_path / "few" / name)
    return tmp_path / "few"


def test_every_study_with_its_question_answer_counts_and_date(results, index) -> None:
    page = index.decode("utf-8")
    assert page.count("<li>") == len(EVERY)
    assert "44 of 54 trials" in page
    assert "90 trials · 4 diverged · 2026-11-24 10:04 UTC" in page
    assert answer(found_in(results / "planted")).sentence in page


def test_links_lead_to_pages_that_are_there(few, tmp_path) -> None:
    write_study_report(few / "one-trial", tmp_path)
    page = write_index(tmp_path, few).read_text(encoding="utf-8")
    assert 'href="one-trial/index.html"' in page
    assert answer(PageFindings(read_results(few / "planted"))).sentence in page
    assert 'href="planted/index.html"' not in page


def test_the_gallery_is_linked_where_it_is_written(few, tmp_path) -> None:
    assert "gallery" not in write_index(tmp_path, few).read_text(encoding="utf-8")
    (tmp_path / "gallery").mkdir()
    (tmp_path / "gallery" / "index.html").write_text("")
    assert 'href="gallery/index.html"' in write_index(tmp_path, few).read_text(encoding="utf-8")


def test_only_studies_with_results_under_their_own_name(results, tmp_path) -> None:
    folder = tmp_path / "results"
    shutil.copytree(results / "planted", folder / "planted")
    shutil.copytree(results / "planted", folder / "planted.1")  # set aside by --fresh
    shutil.copytree(results / "one-trial", folder / "one-trial")
    (folder / "one-trial" / "trials.csv").unlink()
    (folder / "broken").mkdir()
    (folder / "broken" / "manifest.json").write_text("{")
    (folder / "log.txt").write_text("")
    assert [study_folder.name for study_folder in study_folders(folder)] == ["planted"]


def test_no_studies_at_all(tmp_path) -> None:
    page = write_index(tmp_path / "reports", tmp_path / "results").read_text(encoding="utf-8")
    assert "No study has results yet" in page


def test_the_same_bytes_twice(few, tmp_path) -> None:
    assert write_index(tmp_path / "1", few).read_bytes() == write_index(tmp_path / "2", few).read_bytes()


def test_what_can_not_be_read_is_told_and_the_rest_is_written(few, tmp_path) -> None:
    (few / "planted" / "trials.csv").write_text("a,b\n1,2\n")
    (few / "spoilt").mkdir()
    (few / "spoilt" / "manifest.json").write_text('{"study": {"name": "spoilt"}}')
    said = CliRunner().invoke(main, ["report", "--results", str(few), "--reports", str(tmp_path)])
    assert said.exit_code == 2
    assert "Traceback" not in said.output
    assert said.stderr.splitlines()[-2:] == [
        f"ablations: {few / 'planted' / 'trials.csv'}: can't be read: it lacks the columns trial, cell, seed, status",
        f"{few / 'spoilt' / 'manifest.json'}: lacks 'primary'",
    ]
    assert (tmp_path / "one-trial" / "index.html").is_file()
    assert "These results can’t be read" in (tmp_path / "index.html").read_text(encoding="utf-8")
    said = CliRunner().invoke(main, ["report", "spoilt", "--results", str(few), "--reports", str(tmp_path)])
    assert (said.exit_code, said.stderr) == (2, f"ablations: {few / 'spoilt' / 'manifest.json'}: lacks 'primary'\n")

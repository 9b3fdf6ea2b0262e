"""Tables and figures for a paper."""

import re
import shutil

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.report.figures.figure import Drawn
from experiments.report.pages import study_page
from experiments.report.pages.paper import how_found, latex, write_paper
from experiments.report.pages.study_page import write_study_report
from experiments.report.sections.reading_order import sections
from tests.experiments.report.found import found_in, found_once


@pytest.fixture(scope="module", autouse=True)
def _no_pages():
    """The pages beside the papers are tested elsewhere: their figures are not drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study_page, "draw", lambda figure: Drawn("", "", b""))
        yield


@pytest.fixture(scope="module")
def papers(results, tmp_path_factory):
    """Papers with figures of two studies, and with tables alone of others."""
    folder = tmp_path_factory.mktemp("papers")
    with found_once(study_page):
        for name in ("planted", "leave-one-out"):
            write_study_report(results / name, folder, paper=True)
    for name in ("regression", "space-tune-random", "conditions", "one-seed"):
        findings = found_in(results / name)
        tables = [table for section in sections(findings, []) for table in section.tables]
        write_paper(findings, [], tables, folder / name / "paper")
    return folder


def test_every_table_is_one_that_latex_can_read(papers) -> None:
    tables = list(papers.glob("*/paper/*-table*.tex"))
    assert len(tables) > 15
    for place in tables:
        text = place.read_text(encoding="utf-8")
        columns = len(re.search(r"begin{tabular}{([lr]+)}", text)[1])
        body = re.search(r"\\toprule\n(.*)\\bottomrule", text, re.DOTALL)[1].replace("\\midrule\n", "")
        for line in body.splitlines():
            assert len(re.findall(r"(?<!\\)&", line)) == columns - 1, place
            assert line.endswith(r" \\")
        assert not re.search(r"(?<!\\)[%#_]", text), place
        assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
        text.encode("latin-1")


def test_every_figure_is_there_with_a_caption_that_says_how_it_was_found(papers, results) -> None:
    figures = list((papers / "planted" / "paper").glob("*.pdf"))
    assert {file.stem for file in figures} == {figure.stem for figure in (papers / "planted" / "figures").glob("*.svg")}
    for figure in figures:
        assert figure.read_bytes().startswith(b"%PDF")
        caption = figure.with_suffix(".tex").read_text(encoding="utf-8")
        assert "n = 5 seeds, paired t intervals" in caption
        assert "m = 5 for levels" in caption
        assert f"{{{figure.name}}}" in caption
    assert how_found(found_in(results / "one-seed")) == "Digits, 4 epochs; one seed, so no test."


def test_the_same_results_give_the_same_bytes(papers, results, tmp_path) -> None:
    write_study_report(results / "leave-one-out", tmp_path, paper=True)
    again = sorted((tmp_path / "leave-one-out" / "paper").iterdir())
    before = sorted((papers / "leave-one-out" / "paper").iterdir())
    assert [path.name for path in again] == [path.name for path in before]
    assert all(path.read_bytes() == other.read_bytes() for path, other in zip(again, before, strict=True))


def test_special_signs_are_escaped() -> None:
    assert latex("50 % of a_b & {c} − 1") == r"50 \% of a\_b \& \{c\} $-$ 1"
    assert latex("\\") == r"\textbackslash{}"


def test_only_where_it_is_asked_for(results, tmp_path) -> None:
    shutil.copytree(results / "planted", tmp_path / "results" / "planted")
    places = ["--results", str(tmp_path / "results"), "--reports", str(tmp_path)]
    done = CliRunner().invoke(main, ["report", "planted", *places])
    assert done.exit_code == 0, done.output
    assert not (tmp_path / "planted" / "paper").exists()

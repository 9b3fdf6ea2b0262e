"""The page of every kind of study."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser

import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.report.pages import study_page
from experiments.report.pages.study_page import write_study_report
from tests.experiments.report.conftest import EVERY
from tests.experiments.report.drawing import on_the_page_alone, once_each
from tests.experiments.report.found import found_in, found_once

# These have all of their figures on their pages; of the others each figure is drawn in one study, the odd ones first.
ALL = os.environ.get("EQUALITY") == "all"
WHOLE = EVERY if ALL else ("leave-one-out", "one-factor")
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """Elements, headings, ids and links of a page; complains of what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def all(self, *names: str) -> list[dict]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def reports(results, tmp_path_factory):
    """A page of every study; the planted one has its figures as files too."""
    folder = tmp_path_factory.mktemp("reports")
    drawn_once = once_each(lambda figure: figure.name)
    with pytest.MonkeyPatch.context() as patch, found_once(study_page):
        for name in ("planted", *reversed(EVERY[1:])):
            if name != "planted":
                patch.setattr(study_page, "draw", on_the_page_alone if name in WHOLE else drawn_once)
            assert write_study_report(results / name, folder) == folder / name / "index.html"
    return folder


@pytest.fixture(autouse=True)
def _drawn_once(monkeypatch):
    monkeypatch.setattr(study_page, "draw", on_the_page_alone)


@cache  # reading a page is what its checks take the time for
def outline_of(page: str) -> Outline:
    return Outline(page)


@pytest.fixture(params=EVERY)
def page(request, reports) -> str:
    return (reports / request.param / "index.html").read_text(encoding="utf-8")


def test_well_formed_with_unique_ids_and_links_that_lead_somewhere(page: str) -> None:
    outline = outline_of(page)
    assert outline.open == []
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = [link["href"][1:] for link in outline.all("a") if link["href"].startswith("#")]
    assert set(inner) <= set(ids)


def test_works_offline(page: str) -> None:
    outline = outline_of(page)
    assert not outline.all("link", "img", "iframe")
    assert not any("src" in attributes for attributes in outline.all("script"))
    assert not re.search(r"@import|url\((?!#)|https?://(?!www\.w3\.org)", page)


def test_for_keyboard_and_screen_reader(page: str) -> None:
    outline = outline_of(page)
    headings = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert set(headings[1:]) == {2}
    assert page.index('class="skip"') < page.index("<h1")
    assert all(cell.get("scope") in ("col", "row") for cell in outline.all("th"))
    assert len(outline.all("table")) == len(outline.all("caption"))
    assert all(svg["role"] == "img" and len(svg["aria-label"]) > 20 for svg in outline.all("svg"))
    boxes = [box for box in outline.all("div") if box.get("class") == "scroll"]
    assert all(box["tabindex"] == "0" and box["role"] == "region" and box["aria-label"] for box in boxes)
    assert 'lang="en"' in page


def test_nothing_is_wider_than_a_phone(page: str) -> None:
    """Tables and code scroll in boxes of their own, figures have no width; a browser's test is elsewhere."""
    outline = outline_of(page)
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in page
    assert page.count('<div class="scroll"') == len(outline.all("table"))
    assert all("width" not in svg for svg in outline.all("svg"))
    assert ".scroll { overflow-x: auto" in page
    assert not re.search(r"min-width: \d{3,}px|white-space: nowrap(?![^}]*})", page)


def test_the_answer_comes_first_and_no_field_has_a_hole(page: str) -> None:
    text = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    assert text.split()
    assert page.index('class="answer') < page.index("<dl") < page.index("<h2")
    assert not re.search(r"\b(nan|None(?! of)|NaT|inf)\b|– to –", text)


def test_markdown_has_the_same_answer_and_its_figures(reports) -> None:
    for name in EVERY:
        text = (reports / name / "report.md").read_text(encoding="utf-8")
        for image in re.findall(r"!\[[^\n]*\]\(([^)]+)\)", text):
            assert (reports / name / image).is_file()
        page = (reports / name / "index.html").read_text(encoding="utf-8")
        assert len(re.findall(r"!\[", text)) == page.count("<figure")
        answer = re.search(r'class="answer[^>]*>([^<]*)<', page).group(1)
        assert f"**{answer}**" in text.replace("&", "&amp;")
        widths = [[line.count("|") for line in block.splitlines()] for block in re.findall(r"(?:^\|.*\n)+", text, re.M)]
        assert all(len(set(rows)) <= 2 for rows in widths)


def test_what_a_reader_looks_for_is_there(reports) -> None:
    page = (reports / "planted" / "index.html").read_text(encoding="utf-8")
    for words in (
        "Which activation, loss and learning rate read digits best?", "ablations run planted", "tensorflow 2.21.0",
        "0123456789abcdef", "2026-11-24 10:04 UTC", "Linux x86_64, 2 cores", "4 of 30", "prefers-color-scheme: dark",
        "@media print",
    ):  # fmt: skip
        assert words in page


@pytest.mark.parametrize("name", ["leave-one-out", *(["one-factor"] if ALL else [])])
def test_the_test_scores_of_the_chosen_cell_and_the_baseline_alone_are_shown(
    results, reports, tmp_path, name: str
) -> None:
    """Changing every other cell's test score changes no byte of the page."""
    findings = found_in(results / name)
    leads = [] if findings.headline is None else [findings.headline.cell, findings.headline.reference_cell]
    shown = [findings.best["cell"], findings.reference, *leads]  # what leads is read under each choice of a score
    trials = pd.read_csv(results / name / "trials.csv", dtype=str, keep_default_na=False)
    of_shown = trials["cell"].isin(shown)
    pages = [(reports / name / "index.html").read_bytes()]
    for number, spoilt in enumerate((~of_shown, of_shown, trials["cell"] == shown[1])):
        folder = shutil.copytree(results / name, tmp_path / str(number))
        changed = trials.assign(test_accuracy=trials["test_accuracy"].mask(spoilt, "0.123"))
        changed.to_csv(folder / "trials.csv", index=False)
        pages.append(write_study_report(folder, tmp_path / "reports").read_bytes())
    assert pages[0] == pages[1]
    assert pages[0] != pages[2]
    assert pages[0] != pages[3]


def test_conditions_have_sections_of_their_own(reports) -> None:
    page = (reports / "conditions" / "index.html").read_text(encoding="utf-8")
    for words in (
        '<h2 id="share-0">With share 0<',
        '<h2 id="share-0-2">With share 0.2<',
        'id="best-table-share-0-2"',
        "With share<",
    ):
        assert words in page
    assert (reports / "conditions" / "figures" / "curves-share-0-2.png").is_file()


def test_the_same_results_give_the_same_bytes_in_another_process_without_tensorflow(results, reports, tmp_path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from experiments.report.pages.study_page import write_study_report\n"
        "from experiments.report.pages.index_page import write_index\n"
        "write_study_report(Path(sys.argv[1]) / 'planted', Path(sys.argv[2]))\n"
        "write_index(Path(sys.argv[2]), Path(sys.argv[1]))\n"
        "heavy = {'tensorflow', 'keras', 'jax', 'sklearn', 'experiments.store.journal'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    shutil.copytree(results / "planted", tmp_path / "results" / "planted")
    subprocess.run([sys.executable, "-W", "error", "-c", code, str(tmp_path / "results"), str(tmp_path)], check=True)
    made = sorted(path.relative_to(tmp_path) for path in (tmp_path / "planted").rglob("*") if path.is_file())
    assert len(made) == 2 + 2 * 10
    for path in made:
        assert (tmp_path / path).read_bytes() == (reports / path).read_bytes(), path


def test_figures_that_are_no_more_are_removed_and_nothing_else(results, tmp_path) -> None:
    write_study_report(results / "one-level", tmp_path)
    figures = tmp_path / "one-level" / "figures"
    (figures / "old.svg").write_text("")
    (figures / "notes.txt").write_text("mine")
    write_study_report(results / "one-level", tmp_path)
    assert not (figures / "old.svg").exists()
    assert (figures / "notes.txt").read_text() == "mine"


def test_names_and_questions_are_escaped(results, tmp_path) -> None:
    folder = shutil.copytree(results / "one-trial", tmp_path / "one-trial")
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("Which activation", "<b>Which & why</b> activation"))
    page = write_study_report(folder, tmp_path / "reports").read_text()
    assert "&lt;b&gt;Which &amp; why&lt;/b&gt; activation" in page
    assert "<b>" not in page


def test_no_results_is_a_wrong_request(tmp_path) -> None:
    with pytest.raises(RequestError, match=r"manifest\.json"):
        write_study_report(tmp_path, tmp_path / "reports")


@pytest.mark.parametrize("column", ["gone", "empty"])
@pytest.mark.parametrize("name", ["planted", "conditions"])
@pytest.mark.usefixtures("_nothing_drawn")
def test_without_test_scores_nothing_is_said_of_them(results, reports, tmp_path, name: str, column: str) -> None:
    folder = shutil.copytree(results / name, tmp_path / name)
    trials = pd.read_csv(folder / "trials.csv", dtype=str, keep_default_na=False)
    tests = [column for column in trials if column.startswith("test_")]
    trials = trials.drop(columns=tests) if column == "gone" else trials.assign(**dict.fromkeys(tests, ""))
    trials.to_csv(folder / "trials.csv", index=False)
    write_study_report(folder, tmp_path)
    text = (tmp_path / name / "report.md").read_text(encoding="utf-8")
    assert "there are no test scores" in text
    assert not re.search(r"test set|\bnan\b", text)
    assert "test set" in (reports / name / "report.md").read_text(encoding="utf-8")

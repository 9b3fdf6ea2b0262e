"""The gallery's page, from a quick run: everything is on it, and what it says is from the run."""

import html
import re
from itertools import pairwise

import pytest

from experiments.gallery import activations, losses, page, penalties
from experiments.gallery.figures import describe_finding
from experiments.gallery.numbers import percent
from experiments.report.pages.index_page import GALLERY
from tests.experiments.report.drawing import once_each
from tests.experiments.report.pages.test_study_page import Outline

FUNCTIONS = (*activations.ENTRIES, *losses.ENTRIES)
EVERY = (*FUNCTIONS, *penalties.ENTRIES)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The text of a page whose networks trained for one epoch, its comparisons, and what was said meanwhile."""
    reports, said, found = tmp_path_factory.mktemp("reports"), [], []
    with pytest.MonkeyPatch.context() as patch:
        original = page.comparisons
        patch.setattr(page, "comparisons", lambda *arguments: found.extend(original(*arguments)) or found)
        # a picture of each kind is looked at once; those of all entries are drawn by the same few functions
        draw = once_each(lambda figure: figure.draw.__qualname__)
        patch.setattr(page, "inline", lambda figure: draw(figure).inline)
        written = page.write_gallery(reports, said.append, epochs=1, rounds=2, repeats=1)
    assert written == reports / GALLERY
    return written.read_text(encoding="utf-8"), found, said


@pytest.fixture(scope="module")
def text(run):
    return run[0]


def card(text, entry):
    return text[text.index(f'<article class="card" aria-labelledby="{entry.name}"') :].partition("</article>")[0]


@pytest.mark.parametrize("entry", EVERY, ids=[entry.name for entry in EVERY])
def test_every_entry_is_there_with_all_that_it_has(text, entry):
    mine = card(text, entry)
    assert f">{entry.title}" in mine
    assert "<math" in mine
    assert html.unescape(re.search(r"<code>(.*?)</code>", mine, re.S)[1]) == entry.snippet
    assert mine.count("<svg") == (2 if entry in FUNCTIONS else 1)
    if entry in FUNCTIONS:
        assert f"<dt>Values</dt><dd>{entry.values}</dd>" in mine
        assert f"<dt>Slopes</dt><dd>{entry.slopes}</dd>" in mine
        assert re.search(r"<dt>Cost, [a-z ]+ = 1</dt><dd>\d+\.\d\d \(\d+\.\d\d to \d+\.\d\d\)</dd>", mine)


def test_what_it_says_of_penalties_is_from_the_run(run):
    text, found, _ = run
    assert [comparison.penalty for comparison in found] == list(penalties.ENTRIES)
    for comparison in found:
        mine = card(text, comparison.penalty)
        assert describe_finding(comparison) in mine
        for trained in comparison.both:
            assert f"{percent(trained.right / 359)} ({trained.right} of 359)" in mine
            assert percent(trained.measure("zeros", comparison.penalty.of)) in mine


def test_no_time_stands_alone(text):
    assert not re.search(r"\d\s?(ms|µs|seconds)\b", re.sub(r"<svg.*?</svg>|<style.*?</style>", "", text, flags=re.S))


def test_well_formed_offline_and_for_everyone(text):
    outline = Outline(text)
    assert outline.open == []
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in outline.all("a") if link["href"].startswith("#")} <= set(ids)
    assert not outline.all("link", "img", "iframe")
    assert not re.search(r"@import|url\((?!#)|https?://(?!www\.w3\.org)", text)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(svg["role"] == "img" and len(svg["aria-label"]) > 40 for svg in outline.all("svg"))
    assert not any("nan" in svg["aria-label"] for svg in outline.all("svg"))
    assert all(cell.get("scope") in ("col", "row") for cell in outline.all("th"))
    assert len(outline.all("table")) == len(outline.all("caption")) == text.count('<div class="scroll"')
    assert all(snippet.get("tabindex") == "0" and snippet["aria-label"] for snippet in outline.all("pre"))


def test_it_says_what_it_is_doing(run):
    assert [line.partition(": ")[0] for line in run[2]] == ["gallery"] * 3

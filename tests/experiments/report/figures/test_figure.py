"""A figure as an element of a page and as files."""

import html
import re
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from experiments.report.figures.figure import Figure, draw, inline
from experiments.report.figures.style import LIGHT


def line(axis) -> None:
    axis.plot([1, 2], [3, 4], color=LIGHT["series-1"], label="one")
    axis.set_title("bold", fontweight="bold")


FIGURE = Figure("a-line", 'Up & "up"', "How to read it.", "From 3 to 4 < 5.", 2.0, line)


@pytest.fixture(scope="module")
def picture():
    return draw(FIGURE)


def test_the_element_is_well_formed_and_named_for_who_cannot_see_it(picture) -> None:
    root = ElementTree.fromstring(picture.inline.replace("xlink:href", "href"))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'Up & "up". From 3 to 4 < 5.'
    assert "viewBox" in root.attrib
    assert "width" not in root.attrib


def test_its_colours_and_font_are_the_pages(picture) -> None:
    assert "var(--series-1)" in picture.inline
    assert LIGHT["ink"] not in picture.inline
    assert "DejaVu" not in picture.inline


def test_its_ids_are_its_own_and_references_meet_them(picture) -> None:
    ids = re.findall(r'\sid="([^"]*)"', picture.inline)
    assert len(ids) == len(set(ids))
    assert all(identifier.startswith("a-line-") for identifier in ids)
    assert set(re.findall(r'href="#([^"]*)"', picture.inline)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", picture.inline)) <= set(ids)


def test_files_have_the_title_and_stand_alone(picture) -> None:
    assert "Up &amp; &quot;up&quot;" in picture.svg or 'Up &amp; "up"' in picture.svg
    assert "var(--" not in picture.svg
    assert picture.png.startswith(b"\x89PNG")


def test_the_element_alone(picture) -> None:
    assert inline(FIGURE) == picture.inline


def test_a_figure_has_the_width_asked_for() -> None:
    narrow = Figure("a-line", "Up", "", "From 3 to 4.", 2.0, line, width=2.5)
    assert 'viewBox="0 0 180 144"' in inline(narrow)


def test_the_same_bytes_whatever_the_users_settings(picture) -> None:
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red", "svg.hashsalt": None}):
        assert draw(FIGURE) == picture
        assert mpl.rcParams["font.size"] == 20


def test_text_is_text_whatever_its_signs() -> None:
    signs = ["$a$ and $b$", r"\frac{1}{2}", LIGHT["ink"], ' id="k href="#l" url(#m)', "<b>&lt;</b>", "😀 %s"]

    def draw_signs(axis) -> None:
        axis.set_yticks(range(len(signs)), signs)
        axis.set(xscale="log", xlim=(1e-7, 1e2))

    for svg in (draw(replace(FIGURE, draw=draw_signs)).svg, inline(replace(FIGURE, draw=draw_signs))):
        found = [html.unescape(label) for label in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
        assert [sign for sign in signs if sign.strip() not in found and sign not in found] == []
        assert "1e-06" in found  # and no formula stands at a logarithmic axis
        assert not [label for label in found if "mathdefault" in label]

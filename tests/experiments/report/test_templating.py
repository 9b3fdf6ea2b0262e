"""What a template may be given."""

import pytest
from jinja2 import UndefinedError

from experiments.report.templating import markdown_alt, markdown_field, render


def test_html_is_escaped() -> None:
    study = {"name": "s", "question": "<script>?", "page": None, "sentence": "a < b & c", "facts": ""}
    page = render("index.html", studies=[study], summary="", gallery=None, source="results")
    assert "&lt;script&gt;?" in page
    assert "a &lt; b &amp; c" in page


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("index.html", studies=[])


def test_markdown_of_awkward_texts() -> None:
    assert markdown_field("a|b_c\n*d*") == r"a\|b\_c \*d\*"
    assert markdown_alt("a [b]") == r"a \[b\]"

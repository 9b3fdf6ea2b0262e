"""What a template may be given."""

import pytest
from jinja2 import UndefinedError

from experiments.report.pages.templating import markdown_fenced, markdown_field, markdown_prose, render


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
    assert markdown_field("&lt; 2 & 3 $x$") == r"\&lt; 2 & 3 \$x\$"
    assert markdown_prose("a [b](c)\n\n# <img src=x onerror=y>") == r"a \[b\](c) # \<img src=x onerror=y>"
    assert markdown_prose("cross_entropy, 3 * 4 | _x_ ~~y~~ 5~6") == r"cross_entropy, 3 \* 4 | \_x\_ \~~y\~~ 5~6"
    assert [markdown_prose(text) for text in ("# a", "- b", "1. c", "2.5 is")] == [r"\# a", r"\- b", r"1\. c", "2.5 is"]
    assert markdown_fenced("a\n```\n") == "````\na\n```\n````"

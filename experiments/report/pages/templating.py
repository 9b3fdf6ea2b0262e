"""Templates, with what all pages share."""

import re
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from experiments.report.figures.style import DARK, LIGHT
from experiments.study.types import PlainTable

FOLDER = Path(__file__).parent / "templates"
Context: TypeAlias = PlainTable  # what a template is filled in with, by the names it uses


def render(template: str, *, folder: Path = FOLDER, **context: object) -> str:
    """A template filled in; HTML is escaped, blank lines in a row become one.

    folder: where the template is; what it extends, imports and includes may be in `FOLDER` as well.
    """
    environment = Environment(
        loader=FileSystemLoader([folder, FOLDER]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"field": markdown_field, "prose": markdown_prose, "fenced": markdown_fenced}
    text = environment.get_template(template).render(light=LIGHT, dark=DARK, **context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def markdown_field(text: str) -> str:
    """A field of a Markdown table, whatever it holds.

    >>> markdown_field("a|b*")
    'a\\\\|b\\\\*'
    """
    return re.sub(r"([|\\`*_<>\[\]$]|~(?=~)|&(?=[#\w]+;))", r"\\\1", " ".join(str(text).split()))


def markdown_prose(text: str) -> str:
    """A text as Markdown's reader shows it, on one line: no sign of it is markup, and none is HTML.

    Signs that mean something only where a line or word begins or ends are left alone elsewhere.

    >>> markdown_prose("cross_entropy < *1*, _x_ <b> & $a$"), markdown_prose("1. # a")
    ('cross_entropy \\\\< \\\\*1\\\\*, \\\\_x\\\\_ \\\\<b> & \\\\$a\\\\$', '1\\\\. # a')
    """
    line = re.sub(r"[ \t\r\n\f\v]+", " ", str(text)).strip(" ")  # and no-break spaces stay
    line = re.sub(r"([\\`*<\[\]$]|~(?=~)|&(?=[#\w]+;)|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", line)
    line = re.sub(r"^(\d+)([.)](?:\s|$))", r"\1\\\2", line)  # else it would be an item of a list
    return re.sub(r"^([-+](?:\s|$)|#{1,6}(?:\s|$)|>|=+$|-+$)", r"\\\1", line)


def markdown_fenced(code: str, language: str = "") -> str:
    """Lines of code in a fence that is longer than any in them.

    >>> markdown_fenced("a = 1\\n", "python")
    '```python\\na = 1\\n```'
    """
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", code) or [""]))
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"

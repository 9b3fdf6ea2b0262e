"""Templates, with what all pages share."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from experiments.report.style import DARK, LIGHT

FOLDER = Path(__file__).parent / "templates"


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
    environment.filters |= {"field": markdown_field, "alt": markdown_alt}
    text = environment.get_template(template).render(light=LIGHT, dark=DARK, **context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def markdown_field(text: str) -> str:
    """A field of a Markdown table, whatever it holds.

    >>> markdown_field("a|b*")
    'a\\\\|b\\\\*'
    """
    return re.sub(r"([|\\`*_<>\[\]])", r"\\\1", " ".join(str(text).split()))


def markdown_alt(text: str) -> str:
    """The text that stands for an image."""
    return re.sub(r"([\[\]])", r"\\\1", " ".join(str(text).split()))

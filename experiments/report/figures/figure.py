"""A figure: what it finds, how to read it, and how it is drawn; as SVG within a page and as files."""

import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import Formatter, LogFormatterSciNotation
from matplotlib.transforms import Bbox
from PIL import Image

from experiments.report.figures.style import LIGHT, RC, short_number

WIDTH = 5.2  # inches; at this width text is still readable on a phone
_NO_METADATA: dict[str, None] = {"Date": None, "Creator": None, "Format": None, "Type": None}


@dataclass(frozen=True)
class Figure:
    """A drawn table.

    name: of its files, and of its ids in a page. title: the finding. caption: how to read it.
    alt: what it shows, for who cannot see it. height, width: inches. draw: draws on an axis, computes nothing.
    """

    name: str
    title: str
    caption: str
    alt: str
    height: float
    draw: Callable[[Axes], None]
    width: float = WIDTH


@dataclass(frozen=True)
class Drawn:
    """A figure as text and bytes: `inline` for a page, without its title; `svg` and `png` for files, with it."""

    inline: str
    svg: str
    png: bytes


def draw(figure: Figure) -> Drawn:
    """Draws a figure. The same tables give the same bytes, whatever a user's own matplotlibrc says."""
    with canvas_of(figure) as canvas:
        element = _element(canvas, figure)
        lines = textwrap.wrap(figure.title, round(60 * figure.width / WIDTH))
        band = 0.06 + 0.19 * len(lines)
        canvas.text(0.012, 1 + 0.02 / figure.height, "\n".join(lines), va="bottom", fontsize=11, fontweight="bold")
        whole = Bbox([[0, 0], [figure.width, figure.height + band]])
        svg = _save(canvas, "svg", bbox_inches=whole, metadata=_NO_METADATA)
        png = _few_colours(_save(canvas, "png", bbox_inches=whole, dpi=160))
    return Drawn(element, _tidy(svg.decode()), png)


def inline(figure: Figure) -> str:
    """A figure as an element of a page alone, without files: `draw(figure).inline`."""
    with canvas_of(figure) as canvas:
        return _element(canvas, figure)


@contextmanager
def canvas_of(figure: Figure) -> Iterator[Canvas]:
    """A canvas with the figure drawn and laid out; matplotlib has our settings as long as it is in use."""
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a box in the PNG; in the SVG it is text
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        layout = ConstrainedLayoutEngine(w_pad=0.1)  # text grows a little with the resolution it is written at
        canvas = Canvas(figsize=(figure.width, figure.height), layout=layout)
        figure.draw(canvas.subplots())
        _plain_ticks(canvas)
        # Finding the layout is slow; once is enough, for the title stands in a band of its own above.
        layout.execute(canvas)
        canvas.set_layout_engine(None)
        yield canvas


class _Plain(Formatter):
    """The ticks that another formatter labels, as text, which needs no formula: `0.001`, `1e-07`."""

    def __init__(self, other: Formatter) -> None:
        self.other = other

    def __call__(self, x: float, pos: int | None = None) -> str:
        return short_number(x) if self.other(x, pos) else ""

    def set_locs(self, locs: list[float]) -> None:
        self.other.set_locs(locs)


def _plain_ticks(canvas: Canvas) -> None:
    for axis in (axis for axes in canvas.axes for axis in (axes.xaxis, axes.yaxis)):
        for of, keep in (
            (axis.get_major_formatter(), axis.set_major_formatter),
            (axis.get_minor_formatter(), axis.set_minor_formatter),
        ):
            if isinstance(of, LogFormatterSciNotation):
                keep(_Plain(of))


def _element(canvas: Canvas, figure: Figure) -> str:
    return _inline(_save(canvas, "svg", transparent=True, metadata=_NO_METADATA).decode(), figure)


def _save(
    canvas: Canvas,
    kind: str,
    *,
    transparent: bool = False,
    bbox_inches: Bbox | None = None,
    metadata: dict[str, None] | None = None,
    dpi: float | Literal["figure"] = "figure",
) -> bytes:
    buffer = io.BytesIO()
    canvas.savefig(buffer, format=kind, transparent=transparent, bbox_inches=bbox_inches, metadata=metadata, dpi=dpi)
    return buffer.getvalue()


def _few_colours(png: bytes) -> bytes:
    """The same picture of 256 colours, a third of the size: reports are kept in repositories."""
    found = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(found, "png", optimize=True)
    return found.getvalue()


def _tidy(svg: str) -> str:
    """Without trailing blanks, which make noise in version control."""
    return re.sub(r"[ \t]+\n", "\n", svg)


def _inline(svg: str, figure: Figure) -> str:
    """An `<svg>` element: its colours follow the page's variables, its ids are its own."""
    svg = _tidy(svg[svg.index("<svg") :])
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<[^>]*>", lambda tag: _of_the_page(tag.group(), figure.name), svg)  # and never what stands between
    size = re.search(r'viewBox="[^"]*"', svg)
    label = escape(f"{figure.title}. {figure.alt}", quote=True)
    opening = f'<svg {size.group() if size else ""} role="img" aria-label="{label}">'
    return re.sub(r"<svg[^>]*>", lambda _: opening, svg, count=1).strip()


def _of_the_page(tag: str, name: str) -> str:
    """A tag whose colours and font follow the page, and whose ids are those of its figure."""
    tag = re.sub(r'\sid="', f' id="{name}-', tag)
    tag = re.sub(r'href="#', f'href="#{name}-', tag)
    tag = re.sub(r"url\(#", f"url(#{name}-", tag)
    for role, colour in LIGHT.items():
        tag = tag.replace(colour, f"var(--{role})")
    # The page's own font. matplotlib 3.10 writes it as `font: 700 9.5px 'DejaVu Sans'`, 3.11 in single properties.
    tag = re.sub(r"font: (\d+ )?([\d.]+)px '[^;\"]*", _font, tag)
    return re.sub(r"font-family: '[^;\"]*;? ?", "", tag)


def _font(found: re.Match[str]) -> str:
    weight = f"; font-weight: {found[1].strip()}" if found[1] else ""
    return f"font-size: {found[2]}px{weight}"

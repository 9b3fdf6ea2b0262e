"""Figures of pages drawn for less, where their files are not looked at."""

from collections.abc import Callable
from html import escape

from experiments.report.figures.figure import Drawn, Figure, inline


def on_the_page_alone(figure: Figure) -> Drawn:
    """A figure as the page shows it; its files, which take as long, are empty."""
    return Drawn(inline(figure), "", b"")


def once_each(kind: Callable[[Figure], str]) -> Callable[[Figure], Drawn]:
    """Figures of each kind are drawn on the page the first time; then it is `label_alone`."""
    seen: set[str] = set()

    def draw(figure: Figure) -> Drawn:
        known = kind(figure) in seen
        seen.add(kind(figure))
        return label_alone(figure) if known else on_the_page_alone(figure)

    return draw


def label_alone(figure: Figure) -> Drawn:
    """What a page says of a figure in place of the figure."""
    label = escape(f"{figure.title}. {figure.alt}", quote=True)
    return Drawn(f'<svg viewBox="0 0 1 1" role="img" aria-label="{label}"></svg>', "", b"")

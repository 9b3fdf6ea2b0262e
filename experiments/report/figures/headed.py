"""Rows under headings, one heading per factor: places on the vertical axis."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from experiments.report.figures.style import LIGHT

Headings = list[tuple[float, str]]


def headed_places(factors: Sequence[str], headings: Sequence[str]) -> tuple[list[float], Headings]:
    """A place for each row, top to bottom, and one with a text before the first row of each factor.

    >>> headed_places(["a", "a", "b"], ["A", "A", "B"])
    ([1.0, 2.0, 4.0], [(0.0, 'A'), (3.0, 'B')])
    """
    places: list[float] = []
    spans: Headings = []
    place, seen = 0.0, None
    for factor, heading in zip(factors, headings, strict=True):
        if factor != seen:
            spans.append((place, heading))
            place, seen = place + 1, factor
        places.append(place)
        place += 1
    return places, spans


def draw_headed(axis: Axes, rows: pd.DataFrame, headings: Headings) -> None:
    """Names the rows and writes the headings, at the left edge. rows: `place, tick`."""
    for place, text in headings:
        axis.annotate(
            text, (0, place), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            va="center", fontweight="bold", fontsize=9.5, zorder=5,
            bbox={"facecolor": LIGHT["surface"], "edgecolor": "none", "pad": 1.5},  # no line of the axis through it
        )  # fmt: skip
    axis.set_yticks(rows["place"].tolist(), rows["tick"].tolist())
    axis.set_ylim(rows["place"].max() + 0.6, -0.6)
    axis.grid(axis="y", visible=False)
    axis.tick_params(axis="y", length=0)

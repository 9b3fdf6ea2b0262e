"""Figures of the gallery: each with its finding, how to read it, and what it shows in words."""

import pandas as pd

from experiments.gallery.drawings import draw_curves, draw_descents, draw_histogram
from experiments.gallery.entry import Entry, Family
from experiments.gallery.numbers import number, percent
from experiments.gallery.training import NEAR, Comparison
from experiments.report.figures.figure import Figure

WIDTH, HEIGHT, LEGEND_LINE = 2.7, 2.05, 0.19  # inches: two stand side by side in a card
DESCRIBED = 5  # places of a curve that are described in words


def curve_figures(
    entry: Entry, family: Family, table: pd.DataFrame, beside: pd.DataFrame, standard: str
) -> list[Figure]:
    """The function and its slope. table: `line, x, value, slope`; beside: that of a standard, or no rows."""
    shown = table["line"].nunique() + (1 if len(beside) else 0)
    height = HEIGHT + LEGEND_LINE * ((shown + 1) // 2 if shown > 1 else 0)
    also = f" Beside it: {standard}." if len(beside) else ""
    return [
        Figure(
            name=f"{entry.name}-{column}",
            title=title,
            caption="",
            alt=f"{entry.title}. {_describe_lines(table, column)}{also}",
            height=height,
            width=WIDTH,
            draw=lambda axis, column=column, limits=limits: draw_curves(
                axis, table, column, limits, family.argument, beside, standard
            ),
        )
        for column, title, limits in (("value", "Value", family.values), ("slope", "Slope", family.slopes))
    ]


def _describe_lines(table: pd.DataFrame, column: str) -> str:
    """A few places of every line, in words."""
    said = []
    for line, group in table.groupby("line", sort=False):
        rows = group.iloc[[round(place * (len(group) - 1) / (DESCRIBED - 1)) for place in range(DESCRIBED)]]
        places = ", ".join(f"{number(y)} at {number(x)}" for x, y in zip(rows["x"], rows[column], strict=True))
        said.append(f"{line}: {places}.")
    return " ".join(said)


def histogram_figure(comparison: Comparison) -> Figure:
    """Weights, or mean activations of units, without a penalty and with it."""
    table = comparison.histogram
    shares = table[["without", "with_it"]] * 100
    weights = comparison.penalty.of == "weights"
    # of weights most are near 0, and those far out, one in a thousand, are to be seen as well
    scale = "log" if weights else "linear"
    limits = (
        (0.6 * float(shares[shares > 0].min().min()), 100.0) if weights else (0.0, 1.08 * float(shares.max().max()))
    )
    return Figure(
        name=f"{comparison.penalty.name}-histogram",
        title=describe_finding(comparison),
        caption="",
        alt=f"Histogram of {_what(comparison)} without and with {comparison.penalty.title}: {_spread(comparison)}.",
        height=2.7,
        width=4.6,
        draw=lambda axis: draw_histogram(
            axis,
            table.assign(without=shares["without"], with_it=shares["with_it"]),
            "weight" if weights else "mean activation of a unit",
            "weights" if weights else "units",
            limits,
            scale,
        ),
    )


def describe_finding(comparison: Comparison) -> str:
    """What the penalty did, in one sentence from the run."""
    kind, shows = comparison.penalty.of, comparison.penalty.shows
    after, before = (trained.measure(shows, kind) for trained in (comparison.with_it, comparison.without))
    show = percent if shows in ("zeros", "near zeros") else number
    said = {
        "zeros": f"of {kind} are exactly 0",
        "near zeros": f"of {kind} are smaller than {number(NEAR[kind])}",
        "largest": "is the largest size of a weight",
        "size": "is the mean size of a weight",
        "mean": "is the mean activation",
    }
    return f"{show(after)} {said[shows]}; without it {show(before)}"


def _what(comparison: Comparison) -> str:
    return "all weights" if comparison.penalty.of == "weights" else "the units' mean activations"


def _spread(comparison: Comparison) -> str:
    said = []
    for label, trained in (("without", comparison.without), ("with", comparison.with_it)):
        values = trained.weights if comparison.penalty.of == "weights" else trained.activations.mean(axis=0)
        said.append(f"{label} it from {number(float(values.min()))} to {number(float(values.max()))}")
    return ", ".join(said)


def descent_figure(table: pd.DataFrame) -> Figure:
    """Height after every step, one line per optimizer."""
    ends = table.groupby("line", sort=False)["height"].last()
    lines, heights = list(ends.index), [number(height) for height in ends.tolist()]
    steps = table["step"].max()
    plain, average = heights[:2]
    return Figure(
        name="descent",
        title=f"After {steps} steps the moving average is at {average}, plain descent at {plain}",
        caption="The height is on a scale of powers of ten.",
        alt="; ".join(f"{line}: {end} after {steps} steps" for line, end in zip(lines, heights, strict=True)) + ".",
        height=3.1,
        draw=lambda axis: draw_descents(axis, table),
    )

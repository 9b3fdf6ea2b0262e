"""A random design: the draws over two factors at once."""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from experiments.analysis.draws import draw_table
from experiments.analysis.rows import rows_of
from experiments.report.figures.figure import Figure
from experiments.report.figures.style import LIGHT, SEQUENTIAL, short_number
from experiments.report.page_findings import PageFindings
from experiments.study.words import count, file_name, name, short

MOST = 3  # factors, the most important ones


def draw_pairs_figures(findings: PageFindings) -> list[Figure]:
    """A figure for each two of the three most important factors; none where importance has none."""
    table = findings.importance
    if table.empty:
        return []
    factors = [factor for factor in table["factor"] if factor in findings.study.varied][:MOST]
    pairs = [pair for pair in itertools.combinations(factors, 2) if not _within(*pair)]
    return [figure for pair in pairs if (figure := _figure(findings, *pair))]


def _within(factor: str, other: str) -> bool:
    """Whether one of two factors is there for a single level of the other alone."""
    return factor.startswith(f"{other}.") or other.startswith(f"{factor}.")


def draw_pair(axis: Axes, table: pd.DataFrame, sides: tuple["Side", "Side"], score: str) -> None:
    """table: `x, y, mean, top, diverged`; sides: what x and y are."""
    scored, failed = table[table["mean"].notna()], table[table["diverged"] > 0]
    points = axis.scatter(
        scored["x"], scored["y"], c=scored["mean"], cmap=SEQUENTIAL, s=[70 if top else 26 for top in scored["top"]],
        edgecolors=[LIGHT["ink"] if top else "none" for top in scored["top"]], linewidths=1.2, zorder=3,
    )  # fmt: skip
    axis.plot(failed["x"], failed["y"], "x", color=LIGHT["bad"], markersize=7, markeredgewidth=2, zorder=4)
    axis.margins(0.08)
    for side, place in zip(sides, (axis.xaxis, axis.yaxis), strict=True):
        place.set_label_text(side.label)
        if side.levels:
            place.set_ticks(range(len(side.levels)), side.levels)
        elif side.log:
            place.axes.set(**{f"{place.axis_name}scale": "log"})
            place.set_major_formatter(FuncFormatter(short_number))
    bar = axis.figure.colorbar(points, ax=axis, label=score, shrink=0.9)
    bar.outline.set_visible(False)


@dataclass(frozen=True)
class Side:
    """An axis: a range, on a logarithmic scale or not; or levels, which stand at 0, 1, …"""

    label: str
    log: bool = False
    levels: tuple[str, ...] = ()


def _figure(findings: PageFindings, first: str, second: str) -> Figure | None:
    """None where none of the best draws has both."""
    study, units = findings.study, findings.scale
    # the factor with names of levels goes along the side, where there is room for them
    along, aside = (second, first) if first not in study.ranges and second in study.ranges else (first, second)
    table = draw_table(findings.cells, study, along).rename(columns={"value": "x"})
    table = table.join(draw_table(findings.cells, study, aside)["value"].rename("y"), how="inner")
    top = table[table["top"]]
    marks = [f"{short(str(row.x))} with {short(str(row.y))}" for row in rows_of(top.head(8))]
    crowd = np.random.default_rng(0)
    sides = []
    for axis, factor in (("x", along), ("y", aside)):
        levels = study.factors[factor]
        if levels:  # dots of a level lie beside one another
            places = {level: place for place, level in enumerate(levels)}
            table[axis] = table[axis].map(places) + crowd.uniform(-0.25, 0.25, len(table))
        log = study.ranges.get(factor, {}).get("scale") == "log"
        label = name(factor).capitalize() + (" (log scale)" if log else "")
        sides.append(Side(label, log, tuple(map(short, levels))))
    table["mean"] *= units.factor
    if top.empty:
        return None
    title = f"{name(along).capitalize()} and {name(aside)}: where the {count(len(top), 'best draw')} lie"
    return Figure(
        name=file_name("pair", along, aside),
        title=title,
        caption="A dot is a draw, its colour the score; large with a rim are the best tenth, crosses have a seed that "
        "diverged.",
        alt=f"Best draws: {', '.join(marks)}.",
        height=3.4,
        draw=lambda axis: draw_pair(axis, table, (sides[0], sides[1]), units.axis),
    )

"""The Mermaid picture of ARCHITECTURE.md as an SVG, drawn here: the site needs no script to show it."""

import re
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT, GAP, ROW = 104, 32, 24, 76  # of a box; between boxes; from one row to the next


def arrows(text: str) -> list[tuple[str, str]]:
    """The arrows of a Mermaid graph.

    >>> arrows("graph TD; a --> b")
    [('a', 'b')]
    """
    return re.findall(r"(\w+) --> (\w+)", text)


def ranks(edges: list[tuple[str, str]]) -> dict[str, int]:
    """The row of each room, counted from the ground: above all that it imports.

    >>> ranks([("a", "b"), ("b", "c"), ("a", "c")])
    {'a': 2, 'b': 1, 'c': 0}
    """
    below: dict[str, set[str]] = {room: set() for edge in edges for room in edge}
    for source, target in edges:
        below[source].add(target)

    def rank(room: str) -> int:
        return max((1 + rank(other) for other in below[room]), default=0)

    return {room: rank(room) for room in below}


def _paths(edges: list[tuple[str, str]], row: dict[str, int]) -> list[list[str]]:
    """Each arrow as the places that it passes, one in every row; between rooms these have names of their own."""
    return [
        [source, *(f"{source}>{target}@{at}" for at in range(row[source] - 1, row[target], -1)), target]
        for source, target in edges
    ]


def _ordered(paths: list[list[str]], row: dict[str, int]) -> dict[str, float]:
    """Where each place is from left to right: near the middle of what it is joined with."""
    rows: dict[int, list[str]] = {}
    for path in paths:
        for at, place in enumerate(path):
            members = rows.setdefault(row[path[0]] - at, [])
            if place not in members:
                members.append(place)
    joined: dict[str, list[str]] = {}
    for path in paths:
        for upper, other in pairwise(path):
            joined.setdefault(upper, []).append(other)
            joined.setdefault(other, []).append(upper)
    x = {place: float(at) for members in rows.values() for at, place in enumerate(members)}
    for turn in range(40):
        for level in sorted(rows, reverse=turn % 2 == 0):
            members = rows[level]
            wanted = {place: sum(x[other] for other in joined[place]) / len(joined[place]) for place in members}
            members.sort(key=wanted.__getitem__)
            middle = sum(wanted.values()) / len(members)
            x |= {place: middle + at - (len(members) - 1) / 2 for at, place in enumerate(members)}
    return x


def svg(text: str) -> str:
    """A Mermaid graph of rooms as SVG, in the colours of the page."""
    edges = arrows(text)
    row = ranks(edges)
    paths = _paths(edges, row)
    x = _ordered(paths, row)
    left, most, top = min(x.values()), max(x.values()), max(row.values())
    step = WIDTH + GAP

    def middle(place: str, level: int) -> tuple[float, float]:
        return (x[place] - left) * step + WIDTH / 2 + 4, (top - level) * ROW + HEIGHT / 2 + 4

    drawn = []
    for path in paths:
        points = [middle(place, row[path[0]] - at) for at, place in enumerate(path)]
        (x0, y0), (x1, y1) = points[0], points[-1]
        points[0], points[-1] = (x0, y0 + HEIGHT / 2), (x1, y1 - HEIGHT / 2 - 5)
        curve = f"M{points[0][0]:.0f},{points[0][1]:.0f}"
        for (xa, ya), (xb, yb) in pairwise(points):
            bend = (yb - ya) / 2
            curve += f" C{xa:.0f},{ya + bend:.0f} {xb:.0f},{yb - bend:.0f} {xb:.0f},{yb:.0f}"
        drawn.append(f'<path d="{curve}" marker-end="url(#tip)"/>')
    for room, level in row.items():
        at, down = middle(room, level)
        drawn.append(
            f'<rect x="{at - WIDTH / 2:.0f}" y="{down - HEIGHT / 2:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
            f'<text x="{at:.0f}" y="{down + 5:.0f}">{room}</text>'
        )
    wide, high = (most - left) * step + WIDTH + 8, top * ROW + HEIGHT + 8
    told = "Rooms, and which rooms each imports from: " + ", ".join(f"{room} from {other}" for room, other in edges)
    tip = '<marker id="tip" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
    return (
        f'<svg class="rooms" viewBox="0 0 {wide:.0f} {high:.0f}" role="img" aria-label="{told}">'
        f'<defs>{tip}<path d="M0,0 L8,4 L0,8 z"/></marker></defs>{"".join(drawn)}</svg>'
    )


def setup(app: Any) -> dict[str, bool]:
    """As Sphinx asks for it."""
    from docutils import nodes
    from sphinx.util.docutils import SphinxDirective

    class Mermaid(SphinxDirective):
        has_content = True

        def run(self) -> list[nodes.Node]:
            return [nodes.raw("", svg("\n".join(self.content)), format="html")]

    app.add_directive("mermaid", Mermaid)
    return {"parallel_read_safe": True}

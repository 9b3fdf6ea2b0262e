"""One style for all figures and pages: colours for light and dark, and matplotlib's settings."""

# Series colours follow Okabe and Ito's, told apart with any colour vision, darkened or lightened to a contrast
# of 3:1 against the page. Every series also has a marker and a dash of its own.
LIGHT = {
    "ink": "#1c2430",
    "muted": "#55606e",
    "line": "#d5dae1",
    "surface": "#fefefe",
    "series-1": "#0072b2",
    "series-2": "#d55e00",
    "series-3": "#00875f",
    "series-4": "#b0528f",
    "series-5": "#8a6d00",
    "series-6": "#5a6b7b",
    "good": "#00699e",
    "bad": "#bf4f00",
    "unsure": "#6b7683",
}
DARK = {
    "ink": "#e8ecf1",
    "muted": "#a7b1bd",
    "line": "#39424e",
    "surface": "#151a21",
    "series-1": "#56b4e9",
    "series-2": "#ff8a3d",
    "series-3": "#2fc99a",
    "series-4": "#e395c6",
    "series-5": "#e6c84a",
    "series-6": "#aab6c3",
    "good": "#5db8ee",
    "bad": "#ff9a57",
    "unsure": "#98a4b1",
}
SERIES = [LIGHT[f"series-{place}"] for place in range(1, 7)]
MARKERS = ["o", "s", "^", "D", "v", "P"]
DASHES = ["solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)), (0, (8, 3))]
OUTCOMES = {"better": "good", "worse": "bad"}
SEQUENTIAL = "cividis"  # even in lightness, the same with any colour vision

RC: dict[str, object] = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and copied
    "svg.hashsalt": "keras-ablations",  # the same figure has the same bytes
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "none",
    "text.color": LIGHT["ink"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.edgecolor": LIGHT["muted"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.labelcolor": LIGHT["ink"],
    "ytick.labelcolor": LIGHT["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LIGHT["line"],
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.markersize": 5.5,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # a level with two `$` is no formula
}


def short_number(value: float, _: int | None = None) -> str:
    """A number at a tick, for `FuncFormatter`: `0.001`, `1e-07`."""
    return f"{value:g}"


def outcome_colour(outcome: str) -> str:
    """The colour of a comparison's outcome."""
    return LIGHT[OUTCOMES.get(outcome, "unsure")]

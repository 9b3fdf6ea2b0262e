"""The intervals of a comparison under every choice."""

import pytest

from experiments.report.figures.multiverse import multiverse_figure
from experiments.report.figures.reruns import reruns_figure
from tests.experiments.report.asking import TANH, asking
from tests.experiments.report.figures.test_figures import axis_of


def test_a_row_for_each_way_of_looking_at_it_the_headlines_own_first():
    found = asking()
    figure = multiverse_figure(found)
    assert figure.title == "The verdict holds in 12 of 12 analyses"
    axis = axis_of(figure)
    ticks = [label.get_text() for label in axis.get_yticklabels()]
    assert ticks == ["after the last epoch", "of the best epoch", "on test data"] * 2
    headings = {text.get_text() for text in axis.texts}
    assert headings == {"each side at its own best rate", "both at the baseline’s rate"}
    ends = [line.get_xdata() for line in axis.lines if len(line.get_xdata()) == 2 and line.get_linewidth() > 2]
    assert ends[0] == pytest.approx([100 * found.primary["low"], 100 * found.primary["high"]])


def test_nothing_is_drawn_where_nothing_is_compared():
    assert multiverse_figure(asking(TANH | {"level": "gelu"})) is None


def test_reruns_are_of_what_was_asked():
    figure = reruns_figure(asking(TANH | {"level": "sigmoid", "against": "relu"}))
    assert figure.title.startswith("Of 100 reruns, sigmoid would beat relu in about 0 (")
    assert "chosen among" not in figure.caption

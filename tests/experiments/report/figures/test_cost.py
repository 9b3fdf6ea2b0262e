"""Score against cost: the finding in words, and one dot per configuration."""

import pytest
from matplotlib.figure import Figure as Canvas

from experiments.report.figures.cost import cost_figure
from experiments.report.figures.figure import draw
from experiments.report.page_findings import PageFindings
from experiments.report.pages.study_page import write_study_report
from experiments.results.results import read_results
from tests.experiments.report.results_folder import manifest_of, trial_rows, write_results

FACTORS = {"activation": ["relu", "tanh"], "units": ["8", "64"]}
CELLS = [{"activation": a, "units": u} for a in FACTORS["activation"] for u in FACTORS["units"]]


def score(gain):
    return lambda cell, seed: 0.9 + gain * (cell["units"] == "64") + 0.01 * (cell["activation"] == "tanh") + seed / 1000


def folder_of(folder, gain=0.02, per_cell=(1.0, 8.0, 1.5, 9.0), score=score, **changes):
    columns = {key: changes.pop(key) for key in ("engine", "parameters") if key in changes}
    trials = trial_rows(CELLS, range(4), score(gain)).assign(seconds=list(per_cell) * 4, **columns)
    return write_results(folder / "costs", trials, manifest_of(trials, name="costs", factors=FACTORS, **changes))


def figure_of(folder, **options):
    return cost_figure(PageFindings(read_results(folder_of(folder, **options))))


def test_how_many_are_not_beaten(tmp_path) -> None:
    figure = figure_of(tmp_path)
    assert figure.title == "No configuration beats another in both score and speed"
    assert "relu · units 8: 90.2\N{NO-BREAK SPACE}% at 1 s" in figure.alt
    assert "over 4 seeds with a 95 % interval of its own; digits, 4 epochs. Seconds are a trial’s" in figure.caption


def test_what_is_fastest_and_best(tmp_path) -> None:
    assert (
        figure_of(tmp_path, gain=-0.02, per_cell=(2.0, 8.0, 1.5, 9.0)).title
        == "tanh · units 8 is both fastest and best"
    )


def test_of_a_stack_sizes_are_drawn(tmp_path) -> None:
    figure = figure_of(tmp_path, engine="fused", parameters=[100, 900] * 8)
    assert figure.title == "2 of 4 configurations are not beaten in both score and size"
    assert "Size is the number of parameters" in figure.caption
    assert "tanh · units 64: 93.2\N{NO-BREAK SPACE}% at 900 parameters" in figure.alt
    small = figure_of(tmp_path, gain=-0.02, engine="fused", parameters=[100, 900] * 8)
    assert small.title == "tanh · units 8 is best, and none is smaller"


def test_where_costs_do_not_differ_there_is_none(tmp_path) -> None:
    assert figure_of(tmp_path, engine="fused") is None
    assert figure_of(tmp_path, per_cell=(1.0,) * 4) is None


def test_what_never_trained_is_left_out_and_told(tmp_path) -> None:
    def diverging(gain):
        return lambda cell, seed: None if cell["activation"] == "tanh" else score(gain)(cell, seed)

    figure = figure_of(tmp_path, score=diverging)
    assert figure.title == "No configuration beats another in both score and speed"
    assert figure.caption.endswith("Left out: 2 configurations of which no seed trained.")


def test_a_dot_a_configuration_and_a_ring_on_the_front(tmp_path) -> None:
    axis = Canvas().subplots()
    figure = figure_of(tmp_path, per_cell=(1.0, 8.0, 1.0, 9.0))
    figure.draw(axis)
    joined, rings, *dots = axis.lines
    assert list(joined.get_xdata()) == list(rings.get_xdata()) == [1.0, 8.0, 9.0]
    assert figure.title == "3 of 4 configurations are not beaten in both score and speed"
    assert [len(line.get_xdata()) for line in dots] == [2, 2]
    assert axis.get_xscale() == "log"
    assert axis.get_xlabel() == "Seconds a trial (log scale)"
    assert rings.get_ydata() == pytest.approx([91.15, 92.15, 93.15])
    draw(figure)  # without a warning


@pytest.mark.usefixtures("_nothing_drawn")
def test_the_page_has_it(tmp_path) -> None:
    page = write_study_report(folder_of(tmp_path), tmp_path / "reports").read_text(encoding="utf-8")
    assert ">What it costs</h2>" in page
    assert (tmp_path / "reports" / "costs" / "figures" / "cost.svg").is_file()

"""Every figure of every study: drawn without a warning, with a finding as title, or left out for a reason."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas

from experiments.report.figures.comparisons import place_under_headings
from experiments.report.figures.crossing import crossing_figure, interactions_text
from experiments.report.figures.curves import curves_figure
from experiments.report.figures.divergence import divergence_figure
from experiments.report.figures.draw_pairs import draw_pairs_figures
from experiments.report.figures.draws import draws_figures
from experiments.report.figures.effects import effects_figure
from experiments.report.figures.heat_map import heat_map
from experiments.report.figures.importance import importance_figure, importance_text
from experiments.report.figures.parallel import parallel_figure
from experiments.report.figures.profiles import profiles_figure
from experiments.report.figures.rates import rates_figure
from experiments.report.figures.searches import budget_figure, searches_figure
from experiments.report.figures.spread import spread_figure
from experiments.report.figures.variance import variance_figure
from experiments.report.page_findings import PageFindings
from experiments.results.results import read_results, study_folders
from experiments.results.searches import searches_of
from tests.experiments.report.found import found_in


def of(results, name: str) -> PageFindings:
    return found_in(results / name)


def axis_of(figure):
    axis = Canvas().subplots()
    figure.draw(axis)
    return axis


@pytest.mark.parametrize(
    ("make", "title"),
    [
        (
            effects_figure,
            "Activation and loss: better than the reference: tanh; worse: sigmoid and huber(delta=0.5)",
        ),
        (heat_map, "The highest mean, tanh with cross_entropy: validation accuracy 91.7\N{NO-BREAK SPACE}%"),
        (rates_figure, "0.003 is the best learning rate for all 3"),
        (curves_figure, "Means end at 91.7\N{NO-BREAK SPACE}% (tanh) to 85.3\N{NO-BREAK SPACE}% (sigmoid)"),
        (divergence_figure, "sigmoid and learning rate 0.03 diverge most: 13% of trials"),
    ],
)
def test_titles_state_the_planted_finding(results, make, title: str) -> None:
    assert make(of(results, "planted")).title == title


def test_a_search_shows_every_cell_and_the_best_so_far(results) -> None:
    figure = budget_figure(of(results, "search"))
    best = of(results, "search").best
    place = 15 - int(best["cell"][1:])
    assert figure.title.endswith(f"with cell {place} of 15")
    axis = axis_of(figure)
    line = axis.lines[0].get_ydata()
    assert list(line) == sorted(line)
    assert line[-1] == pytest.approx(best["validation_mean"] * 100)
    assert budget_figure(of(results, "random")) is None


def test_effects_draw_a_dot_a_seed_and_every_interval(results) -> None:
    findings = of(results, "planted")
    axis = axis_of(effects_figure(findings))
    assert len(axis.collections[0].get_offsets()) == 3 * 5
    row = findings.effects.iloc[0]
    assert any(line.get_xdata() == pytest.approx([row["low"] * 100, row["high"] * 100]) for line in axis.lines[1:])
    assert axis.get_xlabel() == "Gain in validation accuracy (percentage points)"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("one-seed", "No level of activation or loss can be told apart from its reference"),
        ("close", "No level of activation makes a practical difference"),
        (
            "one-factor",
            "Activation, optimizer and learning rate: better than the reference: tanh; worse: sgd and learning rate 1",
        ),
        ("turning", "Activation and loss: depends on another factor: tanh; 1 without practical difference"),
    ],
)
def test_the_title_of_effects_names_its_factors_and_speaks_of_every_row(results, name: str, title: str) -> None:
    assert effects_figure(of(results, name)).title == title


def test_learning_rates_that_are_not_drawn_are_said_to_be_elsewhere(results) -> None:
    assert "Learning rates are in the table" in effects_figure(of(results, "planted")).caption
    assert "Learning rates" not in effects_figure(of(results, "one-factor")).caption


def test_leave_one_out_names_what_is_removed(results) -> None:
    figure = effects_figure(of(results, "leave-one-out"))
    assert figure.title == "Worse: linear for relu; 2 not told apart"
    labels = [label.get_text() for label in axis_of(figure).get_yticklabels()]
    assert labels == ["linear for relu", "without regularizer", "without dropout"]


def test_heat_map_marks_diverged_pairs_and_the_better_is_the_lighter(results) -> None:
    findings = of(results, "regression")
    figure = heat_map(findings)
    assert figure.title.startswith("The lowest mean, ")
    mesh = axis_of(figure).collections[0]
    lightness = mesh.to_rgba(mesh.get_array().ravel())[:, :3].sum(axis=1)
    assert lightness.argmax() == mesh.get_array().ravel().argmin()


def test_under_conditions_the_best_of_each_is_framed(results) -> None:
    figure = heat_map(of(results, "conditions"))
    assert figure.title == "Best validation accuracy: mean_squared_error with share 0 and huber with share 0.2"
    assert len(axis_of(figure).patches) == 2
    assert "huber with share 0.2; worse: huber with share 0" in effects_figure(of(results, "conditions")).title


def test_diverged_rates_are_crosses(results) -> None:
    axis = axis_of(rates_figure(of(results, "planted")))
    crosses = [line for line in axis.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert [line.get_xdata().tolist() for line in crosses] == [[0.03]]
    assert axis.get_xscale() == "log"


def test_draws_of_a_random_design(results) -> None:
    figures = draws_figures(of(results, "random"))
    assert [figure.name for figure in figures] == ["draws-activation", "draws-learning-rate"]
    assert axis_of(figures[1]).get_xscale() == "log"
    trials = read_results(results / "random").trials
    means = trials.groupby(trials["learning_rate"].astype(float))["validation_accuracy"].mean()
    best = means.nlargest(3).index
    assert figures[1].title == f"The best 3 draws have learning rate {best.min():.3g} to {best.max():.3g}"


def test_what_matters_is_what_was_planted(results) -> None:
    findings = of(results, "space-tune-random")
    figure = importance_figure(findings)
    assert figure.title.startswith("Learning rate matters most: ")
    labels = [label.get_text() for label in axis_of(figure).get_yticklabels()]
    assert labels == ["learning rate", "activation", "dropout"]
    assert importance_text(findings) == ""


def test_where_nothing_matters_nothing_is_said_to(results) -> None:
    findings = of(results, "nothing-matters")
    assert importance_figure(findings) is None
    assert "nothing can be said" in importance_text(findings)
    assert importance_text(of(results, "few-draws")) == "6 draws with a score: too few to say which factor matters."
    assert importance_text(of(results, "planted")) == importance_text(of(results, "all-diverged")) == ""


def test_variance_is_that_of_the_planted_grid(results) -> None:
    """Planted: rates 0.08, 0 and 0.02 below, activations 0.02 above to 0.05 below, losses 0.01 apart; failures too."""
    findings = of(results, "planted")
    figure = variance_figure(findings)
    assert figure.title.startswith("What matters: activation (50 % of the variance), learning rate (47 % of the va")
    assert figure.title.endswith("; which of them most is not shown"), "failures of sigmoid cost as much as a bad rate"
    labels = [label.get_text() for label in axis_of(figure).get_yticklabels()]
    assert labels[:2] == ["activation", "learning rate"]
    assert "without" not in figure.caption, "sigmoid diverges at 0.03, and counts with what that costs"


def test_an_effect_that_turns_round_is_drawn_with_each_level_of_the_other(results) -> None:
    figure = crossing_figure(of(results, "turning"))
    assert "tanh depends on the loss" in figure.title.lower()
    axis = axis_of(figure)
    assert [label.get_text() for label in axis.get_yticklabels()][:2] == ["cross_entropy", "huber"]
    assert interactions_text(of(results, "turning")) == ""
    assert crossing_figure(of(results, "planted")) is None
    assert "no gain of a level over the baseline’s is shown to depend on the level" in interactions_text(
        of(results, "planted")
    )
    assert interactions_text(of(results, "one-factor")) == interactions_text(of(results, "one-seed")) == ""


def test_parallel_lines_of_the_best_go_through_their_values(results) -> None:
    findings = of(results, "space-tune-random")
    axis = axis_of(parallel_figure(findings))
    others, best = axis.collections
    scored = int(findings.cells["ok"].gt(0).sum())
    assert len(best.get_segments()) == int(np.ceil(scored / 10))
    assert len(others.get_segments()) == scored - len(best.get_segments())
    rates = sorted(np.log10(findings.cells["learning_rate"].head(len(best.get_segments())).astype(float)))
    assert sorted(line[1, 0] for line in best.get_segments()) == pytest.approx([(rate + 4) / 4 for rate in rates])
    assert parallel_figure(of(results, "random")) is None


def test_pairs_are_those_of_the_most_important_factors(results) -> None:
    figures = draw_pairs_figures(of(results, "space-tune-random"))
    assert figures[0].name == "pair-learning-rate-activation"
    axis = axis_of(figures[0])
    assert axis.get_xscale() == "log"
    assert [label.get_text() for label in axis.get_yticklabels()] == ["relu", "tanh", "sigmoid"]
    assert len(axis.collections[0].get_offsets()) == of(results, "space-tune-random").cells["ok"].gt(0).sum()


def test_a_factor_within_a_level_has_the_draws_of_that_level(results) -> None:
    findings = of(results, "open")
    figures = {figure.name: figure for figure in draws_figures(findings)}
    dots = sum(len(part.get_offsets()) for part in axis_of(figures["draws-loss-huber-delta"]).collections)
    assert dots == findings.cells.loc[findings.cells["loss"].eq("huber"), "rank"].notna().sum()
    lines = [line for part in axis_of(parallel_figure(findings)).collections for line in part.get_segments()]
    assert {len(line) for line in lines} == {2, 3}
    assert "none" not in findings.words(findings.cells.loc[findings.cells["loss"].eq("cross_entropy"), "cell"].iloc[0])


def test_a_factor_that_none_of_the_best_has_is_said_to_be_so(results) -> None:
    findings = of(results, "open-without-best")
    figures = {figure.name: figure for figure in draws_figures(findings)}
    assert figures["draws-loss-huber-delta"].title == "None of the best draws has a delta of huber"
    assert "delta" not in parallel_figure(findings).alt
    assert [figure.name for figure in draw_pairs_figures(findings)] == ["pair-learning-rate-loss"]


def test_a_factor_that_was_never_drawn_is_left_out(results) -> None:
    findings = of(results, "open-not-drawn")
    assert [figure.name for figure in draws_figures(findings)] == ["draws-loss", "draws-learning-rate"]
    axis_of(parallel_figure(findings))


def test_tuners_of_one_space_are_compared(results) -> None:
    folder = results / "space-tune-bayesian"
    searches = searches_of(folder, study_folders(results))
    assert [search.tuner for search in searches] == ["bayesian", "random"]
    axis = axis_of(searches_figure(of(results, folder.name), searches))
    ends = [line.get_xdata()[-1] for line in axis.lines]
    budgets = [int(search.results.trials["epochs_run"].sum()) for search in searches]
    assert ends == [end for budget in budgets for end in (budget, budget)]
    assert searches_figure(of(results, folder.name), searches[:1]) is None
    assert searches_of(results / "search", study_folders(results)) == []
    assert searches_of(results / "planted", study_folders(results)) == []


def test_spread_has_a_dot_a_seed(results) -> None:
    axis = axis_of(spread_figure(of(results, "planted")))
    assert len(axis.collections[0].get_offsets()) == 8 * 5


@pytest.mark.parametrize(
    ("make", "absent"),
    [
        (effects_figure, ["one-level", "one-trial", "random", "all-diverged", "empty"]),
        (heat_map, ["one-level", "one-factor", "leave-one-out", "random", "rates-only", "all-diverged"]),
        (rates_figure, ["one-level", "leave-one-out", "random", "all-diverged"]),
        (spread_figure, ["one-seed", "one-trial", "identical", "all-diverged", "empty"]),
        (divergence_figure, ["identical", "one-level", "all-failed", "empty"]),
        (lambda findings: draws_figures(findings) or None, ["planted", "one-factor", "all-diverged"]),
        (lambda findings: draw_pairs_figures(findings) or None, ["planted", "few-draws", "all-diverged"]),
        (variance_figure, ["random", "one-factor", "one-level", "one-seed", "identical", "all-diverged", "empty"]),
        (importance_figure, ["planted", "few-draws", "one-factor", "all-diverged", "empty"]),
        (parallel_figure, ["planted", "random", "one-factor", "all-diverged", "empty"]),
    ],
)
def test_left_out_where_there_is_nothing_to_show(results, make, absent: list[str]) -> None:
    assert [name for name in absent if make(of(results, name)) is not None] == []


def test_no_history_no_curves(results) -> None:
    read = read_results(results / "planted")
    findings = PageFindings(type(read)(read.study, read.manifest, read.trials, read.history.iloc[:0]))
    assert curves_figure(findings) is None


def test_what_cannot_be_seen_is_told(results) -> None:
    findings = of(results, "planted")
    for make in (effects_figure, heat_map, rates_figure, curves_figure, spread_figure, divergence_figure):
        figure = make(findings)
        assert re.search(r"\d", figure.alt)
        assert not re.search(r"nan|None|inf\b", figure.alt + figure.title + figure.caption)


def test_headings_stand_before_their_rows() -> None:
    assert place_under_headings([], []) == ([], [])
    assert place_under_headings(["a", "b", "b"], ["A", "B", "B"]) == ([1.0, 3.0, 4.0], [(0.0, "A"), (2.0, "B")])


def test_profiles_fall_from_all_runs_to_none_toward_better_scores(results) -> None:
    findings = of(results, "planted")
    figure = profiles_figure(findings)
    assert figure.title.startswith("Half of the runs reach 85.2")
    assert figure.title.endswith("with tanh")
    axis = axis_of(figure)
    assert len(axis.lines) == len(findings.study.factors["activation"])
    for line in axis.lines:
        assert line.get_ydata()[0] == 1.0
        assert (np.diff(line.get_ydata()) <= 0).all()
    assert profiles_figure(of(results, "one-seed")) is None

"""The one rule of what is best."""

import math
import subprocess
import sys

import pytest

from experiments.analysis.ranking import ranking

NAN = float("nan")


def rows(**scores):
    """cell=[scores by seed]: None for diverged, (cost,) for diverged at a cost, "failed" for a crash, "-" for none."""
    status = {None: "diverged", "failed": "failed"}
    return [
        (cell, seed, "diverged", score[0])
        if isinstance(score, tuple)
        else (cell, seed, status.get(score, "ok"), score if isinstance(score, float) else None)
        for cell, some in scores.items()
        for seed, score in enumerate(some)
        if score != "-"
    ]


def order(found):
    return [cell.cell for cell in found.cells]


@pytest.mark.parametrize(("direction", "first", "seed"), [("max", "b", 1), ("min", "a", 0)])
def test_the_best_mean_is_first_and_its_best_seed_is_the_best_trial(direction, first, seed) -> None:
    found = ranking(rows(a=[0.5, 0.7], b=[0.65, 0.7]), direction)
    assert (found.best.cell, found.best_seed) == (first, seed)
    assert [cell.mean for cell in found.cells] == pytest.approx([0.675, 0.6] if direction == "max" else [0.6, 0.675])


def test_every_finite_score_counts_however_bad() -> None:
    assert ranking(rows(a=[0.1, 1.0], b=[0.6, 0.6]), "max").best.cell == "b"


def test_a_failure_counts_with_what_it_costs_and_nothing_else() -> None:
    found = ranking(rows(a=[(0.1,), 0.9, 0.9], b=[0.6, 0.6, 0.6], c=[(0.1,), (0.1,), 1.0]), "max")
    assert order(found) == ["a", "b", "c"], "one failure in three leaves the best the best"
    assert [cell.mean for cell in found.cells] == pytest.approx([1.9 / 3, 0.6, 0.4])
    assert [(cell.n, cell.ok, cell.diverged) for cell in found.cells] == [(3, 2, 1), (3, 3, 0), (3, 1, 2)]
    assert order(ranking(rows(a=[(0.1,), 0.9, 0.6], b=[0.6, 0.6, 0.6]), "max")) == ["b", "a"]


def test_a_failure_without_a_cost_has_the_worst_score_of_all() -> None:
    scores = {"a": [None, 0.9, 0.9], "b": [0.6, 0.5, 0.6]}
    assert ranking(rows(**scores), "max").best.mean == pytest.approx((0.5 + 0.9 + 0.9) / 3)
    assert ranking(rows(**scores), "min").cells[1].mean == pytest.approx(0.9)


def test_a_cell_that_never_trained_is_never_the_best_and_has_a_place() -> None:
    found = ranking(rows(a=[0.2, 0.3], b=[(0.5,), (0.5,)], c=["failed", "failed"]), "max")
    assert [(cell.cell, cell.rank) for cell in found.cells] == [("a", 1), ("b", 2), ("c", None)]
    assert found.best_seed == 1


def test_the_best_trial_is_one_that_trained() -> None:
    assert ranking(rows(a=[(0.5,), 0.4, 0.45], b=[0.3, 0.3, 0.3]), "max").best_seed == 2


def test_what_has_no_rank_says_why() -> None:
    found = ranking(rows(a=[0.5, 0.6], c=["failed", "failed"], d=["failed", "-"]), "max")
    assert {cell.cell: cell.reason for cell in found.cells} == {
        "a": "",
        "c": "all 2 trials failed",
        "d": "its one trial failed",
    }
    assert [cell.rank for cell in found.cells] == [1, None, None]
    nothing = ranking(rows(b=[None], c=["failed"], d=[(0.1,), "failed"]), "max")
    assert (nothing.best, nothing.best_seed) == (None, None)
    assert [cell.reason for cell in nothing.cells] == [
        "its one trial diverged",
        "its one trial failed",
        "1 diverged and 1 failed",
    ]
    assert ranking([], "min").cells == ()


@pytest.mark.parametrize("missing", ["failed", "-"])
def test_cells_with_unequal_seeds_are_compared_as_if_all_had_the_same(missing) -> None:
    # Seed 2 is easy for all; b is better by 0.1 on every seed that it has.
    found = ranking(rows(a=[0.5, 0.5, 0.9], b=[0.6, 0.6, missing], c=[0.4, 0.4, 0.8]), "max")
    assert order(found) == ["b", "a", "c"]
    assert [cell.mean for cell in found.cells] == pytest.approx([0.6 + 0.4 / 3, 1.9 / 3, 1.6 / 3])


def test_ties_go_to_the_baseline_then_to_the_first_and_seeds_to_the_smallest() -> None:
    tied = rows(a=[0.1 + 0.2, 0.5], b=[0.3, 0.5], c=[0.5, 0.3])
    assert order(ranking(tied, "max")) == ["a", "b", "c"]
    assert order(ranking(tied, "max", baseline="c")) == ["c", "a", "b"]
    assert ranking(rows(a=[0.5, 0.5]), "max").best_seed == 0


def test_equal_seeds_that_share_nothing_adjust_nothing() -> None:
    own = rows(a=[0.5, 0.5, 0.5, 0.9], b=[0.55, 0.55, 0.55, "-"])
    assert ranking(own, "max").best.cell == "b"
    assert ranking(own, "max", paired=False).best.cell == "a"


@pytest.mark.parametrize("score", [NAN, math.inf, -math.inf, None])
def test_an_ok_trial_without_a_finite_score_has_diverged(score) -> None:
    found = ranking([("a", 0, "ok", score), ("b", 0, "ok", 0.1)], "max")
    assert (found.best.cell, found.cells[1].diverged, found.cells[1].mean) == ("b", 1, 0.1)


def test_another_direction_is_refused() -> None:
    with pytest.raises(ValueError, match='got "up"'):
        ranking([], "up")


def test_it_needs_no_pandas() -> None:
    code = "import sys, experiments.analysis.ranking; sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

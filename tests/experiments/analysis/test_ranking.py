"""The one rule of what is best."""

import math
import subprocess
import sys

import pytest

from experiments.analysis.ranking import common_seeds, ended, ranking

NAN = float("nan")


def rows(**scores):
    """cell=[a score a seed, None for diverged, "failed" for a crash, "-" for a trial that is not there]."""
    status = {None: "diverged", "failed": "failed"}
    return [
        (cell, seed, status.get(score, "ok"), score if isinstance(score, float) else None)
        for cell, some in scores.items()
        for seed, score in enumerate(some)
        if score != "-"
    ]


def order(found):
    return [one.cell for one in found.cells]


@pytest.mark.parametrize(("direction", "first", "seed"), [("max", "b", 1), ("min", "a", 0)])
def test_the_best_mean_is_first_and_its_best_seed_is_the_best_trial(direction, first, seed) -> None:
    found = ranking(rows(a=[0.5, 0.7], b=[0.65, 0.7]), direction)
    assert (found.best.cell, found.best_seed) == (first, seed)
    assert [one.mean for one in found.cells] == pytest.approx([0.675, 0.6] if direction == "max" else [0.6, 0.675])


def test_every_finite_score_counts_however_bad() -> None:
    assert ranking(rows(a=[0.1, 1.0], b=[0.6, 0.6]), "max").best.cell == "b"


def test_any_diverged_seed_ranks_after_none_and_the_smaller_share_first() -> None:
    found = ranking(rows(a=[None, 0.9, 0.9], b=[0.3, 0.3, 0.3], c=[None, None, 1.0]), "max")
    assert order(found) == ["b", "a", "c"]
    assert [one.rank for one in found.cells] == [1, 2, 3]


def test_a_crash_takes_its_seed_from_all() -> None:
    found = ranking(rows(a=[0.5, 0.5, 1.0], b=[0.6, 0.6, "failed"]), "max")
    assert (found.best.cell, found.seeds, found.best_seed) == ("b", {0, 1}, 0)


def test_what_has_no_rank_says_why() -> None:
    found = ranking(
        rows(a=[0.5, 0.6], b=[None, None], c=["failed", "failed"], d=["failed", None], e=[None, "-"]), "max"
    )
    assert {one.cell: one.reason for one in found.cells} == {
        "a": "",
        "b": "all 2 trials diverged",
        "c": "all 2 trials failed",
        "d": "1 diverged and 1 failed",
        "e": "its one trial diverged",
    }
    assert [one.rank for one in found.cells[1:]] == [None] * 4
    nothing = ranking(rows(b=[None], c=["failed"]), "max")
    assert (nothing.best, nothing.best_seed) == (None, None)
    assert ranking([], "min").cells == ()


def test_ties_go_to_the_baseline_then_to_the_first_and_seeds_to_the_smallest() -> None:
    tied = rows(a=[0.1 + 0.2, 0.5], b=[0.3, 0.5], c=[0.5, 0.3])
    assert order(ranking(tied, "max")) == ["a", "b", "c"]
    assert order(ranking(tied, "max", baseline="c")) == ["c", "a", "b"]
    assert ranking(rows(a=[0.5, 0.5]), "max").best_seed == 0


def test_equal_seeds_that_share_nothing_are_all_kept() -> None:
    own = rows(a=[0.5, 0.5, 0.5, 0.9], b=[0.55, 0.55, 0.55, "-"])
    assert ranking(own, "max").best.cell == "b"
    assert ranking(own, "max", paired=False).best.cell == "a"


def test_large_seeds_stay_apart() -> None:
    seeds = [2**53, 2**53 + 1]
    assert common_seeds([(cell, seed, "ok") for cell in "ab" for seed in seeds]) == seeds


@pytest.mark.parametrize("score", [NAN, math.inf, -math.inf, None])
def test_an_ok_trial_without_a_finite_score_has_diverged(score) -> None:
    assert ended("ok", score) == "diverged"
    assert ranking([("a", 0, "ok", score), ("b", 0, "ok", 0.1)], "max").best.cell == "b"


def test_another_direction_is_refused() -> None:
    with pytest.raises(ValueError, match='got "up"'):
        ranking([], "up")


def test_it_needs_no_pandas() -> None:
    code = "import sys, experiments.analysis.ranking; sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

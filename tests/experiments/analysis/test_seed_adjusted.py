"""Means of cells that ran on unequal seeds."""

import numpy as np
import pytest

from experiments.analysis.seed_adjusted import seed_adjusted_means


def least_squares(scores):
    """By one design matrix of cells and seeds, and the smallest of its solutions."""
    cells, seeds = list(scores), sorted({seed for own in scores.values() for seed in own})
    rows = [(cell, seed, score) for cell, own in scores.items() for seed, score in own.items()]
    design = np.array([[*(c == cell for c in cells), *(s == seed for s in seeds)] for cell, seed, _ in rows], float)
    found = np.linalg.lstsq(design, np.array([score for *_, score in rows]), rcond=None)[0]
    return dict(zip(cells, found[: len(cells)] + found[len(cells) :].mean(), strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_it_is_least_squares_over_all_scores(seed) -> None:
    generator = np.random.default_rng(seed)
    shared = generator.normal(0, 3, 6)
    scores = {
        f"c{cell}": {at: 0.1 * cell + shared[at] + generator.normal() for at in range(6) if generator.random() < 0.7}
        for cell in range(8)
    }
    scores = {cell: own for cell, own in scores.items() if own}
    assert seed_adjusted_means(scores) == pytest.approx(least_squares(scores))


def test_equal_seeds_give_plain_means_to_the_last_bit() -> None:
    scores = {"a": {0: 0.1, 1: 0.2, 2: 0.4}, "b": {0: 0.3, 2: 0.5, 1: 0.7}}
    assert seed_adjusted_means(scores) == {"a": (0.1 + 0.2 + 0.4) / 3, "b": (0.3 + 0.5 + 0.7) / 3}
    assert seed_adjusted_means({"a": {}}) == {}


def test_parts_that_share_no_seed_keep_their_plain_means() -> None:
    scores = {"a": {0: 1.0, 1: 3.0}, "b": {0: 2.0}, "c": {2: 9.0, 3: 1.0}, "d": {3: 0.0}}
    assert seed_adjusted_means(scores) == {"a": 2.0, "b": 2.0, "c": 5.0, "d": 0.0}


def test_a_chain_of_cells_links_seeds() -> None:
    scores = {"a": {0: 1.0, 1: 2.0}, "b": {1: 2.0, 2: 3.0}, "c": {2: 3.0, 3: 4.0}}
    assert seed_adjusted_means(scores) == pytest.approx({"a": 2.5, "b": 2.5, "c": 2.5})


def test_a_failure_says_nothing_of_how_easy_its_seed_is() -> None:
    scores = {"a": {0: 0.9, 1: 0.1, 2: 0.9}, "b": {0: 0.8, 1: 0.8, 2: 0.8}, "c": {0: 0.81, 2: 0.81}}
    trained = {"a": {0, 2}, "b": {0, 1, 2}, "c": {0, 2}}
    assert seed_adjusted_means(scores, trained) == pytest.approx({"a": 1.9 / 3, "b": 0.8, "c": 0.81})
    assert seed_adjusted_means(scores)["c"] < 0.7, "taken for a score, it would make the seed look hard for all"


def test_a_failure_on_a_seed_that_no_other_cell_has_counts_in_full() -> None:
    scores = {"a": {0: 0.9, 1: 0.8, 2: 0.1}, "b": {0: 0.8, 1: 0.7}}
    trained = {"a": {0, 1}, "b": {0, 1}}
    assert seed_adjusted_means(scores, trained) == pytest.approx({"a": 0.6, "b": 0.75})
    assert seed_adjusted_means(scores) == pytest.approx({"a": 0.6, "b": 0.5}), "taken for a score, it is the seed's"


def test_where_nothing_trained_means_are_plain() -> None:
    scores = {"a": {0: 0.1, 1: 0.2}, "b": {1: 0.2}}
    assert seed_adjusted_means(scores, {"a": (), "b": ()}) == pytest.approx({"a": 0.15, "b": 0.2})


def test_a_cell_whose_scores_explode_moves_no_other() -> None:
    scores = {"a": {0: 1.0, 1: 1.1, 2: 1.2}, "b": {0: 0.9, 1: 1.0}, "wild": {0: 1e9, 1: 1e12, 2: 1e6}}
    found = seed_adjusted_means(scores)
    assert (found["a"], found["b"]) == pytest.approx((1.1, 1.0))


def test_seeds_that_only_such_cells_have_take_all_cells() -> None:
    scores = {"a": {0: 1.0, 1: 1.1}, "b": {0: 0.9, 1: 1.0}, "wild": {1: 1e9, 2: 1e12}}
    assert seed_adjusted_means(scores) == pytest.approx(least_squares(scores))

import numpy as np
import pytest
from hostile.table import BY_NAME, NULLS, WORLDS
from worlds import level_coverage, pages


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_true_means_are_those_that_trials_come_to(world):
    generator = np.random.default_rng(5)
    drawn = [np.nan_to_num(world.draw(generator), nan=world.constant).mean(axis=1) for _ in range(200)]
    error = np.std(drawn, axis=0) / np.sqrt(200)
    assert (np.abs(np.mean(drawn, axis=0) - world.mean) < 4.5 * error + 1e-12).all()


def test_no_two_worlds_share_a_name_and_no_label_is_in_two_factors():
    assert len(BY_NAME) == len(WORLDS) + len(NULLS) >= 30
    for world in WORLDS:
        labels = [label for levels in world.factors.values() for label in levels]
        assert len(labels) == len({*labels}), world.name


def test_coverage_without_pages_counts_the_intervals_that_pages_have():
    world = BY_NAME["collapse-3"]
    scores, _ = pages(world, 3)
    on_pages = [sum(score.intervals["levels"][at] for score in scores) for at in range(3)]
    assert level_coverage(world, 3) == pytest.approx(on_pages)
    assert on_pages[0] > 0

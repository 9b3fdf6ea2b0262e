"""What may be done to training examples: what all data factors hold to, and what tasks they refuse."""

import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.study import catalog
from experiments.tasks import from_arrays
from experiments.tasks.check import draws_any_seed
from experiments.tasks.digest import digest_of_test_set
from experiments.tasks.digits import digits
from experiments.tasks.factors import change
from experiments.tasks.load import load
from experiments.tasks.moons import moons
from experiments.tasks.prepared import Prepared
from experiments.tasks.sealed import shared
from experiments.tasks.sine import sine
from experiments.tasks.standardized import standardize
from experiments.tasks.task import Task

# a task that each factor fits, and two levels of which the second changes more
LEVELS = {
    "imbalance": (digits, 0.5, 0.1),
    "train_size": (digits, 200, 50),
    "label_noise": (digits, 0.1, 0.4),
    "target_outliers": (sine, 0.1, 0.4),
    "feature_noise": (digits, 0.1, 0.5),
}


@pytest.mark.parametrize("name", catalog.DATA_FACTORS)
def test_validation_and_test_stay_as_they_are_and_a_seed_gives_the_same_again(name):
    make, some, more = LEVELS[name]
    plain = make().draw(3)
    for level in (some, more):
        task = change(make(), {name: level})
        data = task.draw(3)
        for part in ("validation", "test"):
            index = getattr(plain, part)
            np.testing.assert_array_equal(getattr(data, part), index)
            np.testing.assert_array_equal(data.x[index], plain.x[index])
            np.testing.assert_array_equal(data.y[index], plain.y[index])
        assert {*data.train} <= {*plain.train}
        again = task.draw(3)
        assert (data.x == again.x).all() and (data.y == again.y).all() and (data.train == again.train).all()
        # it is known that they are the same examples
        assert digest_of_test_set(data) == digest_of_test_set(plain)
        assert shared(data, task.draw(4)) == shared(plain, make().draw(4))


@pytest.mark.parametrize("name", catalog.DATA_FACTORS)
def test_a_level_changes_what_another_one_changes_too(name):
    """So that cells of a seed are pairs."""
    make, some, more = LEVELS[name]
    plain, little, much = (change(make(), {name: level}).draw(0) for level in (_neutral(name), some, more))
    assert change(make(), {name: _neutral(name)}).draw(0).unchanged is None
    if name in ("imbalance", "train_size"):
        assert {*much.train} < {*little.train} < {*plain.train}
    elif name == "feature_noise":
        np.testing.assert_allclose((much.x - plain.x) / 5, little.x - plain.x, atol=1e-5)
    else:
        wrong = little.y != plain.y
        np.testing.assert_array_equal(much.y[wrong], little.y[wrong])
        assert (much.y != plain.y).sum() == pytest.approx(4 * wrong.sum(), abs=2)


def _neutral(name):
    return catalog.OF_DATA[name].default


def test_together_shares_are_of_what_is_left_and_draws_are_the_same():
    every = {"imbalance": 0.5, "train_size": 0.25, "label_noise": 0.2, "feature_noise": 0.3}
    plain, alone, data = (change(digits(), levels).draw(1) for levels in ({}, {"feature_noise": 0.3}, every))
    left = len(change(digits(), {"imbalance": 0.5}).draw(1).train)
    assert len(data.train) == round(0.25 * left)
    assert (data.y != plain.y)[data.train].sum() == (data.y != plain.y).sum() == round(0.2 * len(data.train))
    ours, theirs = ((changed.x - plain.x)[data.train] for changed in (data, alone))
    spread = [plain.x[part.train].std(axis=0) for part in (data, alone)]
    here = spread[0] > 0
    np.testing.assert_allclose(ours[:, here] / spread[0][here], theirs[:, here] / spread[1][here], atol=1e-4)


def test_what_is_fitted_to_the_training_part_is_fitted_to_what_trains():
    task = change(Task("softmax", (2,), 2, Prepared(moons().draw, standardize)), {"train_size": 20})
    x = task.draw(0).x[task.draw(0).train]
    np.testing.assert_allclose([x.mean(axis=0), x.std(axis=0)], [[0, 0], [1, 1]], atol=1e-6)
    assert len(x) == 20


@pytest.mark.parametrize(
    ("task", "levels", "told"),
    [
        (
            sine(),
            {"label_noise": 0.1},
            "label_noise: the task has the head linear, allowed are tasks with the head softmax",
        ),
        (moons(), {"target_outliers": 0.1}, "the task has the head softmax, allowed are tasks with the head linear"),
    ],
)
def test_a_factor_that_makes_no_sense_for_the_task_is_refused(task, levels, told):
    with pytest.raises(RequestError, match=told):
        change(task, levels)
    assert change(task, {name: _neutral(name) for name in levels}) is task


def test_it_is_part_of_a_level_but_for_functions_that_have_a_setting_of_that_name(tmp_path):
    assert len(load({"name": "moons", "train_size": 0.5}).draw(0).train) == 180
    (tmp_path / "own.py").write_text(
        "from experiments.tasks.moons import moons\ndef mine(train_size=7): return moons(n=10 * train_size)\n"
    )
    both = load({"name": "own.py:mine", "train_size": 10, "label_noise": 0.5}, str(tmp_path)).draw(0)
    assert len(both.y) == 100
    clean = load({"name": "own.py:mine", "train_size": 10}, str(tmp_path)).draw(0)
    assert (both.y != clean.y).sum() == 30


def test_arrays_draw_any_seed_also_where_they_are_changed():
    arrays = from_arrays(np.random.default_rng(0).random((50, 4)), np.arange(50) % 3)
    assert draws_any_seed("arrays", change(arrays, {"label_noise": 0.1}))
    assert draws_any_seed("own.py:mine", change(moons(), {"label_noise": 0.1})) is False

"""What holds for every task that needs no download."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from experiments.study import catalog
from experiments.tasks.load import load

IMAGES = ("mnist", "fashion_mnist")  # tested with small files of their own in test_keras_images.py
FUNCTIONS = ("quadratic", "double_well")  # nothing is drawn, and all parts are alike: each has a test of its own
# reconstruct_digits are the examples of digits: tests/experiments/recipes
NAMES = [name for name in catalog.TASKS if name not in (*IMAGES, *FUNCTIONS, "reconstruct_digits")]
WITH_CLASSES = [name for name in NAMES if catalog.HEADS[catalog.TASKS[name].head].target == "class"]


@pytest.mark.parametrize("name", NAMES)
def test_declares_what_the_catalog_says(name):
    task = load({"name": name})
    assert (task.head, task.metrics) == (
        catalog.TASKS[name].head,
        catalog.TASKS[name].metrics,
    )


@pytest.mark.parametrize("name", NAMES)
def test_shapes_and_types(name):
    task = load({"name": name})
    data = task.draw(0)
    assert data.x.shape == (len(data.y), *task.input_shape)
    assert data.x.dtype in (np.uint8, np.float32)
    assert np.isfinite(data.x).all()
    if name not in WITH_CLASSES:
        assert data.y.dtype == np.float32
        assert data.y.shape == (len(data.x), task.outputs)
    else:
        assert data.y.dtype == np.int64
        assert sorted(set(data.y)) == list(range(max(task.outputs, 2)))


@pytest.mark.parametrize("name", NAMES)
def test_split_is_disjoint_and_complete(name):
    data = load({"name": name}).draw(3)
    together = np.concatenate([data.train, data.validation, data.test])
    assert sorted(together) == list(range(len(data.y)))
    assert abs(len(data.validation) - 0.2 * len(data.y)) <= 0.5
    assert len(data.test) == len(data.validation)


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_every_part_holds_each_class_in_its_share(name):
    data = load({"name": name}).draw(1)
    whole = np.bincount(data.y) / len(data.y)
    for part in (data.train, data.validation, data.test):
        counts = np.bincount(data.y[part], minlength=len(whole))
        assert np.abs(counts - whole * len(part)).max() <= 2


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_data_and_another_does_not(name):
    first, again, other = (load({"name": name}).draw(seed) for seed in (0, 0, 1))
    for field in ("x", "y", "train", "validation", "test"):
        np.testing.assert_array_equal(getattr(first, field), getattr(again, field))
    assert (first.train != other.train).any()
    if not load({"name": name}).sealed:
        assert (first.x != other.x).any()


@pytest.mark.parametrize("name", NAMES)
def test_global_random_state_is_neither_read_nor_changed(name):
    first = load({"name": name}).draw(0)
    np.random.seed(12345)
    before = np.random.get_state()[1].copy()
    again = load({"name": name}).draw(0)
    np.testing.assert_array_equal(before, np.random.get_state()[1])
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.train, again.train)


@pytest.mark.parametrize("name", NAMES)
def test_goes_to_another_process(name):
    task = load({"name": name})
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(task)).draw(2).train, task.draw(2).train)


def test_importing_tasks_is_cheap_and_drawing_needs_no_keras():
    code = """
import sys
import experiments.tasks
from experiments.tasks.load import load
assert not {"tensorflow", "keras", "jax", "sklearn", "scipy", "pandas"} & set(sys.modules)
for name in sys.argv[1:]:
    load({"name": name}).draw(0)
assert not {"tensorflow", "keras", "jax"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code, *NAMES], check=True)

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from experiments.errors import RequestError, TaskUnavailable
from experiments.tasks import keras_cache
from experiments.tasks.keras_images import fashion_mnist, mnist

TASKS = {"mnist": mnist, "fashion_mnist": fashion_mnist}
TRAINING, TEST = 50, 20  # of the small files in conftest.py


@pytest.fixture(params=TASKS)
def name(request, fill):
    fill(request.param)
    return request.param


def test_examples(name, small):
    task = TASKS[name](validation_size=10)
    data = task.draw(0)
    assert (task.head, task.input_shape, task.outputs) == ("softmax", (28, 28), 10)
    assert (data.x.shape, data.x.dtype, data.scale) == ((TRAINING + TEST, 28, 28), np.uint8, 1 / 255)
    assert data.y.dtype == np.int64
    np.testing.assert_array_equal(data.y, np.concatenate([np.arange(TRAINING) % 10, np.arange(TEST) % 10]))
    np.testing.assert_array_equal(data.x[0], np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8))


def test_split_keeps_the_official_test_set(name):
    data = TASKS[name](validation_size=10).draw(0)
    assert data.test.tolist() == list(range(TRAINING, TRAINING + TEST))
    assert len(data.validation) == 10
    assert sorted(np.concatenate([data.train, data.validation])) == list(range(TRAINING))


def test_fixed_by_default_and_redrawn_on_request(name):
    fixed, drawn = TASKS[name](validation_size=10), TASKS[name](validation_size=10, resample=True)
    np.testing.assert_array_equal(fixed.draw(0).train, fixed.draw(1).train)
    np.testing.assert_array_equal(drawn.draw(1).train, drawn.draw(1).train)
    assert (drawn.draw(0).train != drawn.draw(1).train).any()
    np.testing.assert_array_equal(drawn.draw(0).test, drawn.draw(1).test)


@pytest.mark.parametrize("resample", [False, True])
def test_a_larger_training_set_holds_the_smaller_one(name, resample):
    draws = [TASKS[name](train_size=n, validation_size=10, resample=resample).draw(3) for n in (10, 25, None)]
    assert [len(data.train) for data in draws] == [10, 25, 40]
    np.testing.assert_array_equal(draws[1].train[:10], draws[0].train)
    np.testing.assert_array_equal(draws[2].train[:25], draws[1].train)
    np.testing.assert_array_equal(draws[0].validation, draws[2].validation)


def test_kept_once_and_unchangeable(name):
    task = TASKS[name](validation_size=10)
    assert task.draw(0).x is TASKS[name](validation_size=5).draw(1).x
    with pytest.raises(ValueError, match="read-only"):
        task.draw(0).x[0] = 0


def test_goes_to_another_process(name):
    task = TASKS[name](validation_size=10)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(task)).draw(0).train, task.draw(0).train)


@pytest.mark.parametrize(
    "sizes", [{"train_size": 55000}, {"validation_size": 60000}, {"validation_size": 0}, {"train_size": 0}]
)
def test_refuses_sizes_that_do_not_fit(sizes):
    with pytest.raises(RequestError, match=r"train_size and validation_size: got .* allowed are 60000 together"):
        mnist(**sizes)


def test_sizes_that_just_fit():
    assert mnist(train_size=50000).outputs == 10
    assert mnist(train_size=30000, validation_size=30000).outputs == 10


def test_declaring_needs_no_data_and_drawing_does(home, monkeypatch):
    def unreachable(address):
        raise OSError("no network here")

    monkeypatch.setattr(keras_cache, "_probe", unreachable)
    task = mnist()
    with pytest.raises(TaskUnavailable, match=r"mnist is not cached .* no network here"):
        task.draw(0)
    with pytest.raises(TaskUnavailable, match=r"fashion_mnist is not cached .* no network here"):
        keras_cache.fetch("fashion_mnist")


def test_a_wrong_file_is_refused_without_keras(home):
    path = home / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not the published file")
    code = """
import sys
from experiments.errors import TaskUnavailable
from experiments.tasks import keras_cache
from experiments.tasks.keras_images import mnist
for act in (lambda: keras_cache.fetch("mnist"), lambda: mnist().draw(0)):
    try:
        act()
    except TaskUnavailable as error:
        print(error)
assert not {"tensorflow", "keras", "sklearn"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.count(f"mnist: {path} is not the published file") == 2
    assert path.read_bytes() == b"not the published file"


@pytest.mark.parametrize("name", TASKS)
def test_the_published_files(name):
    if not os.environ.get("KERAS_HOME") or not keras_cache.is_cached(name):
        pytest.skip(f"KERAS_HOME holds no {name}")
    data = TASKS[name]().draw(0)
    assert (data.x.shape, len(data.train), len(data.validation)) == ((70000, 28, 28), 50000, 10000)
    assert data.test.tolist() == list(range(60000, 70000))
    if name == "mnist":  # class counts of the test set and the mean pixel of the training set, as published
        assert np.bincount(data.y[data.test]).tolist() == [
            980,
            1135,
            1032,
            1010,
            982,
            892,
            958,
            1028,
            974,
            1009,
        ]
        assert data.x[:60000].mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    else:
        assert np.bincount(data.y[data.test]).tolist() == [1000] * 10
        assert data.x[:60000].mean() / 255 == pytest.approx(0.2860, abs=5e-5)

import pickle
import re

import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.tasks import from_arrays

N = 60
X = np.random.default_rng(0).random((N, 4))
CLASSES = np.arange(N) % 3
NUMBERS = np.linspace(0.0, 1.0, N)


@pytest.mark.parametrize(
    ("y", "head", "expected"),
    [
        (NUMBERS, None, ("linear", 1)),
        (np.stack([NUMBERS, NUMBERS], axis=1), None, ("linear", 2)),
        (CLASSES, "linear", ("linear", 1)),
        (CLASSES, None, ("softmax", 3)),
        (CLASSES[:, None], None, ("softmax", 3)),
        (CLASSES.tolist(), None, ("softmax", 3)),
        (CLASSES.astype(np.uint8), None, ("softmax", 3)),
        (CLASSES.astype(float), "softmax", ("softmax", 3)),
        (CLASSES > 0, None, ("softmax", 2)),
        (CLASSES > 0, "sigmoid", ("sigmoid", 1)),
    ],
)
def test_head_and_outputs(y, head, expected):
    task = from_arrays(X, y, head=head)
    data = task.draw(0)
    assert (task.head, task.outputs) == expected
    assert task.input_shape == (4,)
    if task.head == "linear":
        assert (data.y.shape, data.y.dtype) == ((N, expected[1]), np.float32)
    else:
        assert (data.y.shape, data.y.dtype) == ((N,), np.int64)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_examples_are_kept_as_given(dtype):
    x = (X * 255).astype(dtype)
    task = from_arrays(x, CLASSES)
    assert task.draw(0).x is x
    assert task.draw(1).x is x
    assert task.draw(0).scale == 1.0


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32, bool])
def test_other_numbers_become_float32_once(dtype):
    task = from_arrays((X * 9).astype(dtype), CLASSES)
    assert task.draw(0).x.dtype == np.float32
    assert task.draw(0).x is task.draw(1).x


def test_split():
    task = from_arrays(X, CLASSES, validation=0.1, test=0.3)
    data = task.draw(0)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [36, 6, 18]
    assert sorted(np.concatenate([data.train, data.validation, data.test])) == list(range(N))
    assert np.bincount(CLASSES[data.test]).tolist() == [6, 6, 6]
    assert (task.draw(1).test != data.test).any()


def test_without_resampling_the_split_is_fixed():
    task = from_arrays(X, CLASSES, resample=False)
    np.testing.assert_array_equal(task.draw(0).test, task.draw(1).test)


def test_metrics():
    assert from_arrays(X, CLASSES).metrics == ("accuracy", "cross_entropy")
    assert from_arrays(X, CLASSES, metrics=["cross_entropy"]).metrics == ("cross_entropy",)
    assert from_arrays(X, CLASSES, metrics="cross_entropy").metrics == ("cross_entropy",)
    with pytest.raises(RequestError, match="mean_squared_error"):
        from_arrays(X, CLASSES, metrics=["mean_squared_error"])


def test_goes_to_another_process():
    task = from_arrays(X, CLASSES)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(task)).draw(3).train, task.draw(3).train)


WITH_NAN = X.copy()
WITH_NAN[[2, 5], 1] = np.nan
NAMES = np.array(["cat", "dog", "owl"])[CLASSES]


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        (X[:-1], CLASSES, {}, "x and y: got 59 and 60 examples, allowed are as many of each"),
        (X, 3, {}, "x and y: got 60 and no examples"),
        (X[:9], CLASSES[:9], {}, "x: got 9 examples, allowed are 10 or more"),
        (X[:, 0], CLASSES, {}, "x: got the shape [60], allowed is [examples, …]"),
        (NAMES[:, None], CLASSES, {}, "x: got <U3 values, allowed are numbers"),
        (WITH_NAN, CLASSES, {}, "in 2 of 60 examples, allowed are finite numbers"),
        (X * 1e300, CLASSES, {}, "x: got NaN, or numbers that are infinite in float32"),
        (X, np.full(N, np.inf), {}, "y: got NaN, or numbers that are infinite in float32"),
        (X, NAMES, {}, "y: got <U3 values such as 'cat', allowed are numbers"),
        (X, NAMES.astype(object), {}, "np.unique(y, return_inverse=True)[1]"),
        (X, CLASSES + 1, {}, "y: got classes from 1 to 3, allowed are whole numbers from 0"),
        (X, CLASSES - 1, {}, "y: got classes from -1 to 1"),
        (X, CLASSES * 100, {}, 'numbers to predict: head="linear"'),
        (X, CLASSES * 0, {}, "y: got the one class 0, allowed are two classes or more"),
        (X, np.eye(3, dtype=int)[CLASSES], {}, "one-hot labels: y.argmax(axis=1)"),
        (X, NUMBERS, {"head": "softmax"}, 'y: got fractions, NaN or infinity with head "softmax"'),
        (
            X,
            CLASSES,
            {"head": "sigmoid"},
            'y: got labels from 0 to 2 with head "sigmoid", allowed are 0 and 1',
        ),
        (X, NUMBERS[:, None, None], {}, "y: got the shape [60, 1, 1]"),
        (X, CLASSES, {"head": "softmx"}, 'head: got "softmx"; did you mean "softmax"?'),
        (X, CLASSES, {"validation": 0.9}, "validation and test: got 0.9 and 0.2"),
        (X, CLASSES, {"test": 0.001}, "leave an example or more"),
    ],
)
def test_refuses(x, y, options, message):
    with pytest.raises(RequestError, match=re.escape(message)):
        from_arrays(x, y, **options)

import pickle
import re

import numpy as np
import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.tasks import from_arrays

N = 60
X = np.random.default_rng(0).random((N, 4))
CLASSES = np.arange(N) % 3
NUMBERS = np.linspace(0.0, 1.0, N)
FRAME = pd.DataFrame(X, columns=list("abcd"))
MANY = (np.arange(3) <= CLASSES[:, None]).astype(int)


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
        ((CLASSES > 0).astype(float), "sigmoid", ("sigmoid", 1)),
        (CLASSES.astype(object), None, ("softmax", 3)),
        (np.eye(3)[CLASSES], "softmax", ("softmax", 3)),
        (np.eye(3)[CLASSES], "linear", ("linear", 3)),
        (CLASSES, "ordinal", ("ordinal", 2)),
        (1 - MANY[:, 1:], "multi_label", ("multi_label", 2)),
        (np.eye(3)[CLASSES], "multi_label", ("multi_label", 3)),
        (np.stack([NUMBERS, 1 - NUMBERS], axis=1), "fractions", ("fractions", 2)),
        (pd.Series(CLASSES), None, ("softmax", 3)),
        (pd.DataFrame({"price": NUMBERS}), None, ("linear", 1)),
    ],
)
def test_head_and_outputs(y, head, expected):
    task = from_arrays(X, y, head=head)
    data = task.draw(0)
    assert (task.head, task.outputs) == expected
    assert task.input_shape == (4,)
    if task.head in ("linear", "multi_label", "fractions"):
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
    assert (task.draw(1).validation != data.validation).any()
    assert task.sealed and (task.draw(1).test == data.test).all()


def test_data_frames_and_lists_are_the_arrays_they_hold():
    shuffled = FRAME.sample(frac=1, random_state=1)
    data = from_arrays(shuffled, pd.Series(CLASSES).loc[shuffled.index]).draw(0)
    np.testing.assert_array_equal(data.x, shuffled.to_numpy(np.float32))
    np.testing.assert_array_equal(data.y, CLASSES[shuffled.index])
    np.testing.assert_array_equal(from_arrays(X.tolist(), CLASSES.tolist()).draw(0).x, X.astype(np.float32))


def own(count, start=0):
    return X[start : start + count] + 5, CLASSES[start : start + count]


def test_validation_and_test_data_of_the_users_own():
    task = from_arrays(X, CLASSES, validation_data=own(9), test_data=own(12, 3))
    one, other = task.draw(0), task.draw(1)
    assert one.train.tolist() == other.train.tolist() == list(range(N))
    np.testing.assert_array_equal(one.x[one.validation], own(9)[0].astype(np.float32))
    np.testing.assert_array_equal(one.x[one.test], own(12, 3)[0].astype(np.float32))
    np.testing.assert_array_equal(one.y[one.test], own(12, 3)[1])
    assert task.parts == (
        "The validation and test examples were given, the same for every seed; all other examples train."
    )


@pytest.mark.parametrize(("given", "drawn", "sealed"), [("validation", "test", True), ("test", "validation", False)])
def test_what_is_not_given_is_split_off(given, drawn, sealed):
    task = from_arrays(X, CLASSES, **{f"{given}_data": own(9)})
    one, other = task.draw(0), task.draw(1)
    assert getattr(one, given).tolist() == getattr(other, given).tolist() == list(range(N, N + 9))
    assert (len(one.train), len(getattr(one, drawn))) == (48, 12)
    assert sorted([*one.train, *getattr(one, drawn)]) == list(range(N))
    assert (getattr(one, drawn) == getattr(other, drawn)).all() == sealed
    how = "the same for every seed" if sealed else "drawn by each seed"
    assert f"20 % of the other examples are the {drawn} set, {how}" in task.parts
    fixed = from_arrays(X, CLASSES, resample=False, **{f"{given}_data": own(9)})
    assert "the same for every seed; the rest train" in fixed.parts


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((X,), r"validation_data: got 1 of them, allowed is \(x, y\)"),
        (X, r"validation_data: got ndarray, allowed is \(x, y\)"),
        ((X[:, :2], CLASSES), r"validation_data x: got examples of the shape \[2\], allowed is that of x, \[4\]"),
        ((X[:3], CLASSES), "validation_data x and validation_data y: got 3 and 60 examples"),
        ((X[:0], CLASSES[:0]), "validation_data: got no examples"),
        ((X, np.eye(3)[CLASSES]), r"validation_data y: got examples of the shape \[3\]"),
        ((X[:1], [3]), "validation_data and test_data: got the class 3, of which y has no example"),
    ],
)
def test_own_validation_data_that_do_not_fit(given, message):
    with pytest.raises(RequestError, match=message):
        from_arrays(X, CLASSES, validation_data=given)


def test_weights_go_with_the_examples():
    task = from_arrays(X, CLASSES, class_weight={2: 5}, sample_weight=np.arange(N), test_data=own(9))
    data = task.draw(0)
    assert data.weights[:6].tolist() == [0, 1, 10, 3, 4, 25]
    assert data.weights[N:].tolist() == [1] * 9
    assert from_arrays(X, CLASSES).draw(0).weights is None


def test_without_resampling_the_split_is_fixed():
    task = from_arrays(X, CLASSES, resample=False)
    np.testing.assert_array_equal(task.draw(0).test, task.draw(1).test)


def test_metrics():
    assert from_arrays(X, CLASSES).metrics == ("accuracy", "cross_entropy")
    assert from_arrays(X, CLASSES, metrics=["cross_entropy"]).metrics == ("cross_entropy",)
    assert from_arrays(X, CLASSES, metrics="cross_entropy").metrics == ("cross_entropy",)
    with pytest.raises(RequestError, match='"R2Score", which does not fit a softmax head'):
        from_arrays(X, CLASSES, metrics=["r2_score"])


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
        (NAMES[:, None], CLASSES, {}, "x: got <U3 values such as 'cat', allowed are numbers"),
        ([[1, 2], [3]] * 10, CLASSES[:20], {}, "x: can't be read as an array of numbers"),
        (X, [None, *CLASSES[1:]], {}, "y: got object values such as None, allowed are numbers"),
        (FRAME.assign(city="Ulm"), CLASSES, {}, "x: the column city holds"),
        (FRAME, pd.Series(CLASSES)[::-1], {}, "x and y: have the same index in another order"),
        (WITH_NAN, CLASSES, {}, "in 2 of 60 examples, allowed are finite numbers"),
        (X * 1e300, CLASSES, {}, "x: got NaN, or numbers that are infinite in float32"),
        (X, np.full(N, np.inf), {}, "y: got NaN, or numbers that are infinite in float32"),
        (X, NAMES, {}, "y: got <U3 values such as 'cat', allowed are numbers"),
        (X, NAMES.astype(object), {}, "np.unique(y, return_inverse=True)[1]"),
        (X, CLASSES + 1, {}, "y: got classes from 1 to 3, allowed are whole numbers from 0"),
        (X, CLASSES - 1, {}, "y: got classes from -1 to 1"),
        (X, CLASSES * 100, {}, 'numbers to predict: head="linear"'),
        (X, CLASSES * 0, {}, "y: got the one class 0, allowed are two classes or more"),
        (X, CLASSES * 2, {}, "y: got classes up to 4 and no example of 1, 3"),
        (X, np.eye(3, dtype=int)[CLASSES], {}, 'y: got one-hot rows of 3, give head: head="softmax" reads them as'),
        (X, np.eye(3)[CLASSES], {}, 'head="linear" predicts them as values'),
        (X, np.eye(3)[CLASSES], {"head": "sigmoid"}, 'y: got the shape [60, 3] with head "sigmoid"'),
        (X, MANY, {}, 'y: got rows of 0 and 1 with 1 to 3 ones, give head: head="multi_label" reads them as labels'),
        (X, np.eye(3)[CLASSES], {}, 'head="multi_label" as labels of which each example has one'),
        (X, CLASSES, {"head": "multi_label"}, 'y: got the shape [60] with head "multi_label", allowed are rows'),
        (X, MANY * 0.5, {"head": "multi_label"}, "y: got other values than 0 and 1 (0.0, 0.5)"),
        (X, MANY, {"head": "multi_label"}, "y: label 0 is 1 for every example"),
        (X, MANY * 1.5, {"head": "fractions"}, 'y: got numbers from 0 to 1.5 with head "fractions"'),
        (X, MANY, {"head": "ordinal"}, 'allowed is [examples]; several labels for one example: head="multi_label"'),
        (
            X,
            MANY,
            {"head": "softmax"},
            'y: got the shape [60, 3] with head "softmax", allowed is [examples], or one-hot',
        ),
        (X, np.full((N, 2), 0.5), {}, "y: got rows that sum to 1, as probabilities of classes"),
        (X, (CLASSES > 0).astype(float), {}, 'y: got floats that are all whole (0.0, 1.0), give head: head="sigmoid"'),
        (X, CLASSES + 20.0, {}, 'y: got floats that are all whole (20.0, 21.0, 22.0), give head: head="softmax"'),
        (X, np.stack([CLASSES, CLASSES], axis=1), {}, "y: got whole numbers of the shape [60, 2], give head"),
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

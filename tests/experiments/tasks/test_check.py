"""A task of the user's own that draws what can't be trained on or judged is refused, in one line."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.tasks import Data, Modes, Task
from experiments.tasks.check import check_data, check_sealed, describe_classes

X = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
Y = np.arange(30) % 3
GOOD = Data(X, Y, np.arange(10), np.arange(10, 20), np.arange(20, 30))
NAN = X.copy()
NAN[4] = np.nan


def task(head="softmax", outputs=3):
    return Task(head, (2,), outputs, lambda seed: GOOD)


def test_what_can_be_trained_on_passes():
    check_data(task(), GOOD)
    check_data(task(), replace(GOOD, train=np.zeros(10, int)))  # a bootstrap sample
    check_data(task(), replace(GOOD, y=Y.astype(float)))
    check_data(task("sigmoid", 1), replace(GOOD, y=Y > 0))
    check_data(task("linear", 1), replace(GOOD, y=X[:, :1]))
    check_data(task("ordinal", 2), GOOD)
    check_data(task("multi_label", 2), replace(GOOD, y=np.eye(3)[Y][:, :2]))
    check_data(task(), replace(GOOD, x=NAN, train=np.arange(4)))  # an example that is in no part
    check_data(task(), replace(GOOD, weights=np.ones(30, np.float32)))


@pytest.mark.parametrize(
    ("head", "changes", "message"),
    [
        ("softmax", {"validation": np.arange(5, 15)}, "5 of 10 validation examples are train examples as well"),
        ("softmax", {"y": np.array(["a", "b"] * 15)}, "y has <U1 values, allowed are numbers"),
        ("softmax", {"test": np.arange(9, 30)}, "test examples are train examples as well, such as number 9"),
        ("softmax", {"test": np.arange(19, 30)}, "1 of 11 test examples are validation examples as well"),
        ("softmax", {"test": np.array([20, 20, 21])}, "test has an example more than once"),
        ("softmax", {"validation": np.array([10, 10])}, "validation has an example more than once"),
        ("softmax", {"test": np.array([30])}, "test has the index 30, allowed are 0 to 29"),
        ("softmax", {"train": np.array([-1])}, "train has the index -1"),
        ("softmax", {"test": np.array([], int)}, "test is no list of indices"),
        ("softmax", {"test": np.arange(30) >= 20}, "test is no list of indices"),
        ("softmax", {"y": Y + 1}, "y has labels from 1 to 3, its softmax head with 3 outputs wants .* from 0 to 2"),
        ("softmax", {"y": Y / 2}, "y has labels that are not whole"),
        ("softmax", {"y": np.eye(3)[Y]}, r"y has the shape \[30, 3\], its softmax head wants \[examples\]"),
        ("sigmoid", {}, "y has labels from 0 to 2, its sigmoid head with 1 outputs wants whole numbers from 0 to 1"),
        ("ordinal", {"y": Y}, "its ordinal head with 1 outputs wants whole numbers from 0 to 1"),
        ("multi_label", {"y": Y[:, None] / 2}, "y has values from 0 to 1, its multi_label head wants 0 and 1"),
        ("fractions", {"y": Y[:, None]}, "y has values from 0 to 2, its fractions head wants numbers from 0 to 1"),
        ("linear", {"y": np.full((30, 1), np.nan)}, "y has NaN or infinite values"),
        ("linear", {"y": X[:, 0]}, r"y has the shape \[30\], its linear head wants \[examples, 1\]"),
        ("softmax", {"x": NAN}, "x has NaN or infinite values"),
        ("softmax", {"x": X[:20]}, "x has 20 examples and y 30"),
        ("softmax", {"x": X[:, :1]}, r"examples have the shape \[1\], its input_shape is \[2\]"),
        ("softmax", {"weights": np.ones(3)}, r"weights have the shape \[3\], allowed is \[30\]"),
    ],
)
def test_what_can_not_is_refused(head, changes, message):
    with pytest.raises(RequestError, match=message):
        check_data(task(head, 3 if head == "softmax" else 1), replace(GOOD, **changes))


def test_a_known_truth_fits_the_head():
    probability = np.linspace(0, 1, 30)
    binary, values = replace(GOOD, y=(Y > 0).astype(int)), replace(GOOD, y=X[:, :1])
    check_data(task("sigmoid", 1), replace(binary, truth=probability))
    check_data(task(), replace(GOOD, truth=np.full((30, 3), 1 / 3)))
    check_data(task("ordinal", 2), replace(GOOD, truth=np.full((30, 3), 1 / 3)))
    check_data(task("linear", 1), replace(values, truth=5 * X[:, 1:].astype(float)))
    for asked, data, truth, message in (
        (task("sigmoid", 1), binary, probability[:20], r"truth has the shape \[20\].* sigmoid head wants .* \[30\]"),
        (task("sigmoid", 1), binary, 2 * probability, "truth has no probabilities"),
        (task("sigmoid", 1), binary, Y, "truth has .* int64 values, .* wants floats"),
        (task(), GOOD, np.full((30, 3), 0.3), "truth has no probabilities"),
        (task(), GOOD, probability, r"softmax head wants floats of the shape \[30, 3\]"),
        (task("linear", 1), values, np.full((30, 1), np.inf), "truth has NaN or infinite values"),
    ):
        with pytest.raises(RequestError, match=message):
            check_data(asked, replace(data, truth=truth))


def test_known_modes_and_support_fit_the_examples():
    check_data(replace(task(), modes=Modes(np.eye(2), 0.1), support=(1, 0)), GOOD)
    for known, message in (
        ({"modes": Modes(np.eye(3), 0.1)}, r"centres of the shape \[3, 3\], allowed is \[modes, 2\]"),
        ({"modes": Modes(np.eye(2), 0.0)}, "spread of 0 or less"),
        ({"support": (0, 2)}, r"support is \[0, 2\], allowed are different features from 0 to 1"),
        ({"support": (1, 1)}, "allowed are different features"),
        ({"support": ()}, "allowed are different features"),
    ):
        with pytest.raises(RequestError, match=message):
            check_data(replace(task(), **known), GOOD)


def test_something_else_than_data_is_refused():
    with pytest.raises(RequestError, match="draw gave a tuple"):
        check_data(task(), (X, Y))


def test_a_task_that_calls_its_test_part_sealed_is_held_to_it():
    sealed = replace(task(), sealed=True)
    first = check_sealed(sealed, GOOD, None)
    assert check_sealed(sealed, replace(GOOD, train=GOOD.validation, validation=GOOD.train), first) == first
    other = replace(GOOD, test=GOOD.validation, validation=GOOD.test)
    with pytest.raises(RequestError, match="calls its test part sealed, but two seeds have different test examples"):
        check_sealed(sealed, other, first)
    assert check_sealed(task(), other, first) is None


def test_classes_that_a_part_lacks_are_told():
    assert describe_classes(task(), GOOD) == []
    lacking = replace(GOOD, y=np.where(Y == 2, 0, Y) + (np.arange(30) == 2) * 2)
    assert describe_classes(task(), lacking) == [
        "data: validation and test have no example of class 2, which has 1 in all"
    ]
    assert describe_classes(task("linear"), GOOD) == []

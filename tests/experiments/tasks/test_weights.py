import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.tasks.weights import example_weights

Y = np.array([0, 1, 1, 2])


def test_nothing_is_weighted_by_default():
    assert example_weights(Y, 3) is None


def test_classes_and_examples_multiply():
    given = {"class_weight": {np.int64(1): 2, 2: 0.5}, "sample_weight": [1, 2, 3, 4]}
    assert example_weights(Y, 3, **given).tolist() == [1, 4, 6, 2]
    assert example_weights(np.zeros((4, 1)), None, sample_weight=np.ones((4, 1))).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("classes", "given", "message"),
    [
        (3, {"class_weight": {3: 1}}, "class_weight: got the class 3, allowed are 0 to 2"),
        (3, {"class_weight": {1: -1}}, "class_weight 1: got -1, allowed is a finite number from 0"),
        (3, {"class_weight": {1: np.nan}}, "class_weight 1: got nan"),
        (3, {"class_weight": "balanced"}, 'class_weight: got "balanced", allowed is a dictionary of classes'),
        (3, {"class_weight": {"1": 2}}, "allowed is a dictionary of classes"),
        (None, {"class_weight": {0: 1}}, "class_weight: given, but y is not one class"),
        (3, {"sample_weight": [1, 2, 3]}, r"sample_weight: got the shape \[3\], allowed is \[4\]"),
        (3, {"sample_weight": [1, 2, 3, -4]}, "sample_weight: got negative"),
        (3, {"sample_weight": list("abcd")}, "sample_weight: got <U1 values such as 'a'"),
        (3, {"sample_weight": np.zeros(4)}, "every example has the weight 0"),
    ],
)
def test_refuses(classes, given, message):
    with pytest.raises(RequestError, match=message):
        example_weights(Y, classes, **given)

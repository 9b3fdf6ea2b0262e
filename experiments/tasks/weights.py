"""How much each example counts in the training loss: Keras' `class_weight` and `sample_weight`."""

import math
from collections.abc import Mapping

import numpy as np

from experiments.errors import RequestError, show, wrong
from experiments.study.types import OwnPart
from experiments.tasks.targets import numbers


def example_weights(
    y: np.ndarray, classes: int | None, class_weight: OwnPart = None, sample_weight: OwnPart = None
) -> np.ndarray | None:
    """The weight of every example, `[examples]` float32, as Keras' `fit` has it; None where nothing is weighted.

    y: `[examples]` classes, or values. classes: how many, None for values. class_weight: class → weight, 1 for a
    class that it does not name. sample_weight: `[examples]`, which multiplies it.

    Raises RequestError for another length, negative or infinite weights, or unknown classes.

    >>> example_weights(np.array([0, 1, 1]), 2, class_weight={1: 3}).tolist()
    [1.0, 3.0, 3.0]
    """
    if class_weight is None and sample_weight is None:
        return None
    weights = np.ones(len(y), np.float32)
    if class_weight is not None:
        weights *= _of_classes(class_weight, classes)[y]
    if sample_weight is not None:
        weights *= _of_examples(sample_weight, len(y))
    if not weights.any():
        raise RequestError("weights: every example has the weight 0, allowed is a weight above 0 for one or more")
    return weights


def _of_classes(given: OwnPart, classes: int | None) -> np.ndarray:
    if classes is None:
        raise RequestError("class_weight: given, but y is not one class per example; sample_weight weighs examples")
    if not isinstance(given, Mapping) or not all(isinstance(key, int | np.integer) for key in given):
        raise RequestError(wrong("class_weight", given, "a dictionary of classes and weights, such as {0: 1, 1: 5}"))
    weights = np.ones(classes, np.float32)
    for key, weight in given.items():
        if not 0 <= key < classes:
            raise RequestError(f"class_weight: got the class {key}, allowed are 0 to {classes - 1}")
        if not isinstance(weight, int | float | np.number) or not math.isfinite(weight) or weight < 0:
            raise RequestError(wrong(f"class_weight {key}", weight, "a finite number from 0"))
        weights[key] = weight
    return weights


def _of_examples(given: OwnPart, count: int) -> np.ndarray:
    weights = numbers("sample_weight", given).astype(np.float32)
    if weights.shape not in ((count,), (count, 1)):
        raise RequestError(
            f"sample_weight: got the shape {show(list(weights.shape))}, allowed is [{count}], as y has it"
        )
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise RequestError(
            "sample_weight: got negative, infinite or missing weights, allowed are finite numbers from 0"
        )
    return weights.reshape(-1)

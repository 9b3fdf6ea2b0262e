"""Metrics of a model's weights."""

from collections.abc import Sequence

import numpy as np

from experiments.errors import RequestError


def support_recall(support: Sequence[int] | None, kernel: np.ndarray) -> float:
    """Share of the features on which y depends among as many features of the largest first-layer weights.

    support: those features, counted from 0. kernel: the first layer's, `[features, units]`. A feature is as large as
    the root of the sum of its squared weights. Of equally large ones each has the same chance: a layer of zeros scores
    what drawing features at random does.

    >>> support_recall((0, 1), np.array([[3.0], [0.0], [0.0]]))
    0.75
    """
    if support is None:
        raise RequestError("metrics support_recall: the task does not know which features matter, Task(support=…)")
    if kernel.ndim != 2 or max(support) >= len(kernel):
        raise RequestError(
            f"metrics support_recall: the first weights have the shape {list(kernel.shape)}, allowed is "
            "[features, units]: a dense layer first, and examples that are rows of features"
        )
    if not np.isfinite(kernel).all():
        return float("nan")
    sizes = np.linalg.norm(kernel.astype(np.float64), axis=1)
    count, own = len(support), sizes[list(support)]
    least = np.sort(sizes)[-count]
    places = count - np.sum(sizes > least)
    return float((np.sum(own > least) + np.sum(own == least) * places / np.sum(sizes == least)) / count)

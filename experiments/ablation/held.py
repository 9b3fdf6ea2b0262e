"""Features of a table that are held at their mean of the training part."""

from collections.abc import Sequence

import numpy as np

from experiments.ablation.edit import Constant
from experiments.errors import RequestError, nearest
from experiments.tasks import Task


def positions(features: Sequence[int | str], columns: Sequence[str] | None, width: int, field: str) -> list[int]:
    """Features of a table as places among its columns.

    features: places, from 0 or from the end below it, or names. columns: the table's, None where it has no names.
    width: how many there are.

    Raises RequestError for one that there is not.

    >>> positions(["age", 0], ["height", "age"], 2, "without_inputs")
    [1, 0]
    """
    found = []
    for feature in features:
        if isinstance(feature, str):
            if columns is None:
                allowed = f"a place from 0 to {width - 1}, or x as a data frame"
                raise RequestError(f'{field}: got "{feature}", and x has no names of columns; allowed is {allowed}')
            if feature not in columns:
                told = f'{field}: got "{feature}"{nearest(feature, columns)}'
                raise RequestError(f"{told} Columns: {', '.join(columns)}")
            found.append(list(columns).index(feature))
        elif not -width <= feature < width:
            raise RequestError(f"{field}: got {feature}, allowed is a place from 0 to {width - 1}")
        else:
            found.append(feature % width)
    return found


def held_at_mean(task: Task, places: Sequence[int]) -> Constant:
    """What holds features at their mean, over the training examples of seed 0 and over all axes but the last."""
    data = task.draw(0)
    values = np.asarray(data.x[data.train], dtype=np.float64)
    means = values.reshape(-1, values.shape[-1]).mean(axis=0) * data.scale
    gone = np.isin(np.arange(len(means)), places)
    return Constant([float(kept) for kept in ~gone], np.where(gone, means, 0.0).tolist())

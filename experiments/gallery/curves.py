"""Functions and their derivatives as tables, through Keras on whichever backend it has."""

import keras
import numpy as np
import pandas as pd
from keras import ops

from experiments.gallery.entry import Entry, Family
from experiments.gallery.gradients import value_and_gradient

POINTS = 601


def curve_table(entry: Entry, family: Family, points: int = POINTS) -> pd.DataFrame:
    """`line, x, value, slope`: every line of an entry over its family's range; slope is what training sees.

    >>> from experiments.gallery import activations
    >>> curve_table(activations.ENTRIES[0], activations.FAMILIES[0], points=3)["value"].tolist()
    [-1.0, 0.0, 1.0]
    """
    x = np.linspace(family.low, family.high, points).astype(keras.config.floatx())
    tables = []
    for line, function in entry.lines.items():
        tensor = ops.convert_to_tensor(x)
        values = ops.convert_to_numpy(function(tensor))
        _, slopes = value_and_gradient(lambda point, function=function: ops.sum(function(point)), tensor)
        tables.append(pd.DataFrame({"line": line, "x": x, "value": values, "slope": ops.convert_to_numpy(slopes)}))
    return pd.concat(tables, ignore_index=True)

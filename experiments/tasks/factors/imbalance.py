"""Training on few examples of one class."""

from dataclasses import replace

import numpy as np

from experiments.tasks.task import Data


def imbalance(data: Data, classes: int, generator: np.random.Generator, *, imbalance: float) -> Data:
    """Data of whose rarest class only this share trains; the other training examples, and other parts, stay.

    The rarest class is the one with the fewest examples in all data; of several the last. Of it one training example
    stays at least. A smaller share keeps part of what a larger one keeps.

    classes: how many. imbalance: above 0, 1.0 keeps all.

    >>> from experiments.tasks.moons import moons
    >>> data = imbalance(moons().draw(0), 2, np.random.default_rng(0), imbalance=0.1)
    >>> np.bincount(data.y[data.train]).tolist(), np.bincount(data.y[data.test]).tolist()
    ([180, 18], [60, 60])
    """
    labels = np.asarray(data.y).astype(int)
    counts = np.bincount(labels, minlength=classes)
    present = np.flatnonzero(counts)
    rarest = present[::-1][counts[present][::-1].argmin()]
    place = generator.random(len(labels))
    own = data.train[labels[data.train] == rarest]
    # of all data, not of the part: so many are left out for every seed that splits the same data
    most = max(len(own) - 1, 0)
    out = min(most, round((1 - imbalance) * counts[rarest] * len(data.train) / len(labels)))
    gone = own[np.argsort(place[own], kind="stable")][len(own) - out :]
    return replace(data, train=data.train[~np.isin(data.train, gone)])

"""Which examples train, which validate and which test: drawn by the seed, with every class in its share."""

import numpy as np

from experiments.errors import RequestError
from experiments.study.seeds import stream

# Tasks whose split does not change with the seed have the split of this one.
FIXED_SEED = 0


def split(
    count: int, seed: int, *, labels: np.ndarray | None = None, validation: float = 0.2, test: float = 0.2
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three index lists (train, validation, test), disjoint, together all of 0 … count − 1.

    count: how many examples. seed: the same seed gives the same lists.
    labels: `[count]`, anything that np.unique takes; each list then holds every label in its share, to within
    one example, and a label with a single example goes to train.
    validation, test: shares, each above 0, together below 1.

    Raises RequestError for other shares, or where a list would be empty.

    >>> [len(part) for part in split(100, seed=0)]
    [60, 20, 20]
    >>> train, validation, test = split(100, seed=0, labels=np.repeat([0, 1], [80, 20]))
    >>> int((test >= 80).sum())
    4
    """
    first, held = sizes(count, validation, test)
    train, validation_part, test_part = np.split(_order(count, seed, labels), [first, first + held])
    return train, validation_part, test_part


def split_off(count: int, seed: int, held: int, labels: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Two index lists, as `split` draws them: the rest, which trains, and as many as are held back.

    >>> [len(part) for part in split_off(100, seed=0, held=20)]
    [80, 20]
    """
    rest, part = np.split(_order(count, seed, labels), [count - held])
    return rest, part


def sizes(count: int, validation: float, test: float) -> tuple[int, int]:
    """How many of so many examples train and validate; the rest test. RequestError as of `split`.

    >>> sizes(1797, 0.2, 0.2)
    (1079, 359)
    """
    if not (validation > 0 and test > 0 and validation + test < 1):
        raise RequestError(
            f"validation and test: got {validation} and {test}, "
            "allowed are shares above 0 that are less than 1 together"
        )
    held = [round(count * validation), round(count * test)]
    first = count - sum(held)
    if min(first, *held) < 1:
        raise RequestError(
            f"validation and test: got {validation} and {test} of {count} examples, "
            "allowed are shares that leave an example or more for each of train, validation and test"
        )
    return first, held[0]


def _order(count: int, seed: int, labels: np.ndarray | None) -> np.ndarray:
    """All indices in an order by the seed, of which any stretch holds every label in its share."""
    order = np.random.default_rng(stream(seed, "task", "split")).permutation(count)
    if labels is not None:
        order = order[np.argsort(ranks(np.asarray(labels)[order]), kind="stable")]
    return order


def size(name: str, count: int, share: float) -> int:
    """How many of so many examples are in the part with this share, called `name`; RequestError where none or all.

    >>> size("test", 100, 0.2)
    20
    """
    if not 0 < share < 1:
        raise RequestError(f"{name}: got {share}, allowed is a share above 0 and below 1")
    held = round(count * share)
    if not 1 <= held < count:
        raise RequestError(
            f"{name}: got {share} of {count} examples, allowed is a share that leaves an example or more on both sides"
        )
    return held


def ranks(labels: np.ndarray) -> np.ndarray:
    """Where each example stands within its label, in (0, 1): sorted by it, any prefix holds equal shares.

    >>> ranks(np.array([7, 7, 3, 7, 3])).round(2).tolist()
    [0.17, 0.5, 0.25, 0.83, 0.75]
    """
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    by_label = np.argsort(codes, kind="stable")
    starts = np.cumsum(counts) - counts
    found = np.empty(len(labels))
    found[by_label] = (np.arange(len(labels)) - np.repeat(starts, counts) + 0.5) / np.repeat(counts, counts)
    return found

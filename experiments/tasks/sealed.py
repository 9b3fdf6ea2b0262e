"""The test part of one data set: fixed by a digest of each example, so that it is the same for every seed."""

from hashlib import blake2b

import numpy as np

from experiments.tasks.split import ranks, size, split_off
from experiments.tasks.task import Data


def sealed_part(x: np.ndarray, y: np.ndarray, share: float = 0.2, *, labels: np.ndarray | None = None) -> np.ndarray:
    """The indices, rising, of the examples that test: in no seed's training or validation part.

    x, y: examples and targets. share: of all examples, above 0 and below 1.
    labels: `[examples]`; the part then holds every label in its share, to within one example.

    Examples are put in order by a digest of their bytes, x and y, and the first of each label are taken. So the part
    depends on nothing but the examples: not on their order nor on a seed, and where examples are added it keeps nearly
    all that it had. Examples that are equal in x and y lie on one side. Where they repeat so often that a label would
    be on one side alone, they are divided as if they differed.

    Raises RequestError for another share, or one that leaves no example on a side.

    >>> x = np.arange(100.0)[:, None]
    >>> sealed = sealed_part(x, x)
    >>> len(sealed), bool((x[sealed] == np.sort(x[::-1][sealed_part(x[::-1], x[::-1])], axis=0)).all())
    (20, True)
    """
    count, held = len(y), size("test", len(y), share)
    digests = _digests(x, y)
    order = np.argsort(digests, kind="stable")
    codes = np.zeros(count, int) if labels is None else np.unique(labels, return_inverse=True)[1]
    place = np.empty(count)
    place[order] = ranks(codes[order])
    apart = order[np.argsort(place[order], kind="stable")][:held]
    equal = np.unique(digests, return_inverse=True)[1]
    if equal.max() + 1 == count:
        return np.sort(apart)
    together = _together(place, equal, held)
    counts = [np.bincount(codes[part], minlength=codes.max() + 1) for part in (apart, together, np.arange(count))]
    lost = ((counts[1] == 0) & (counts[0] > 0)) | (counts[1] == counts[2]) & (counts[0] < counts[2])
    return np.sort(apart if lost.any() else together)


def split_sealed(
    sealed: np.ndarray, count: int, seed: int, held: int, labels: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Two index lists, train and validation, of all examples from 0 to count − 1 that are not sealed.

    held: how many validate. labels: `[count]`; each list then holds every label in its share.

    >>> train, validation = split_sealed(np.array([0, 3]), 10, seed=0, held=2)
    >>> len(train), np.sort(np.append(train, validation)).tolist()
    (6, [1, 2, 4, 5, 6, 7, 8, 9])
    """
    others = np.setdiff1d(np.arange(count), sealed, assume_unique=True)
    train, validation = split_off(len(others), seed, held, None if labels is None else labels[others])
    return others[train], others[validation]


def shared(data: Data, other: Data | None) -> dict[str, str | int]:
    """What the data of two seeds have in common, as a manifest has it; empty without another seed.

    `seeds`: "own data" where each seed draws examples of its own, "one split" where all have the same training and
    validation parts, else "resplit": each seed splits the same examples anew. Then `resplit` is how many these are.

    >>> from experiments.tasks.digits import digits
    >>> from experiments.tasks.moons import moons
    >>> shared(digits().draw(0), digits().draw(1)), shared(moons().draw(0), moons().draw(1))
    ({'seeds': 'resplit', 'resplit': 1438}, {'seeds': 'own data'})
    """
    if other is None:
        return {}
    mine, others = data.examples, other.examples
    if not _same(mine.x, others.x) or not _same(mine.y, others.y):
        return {"seeds": "own data"}
    if all(_same(np.sort(getattr(data, part)), np.sort(getattr(other, part))) for part in ("train", "validation")):
        return {"seeds": "one split"}
    fixed = _same(np.sort(data.test), np.sort(other.test))
    return {"seeds": "resplit", "resplit": len(data.x) - (len(data.test) if fixed else 0)}


def _same(mine: np.ndarray, other: np.ndarray) -> bool:
    return mine is other or np.array_equal(mine, other)


def _digests(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`[examples]`, 16 bytes each."""
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    pairs = zip(x, y, strict=True)
    found = [blake2b(example.tobytes() + target.tobytes(), digest_size=16).hexdigest() for example, target in pairs]
    return np.array(found)


def _together(place: np.ndarray, equal: np.ndarray, held: int) -> np.ndarray:
    """About `held` examples, in order of their places, equal ones all or none."""
    middle = np.bincount(equal, place) / np.bincount(equal)
    order = np.lexsort((equal, middle[equal]))
    ends = np.flatnonzero(np.diff(equal[order])) + 1  # where one may cut
    return order[: ends[np.argmin(np.abs(ends - held))]] if len(ends) else order[:held]

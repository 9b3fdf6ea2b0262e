"""Runs far below all others: how many there are, how deep they fall, and how rare what seeds may miss can be."""

import numpy as np

FAR = 6.0  # times the spread of the middle, as the median absolute deviation measures it
SEEN = 3.0  # expected in n seeds, from which an event hardly stays unseen (1 in 20)


def rarest_seen(seeds: int) -> float:
    """The share of runs above which so many seeds show an event at least once, 19 times in 20 (the rule of three).

    >>> rarest_seen(10), rarest_seen(2)
    (0.3, 1.0)
    """
    return min(1.0, SEEN / max(seeds, 1))


def count_collapsed(values: np.ndarray, fewest: int = 2) -> int:
    """How many values lie far below the middle, where hardly any lie as far above it; 0 for fewer than `fewest`.

    >>> count_collapsed(np.array([0.1, 0.2, 0.0, -0.1, -0.2, 0.15, -0.15, 0.05, -9.0, -8.0]))
    2
    """
    away = values - np.median(values) if len(values) else values
    if not len(away):
        return 0
    limit = FAR * 1.4826 * np.median(np.abs(away)) or FAR / 2 * values.std()  # where most values are one and the same
    low, high = int((away < -limit).sum()), int((away > limit).sum())
    return low if low >= fewest and 4 * high < low else 0


def depth(values: np.ndarray, collapsed: int) -> float:
    """How far below the middle the lowest values lie, in the middle of these; 0 for none.

    >>> depth(np.array([0.1, 0.2, 0.0, -0.1, -0.2, 0.15, -0.15, 0.05, -9.0, -8.0]), 2)
    8.45
    """
    return float(np.median(values) - np.median(np.sort(values)[:collapsed])) if collapsed else 0.0


def own_collapses(
    gains: np.ndarray, uneven: np.ndarray, seeds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of contrasts of which nothing is known but their own gains: how many collapsed, how deep, and which sign fell.

    gains: `[contrasts, seeds]`. uneven: which to look at. seeds: how many each has. What is not so rare that these
    seeds may have missed it does not count.
    """
    rare, deep, sign = np.zeros(len(gains), int), np.zeros(len(gains)), np.ones(len(gains), int)
    for at in np.flatnonzero(uneven):
        own = gains[at][~np.isnan(gains[at])]
        sides = count_collapsed(own, 1), count_collapsed(-own, 1)
        if 0 < max(sides) < seeds[at] * rarest_seen(int(seeds[at])):
            rare[at], sign[at] = max(sides), 1 if sides[0] == max(sides) else -1
            deep[at] = depth(sign[at] * own, rare[at])
    return rare, deep, sign

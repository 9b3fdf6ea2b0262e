"""Seeds added look by look: how much of the 0.05 each look may spend, and whether anything is left to look for."""

from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.study.types import Plain

# Of three looks. Together they are the whole, so that whenever one stops, at most 5 % is spent (Bonferroni).
SHARES = (0.2, 0.3, 0.5)
OPEN = ("not told apart", "too uneven", "one seed", "not run")


def place(looks: Sequence[int], seeds: int) -> int:
    """Which look so many seeds belong to, from 0: the first that has as many.

    >>> [place((10, 20, 40), seeds) for seeds in (10, 15, 40)]
    [0, 1, 2]
    """
    return next((at for at, count in enumerate(looks) if seeds <= count), len(looks) - 1)


def look_share(looks: Sequence[int], seeds: int) -> float:
    """How much of the 0.05 the look spends that so many seeds belong to; 1 where no looks are planned.

    >>> look_share((10, 20, 40), 20), look_share((), 20)
    (0.3, 1.0)
    """
    return SHARES[place(looks, seeds)] if looks else 1.0


def spent(looked: Sequence[Mapping[str, Plain]]) -> float:
    """How much of the 0.05 was spent by all looks together: 1 is what intervals allow for.

    looked: `{"seeds", "planned"}` each, as a manifest has them; a look that was not planned spends all.

    >>> spent([{"seeds": 20, "planned": []}, {"seeds": 40, "planned": []}])
    2.0
    """
    return sum(
        look_share(look["planned"], look["seeds"]) if look["seeds"] in look["planned"] else 1.0 for look in looked
    )


def is_settled(effects: pd.DataFrame) -> pd.Series:
    """Which comparisons more seeds would hardly change: a difference is shown, or that it is too small to matter."""
    return ~effects["outcome"].isin(OPEN)

"""Which seeds a study has: a count or a list of them, and the counts at which it looks at results."""

from typing import Annotated

from pydantic import Field

from experiments.errors import RequestError, wrong
from experiments.study.catalog import Setting
from experiments.study.level import check

MOST_TRIALS = 1_000_000
LOOKS = 3
_Seeds = Annotated[int, Field(ge=1, le=MOST_TRIALS)]


def read_seeds(given: object, field: str = "seeds") -> list[int]:
    """Seeds from a count (5 means 0–4) or a list of distinct whole numbers from 0 to 2³¹ − 1.

    >>> read_seeds(3), read_seeds([7, 0])
    ([0, 1, 2], [7, 0])
    """
    if not isinstance(given, list):
        return list(range(check(field, given, Setting(_Seeds))))
    fit = given and all(type(seed) is int and 0 <= seed < 2**31 for seed in given) and len(set(given)) == len(given)
    if not fit:
        raise RequestError(wrong(field, given, "a count, or a list of distinct whole numbers from 0 to 2147483647"))
    return list(given)


def check_count(seeds: list[int], field: str) -> list[int]:
    """Seeds from a count; RequestError for others, where fresh ones are meant."""
    if seeds != list(range(len(seeds))):
        raise RequestError(wrong(field, seeds, "a count: with tuning_seeds, seeds that compare are fresh ones"))
    return seeds


def read_looks(given: object, field: str = "looks") -> tuple[int, ...]:
    """The numbers of seeds of three looks.

    >>> read_looks([10, 20, 40])
    (10, 20, 40)
    """
    fit = isinstance(given, list) and len(given) == LOOKS and all(type(look) is int for look in given)
    if not fit or not 1 < given[0] < given[1] < given[2]:
        raise RequestError(wrong(field, given, "three rising numbers of seeds from 2 on, such as [10, 20, 40]"))
    if given[-1] > MOST_TRIALS:
        raise RequestError(wrong(field, given, f"at most {MOST_TRIALS} seeds"))
    return tuple(given)

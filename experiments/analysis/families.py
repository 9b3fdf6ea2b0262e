"""How a page's 0.05 is divided among families of claims, and at what level each comparison of a family is judged."""

import numpy as np

from experiments.analysis.declared import Declared
from experiments.study.columns import RATE

# Together they are 1, so that at most 5 % of pages hold any false claim (Bonferroni over the families).
SHARES = {"levels": 0.6, "configurations": 0.1, "interactions": 0.25, "best": 0.05}
# The same where the study declares one primary comparison, which is a family of its own.
WITH_PRIMARY = {"primary": 0.5, "levels": 0.1, "configurations": 0.05, "interactions": 0.3, "best": 0.05}


def families(study: Declared) -> dict[str, float]:
    """The families of claims that a study's page makes, each with its share of the page's 0.05.

    - `primary`: the comparison that the study declares, where it does;
    - `levels`: the declared comparisons of levels (`effects`);
    - `configurations`: the configurations that differ from the baseline by more than one level (`against_baseline`);
    - `interactions`: whether the gain of a level depends on another factor (`interactions`);
    - `best`: which configurations may be the best (`against_best`).

    What a missing family would have had goes to the first one that is there; what the configurations would have had
    goes to the levels, because there the configurations are the levels. The shares add up to 1.

    >>> from experiments.analysis.declared import read_declared
    >>> import pandas as pd
    >>> study = {"name": "a", "factors": {"loss": ["a", "b"]}}
    >>> families(read_declared({"study": study, "primary": "accuracy", "direction": "max"}, pd.DataFrame(), []))
    {'levels': 0.95, 'best': 0.05}
    """
    there = _list_families(study)
    table = WITH_PRIMARY if "primary" in there else SHARES
    found = {name: share for name, share in table.items() if name in there}
    for name, share in table.items():
        if name not in found:
            heir = "levels" if name == "configurations" and "levels" in found else next(iter(found))
            found[heir] += share
    return {name: round(share, 12) for name, share in found.items()}


def _list_families(study: Declared) -> list[str]:
    chosen = [name for name in study.varied if name not in study.conditions]
    families = ["best"]
    if study.design == "random" or not chosen:
        return families
    families.append("levels")
    if study.primary_comparison is not None and not study.held:
        families.append("primary")
    if study.design == "grid" and len(chosen) > 1:
        families.append("configurations")
        if len(interacting_factors(study)) > 1:
            families.append("interactions")
    return families


def interacting_factors(study: Declared) -> list[str]:
    """The factors of a grid whose interactions are looked at: all that vary, but for a tuned rate; else none.

    Under conditions all comparisons are made under each of them, so that interactions are not looked at.
    """
    if study.design != "grid" or study.conditions or study.held:
        return []
    return [name for name in study.varied if not (study.tuned and name == RATE)]


def holm_levels(p: np.ndarray, rate: float, comparisons: float) -> np.ndarray:
    """The level at which each comparison of a family is judged by Holm's step-down procedure.

    p: of each comparison, NaN where it has none. rate: of the family, the chance of any false finding. comparisons: how
    many there are, those without p as well; with 1 each is judged by itself, at the whole rate.

    The smallest p is judged at rate/m, the next at rate/(m − 1), and so on up to the first that is not below its level;
    all that follow are judged at that one's level. So those with p below the level returned are found.

    Source: S. Holm, A simple sequentially rejective multiple test procedure (1979).

    >>> holm_levels(np.array([0.03, 0.001, 0.02]), 0.05, 3).round(4).tolist()
    [0.05, 0.0167, 0.025]
    """
    p = np.where(np.isnan(p), 1.0, p)
    order = np.argsort(p, kind="stable")
    levels = rate / np.maximum(comparisons - np.arange(len(p)), 1)
    missed = np.flatnonzero(p[order] > levels)
    if len(missed):
        levels[missed[0] :] = levels[missed[0]]
    found = np.empty(len(p))
    found[order] = levels
    return found

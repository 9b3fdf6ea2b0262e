"""What a level does with each level of another factor: whether its effect turns round."""

import itertools

import pandas as pd

from experiments.analysis.arms import arm, exact
from experiments.analysis.declared import RATE, Declared
from experiments.analysis.pairs import compare

KEY = ["factor", "level", "other"]


def simple_effects(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`factor, level, reference, other, at` with `compare`'s columns: of a grid each level against the baseline's,
    with every level (`at`) of every other factor; factors besides are at the baseline, each side at its own best
    learning rate where that is tuned.

    m is the number of all of these, so that they hold at once. Empty for other designs, under conditions (which are
    compared one by one anyway), and where fewer than two factors vary besides a tuned rate.
    """
    names = [one for one in study.varied if not (study.tuned and one == RATE)]
    rows = []
    side = arm if study.tuned else exact
    for factor, other in itertools.permutations(names, 2) if study.design == "grid" and not study.conditions else ():
        reference = study.baseline[factor]
        for level, at in itertools.product(study.factors[factor], study.factors[other]):
            if level != reference:
                ends = (side(cells, study, {factor: one, other: at}) for one in (level, reference))
                rows.append((factor, level, reference, other, at, *ends))
    names = [*KEY[:2], "reference", *KEY[2:], "at", "cell", "reference_cell"]
    pairs = pd.DataFrame(rows, columns=names, dtype=object)
    return compare(trials, pairs, study, len(pairs))


def turning(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `simple_effects` of levels that gain more than Δ with one level of another factor and lose more
    than Δ with another: for them there is no one answer.
    """
    gains, losses = table["low"] > table["delta"], table["high"] < -table["delta"]
    both = gains.groupby([table[key] for key in KEY]).transform("any") & losses.groupby(
        [table[key] for key in KEY]
    ).transform("any")
    return table[both]

"""What each level does, against its reference: the comparisons that the study's design declares."""

import itertools

import numpy as np
import pandas as pd

from experiments.analysis.arms import arm, exact
from experiments.analysis.declared import Declared
from experiments.analysis.families import families
from experiments.analysis.pairs import seed_gains, side_scores
from experiments.analysis.power import seeds_needed
from experiments.analysis.primary import compare_beside_primary, is_primary, primary_share
from experiments.study.columns import RATE


def declared_comparisons(cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """`factor, level, reference, condition, cell, reference_cell, rate, reference_rate` of what is compared.

    - grid: each level against the baseline's, other factors at the baseline, each side at its own best
      learning rate where that is varied as well (the rate itself is compared at face value);
    - one-factor: each changed level against the baseline; leave-one-out: each factor off against the whole;
    - random: none, its draws have no reference.

    Under each combination of conditions all of this is compared again, and conditions are not compared.
    `condition` holds their levels, a dict. Cell ids are None where that cell did not run.
    """
    rows = []
    chosen = [factor for factor in study.varied if factor not in study.conditions]
    for condition, factor in itertools.product(study.condition_levels, chosen if study.design != "random" else []):
        reference = study.baseline[factor]
        levels = [study.without[factor]] if study.design == "leave-one-out" else study.factors[factor]
        for level in levels:
            if level != reference:
                sides = (_side(cells, study, condition, {factor: own_level}) for own_level in (level, reference))
                rows.append((factor, level, reference, condition, *sides))
    names = ["factor", "level", "reference", "condition", "cell", "reference_cell"]
    table = pd.DataFrame(rows, columns=names, dtype=object)
    rates = cells.set_index("cell")[RATE] if RATE in study.varied else pd.Series(dtype=object)
    table["rate"] = table["cell"].map(rates)
    table["reference_rate"] = table["reference_cell"].map(rates)
    return table


def effects(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The declared comparisons with `compare`'s columns, `score` and `seeds_needed`.

    They are the family `levels`; m is the number of comparisons in the table, run or not. The comparison that the
    question declares is none of them, and keeps its own level; `primary` says which row it is. score: the level's mean
    validation score. seeds_needed: how many seeds (on each side, where the two share none) find a true difference of Δ
    with 80 % probability, whatever the true spread may be that these seeds come from, were all comparisons judged at
    the level of the first step.
    """
    pairs = declared_comparisons(cells, study)
    pairs["score"] = pairs["cell"].map(cells.set_index("cell")["validation_mean"])
    share = families(study).get("levels", 1.0)
    pairs["primary"] = is_primary(pairs, cells, study)
    table = compare_beside_primary(trials, pairs, study, pairs["primary"], share, primary_share(study))
    spread = table["sd"].where(table["kind"].eq("interval"))
    freedom, pilots = table["freedom"].astype(float), table["n"].astype(float)
    needed = pd.Series(dtype=float, index=table.index)
    for primary, part in table.groupby("primary"):
        made = 1 / primary_share(study) if primary else len(part) / share
        at = part.index
        needed[at] = seeds_needed(spread[at], part["delta"], made / study.share, freedom[at], pilots[at], study.overlap)
    return table.assign(seeds_needed=needed)


def effect_seeds(trials: pd.DataFrame, table: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The gain on every seed behind `effects`: `pair` (its index), `seed, gain`; only of what is compared by seed."""
    return seed_gains(trials, table.loc[table["paired"], ["cell", "reference_cell"]], study)


def effect_samples(trials: pd.DataFrame, table: pd.DataFrame, study: Declared) -> dict[object, tuple[np.ndarray, ...]]:
    """The scores of both sides behind those of `effects` that are not compared seed by seed, by its index."""
    return side_scores(trials, table.loc[~table["paired"], ["cell", "reference_cell"]], study)


def _side(cells: pd.DataFrame, study: Declared, condition: dict[str, str], levels: dict[str, str]) -> str | None:
    return (arm if study.tuned else exact)(cells, study, condition | levels)

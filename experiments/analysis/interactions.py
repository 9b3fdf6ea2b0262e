"""Whether the gain of a level depends on another factor: contrasts of four cells, seed by seed."""

import itertools

import numpy as np
import pandas as pd

from experiments.analysis.arms import arm, exact
from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.families import families, holm_levels, interacting_factors
from experiments.analysis.intervals import ALPHA, ROUNDING, add_ends, effective, ends, intervals, stretched_p
from experiments.analysis.pairs import compare
from experiments.analysis.rows import rows_of
from experiments.analysis.scores import score_matrix
from experiments.analysis.smallest_effect import smallest_effects
from experiments.analysis.tails import NO_TAILS, tails_of_trials
from experiments.analysis.welch import independent_error

NAMES = ["factor", "level", "reference", "other", "at", "other_reference"]
ARMS = ["cell", "reference_cell", "cell_there", "reference_there"]
SIGNS = np.array([-1, 1, 1, -1])  # of the arms in the contrast


def interactions(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """By how much the gain of a level over the baseline's differs between a level of another factor and its baseline.

    Of a grid, for every two of `interacting_factors` and every level a of the one and b of the other that are not the
    baseline's: [(a, b) − (reference, b)] − [(a, other reference) − (reference, other reference)], factors besides at
    the baseline, each of the four cells at its own best learning rate where rates are tuned. It is as much the other
    way round, so each pair of factors is there once.

    Returns `factor, level, reference, other, at, other_reference`; the four cells `cell, reference_cell` at the
    reference of the other factor and `cell_there, reference_there` at its level `at`; `n, mean, sd, error, degrees, p,
    low, high, kind` of `intervals` over the seeds on which all four have a score, or where they have none in common as
    four independent samples; `paired`; what `tails` says of the four, for which p and the interval allow;
    `alpha`, the error of the interval; `delta`, Δ; and `outcome`: `differs` where the interval leaves out 0, `no
    practical difference` where the one at the family's rate divided by m lies within ±Δ, else `not told apart`; or
    `identical, one seed, no scores to compare`.

    They are the family `interactions`, judged by Holm's procedure; m is their number.
    """
    side = arm if study.tuned else exact
    rows = []
    for factor, other in itertools.combinations(interacting_factors(study), 2):
        reference, beside = study.baseline[factor], study.baseline[other]
        both = itertools.product(study.factors[factor], study.factors[other])
        at_levels = {pair: side(cells, study, dict(zip((factor, other), pair, strict=True))) for pair in both}
        for level, at in itertools.product(study.factors[factor], study.factors[other]):
            if level != reference and at != beside:
                four = itertools.product((beside, at), (level, reference))
                cells_of_contrast = [at_levels[of_factor, of_other] for of_other, of_factor in four]
                rows.append((factor, level, reference, other, at, beside, *cells_of_contrast))
    pairs = pd.DataFrame(rows, columns=[*NAMES, *ARMS], dtype=object)
    matrix = study.sign * score_matrix(with_costs(trials, study), study.validation)
    scores = np.stack([matrix.reindex(pairs[name]).to_numpy(float) for name in ARMS])  # [arms, contrasts, seeds]
    table = _contrasts(scores, study).set_axis(pairs.index)
    alone = ~table["paired"].to_numpy(bool)
    cells_of_contrast = tails_of_trials(trials, pairs, study, study.validation, ARMS, SIGNS, independent=alone)
    spread = table["kind"].eq("interval")
    table = table.assign(**{name: cells_of_contrast[name].where(spread, none) for name, none in NO_TAILS.items()})
    table["p"] = stretched_p(table)
    rate = ALPHA * study.share * families(study).get("interactions", 1.0)
    least = rate / max(len(pairs), 1)
    table["alpha"] = holm_levels(table["p"].to_numpy(float), rate, len(pairs))
    table["low"], table["high"] = ends(table, table["alpha"].to_numpy(float))
    known = ~np.isnan(scores[1])
    means = np.where(known, scores[1], 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    table["delta"] = smallest_effects(study, means)
    low, high = ends(table, least)
    table["outcome"] = np.select(
        [
            table["kind"] == "none",
            table["kind"] == "one seed",
            table["kind"] == "identical",
            (low > -table["delta"]) & (high < table["delta"]),
            (table["low"] > 0) | (table["high"] < 0),
        ],
        ["no scores to compare", "one seed", "identical", "no practical difference", "differs"],
        default="not told apart",
    )
    return pairs.join(table)


def simple_effects(trials: pd.DataFrame, study: Declared, table: pd.DataFrame) -> pd.DataFrame:
    """What a level gains with each level of the other factor: `factor, level, reference, other, at` and `compare`'s
    columns, of every contrast that was found, both ways round.

    table: of `interactions`. A contrast is what is found; of its parts each is judged at the family's rate divided by
    the number of contrasts found, so that the word for a level with one other level can be trusted as well.
    """
    differing = table[table["outcome"].eq("differs")]
    rows: list[tuple[str, ...]] = []
    for row in rows_of(differing):
        own, other = (row.factor, row.level, row.reference), (row.other, row.at, row.other_reference)
        rows += [
            (*own, row.other, row.other_reference, row.cell, row.reference_cell),
            (*own, row.other, row.at, row.cell_there, row.reference_there),
            (*other, row.factor, row.reference, row.reference_there, row.reference_cell),
            (*other, row.factor, row.level, row.cell_there, row.cell),
        ]
    names = [*NAMES[:5], "cell", "reference_cell"]
    pairs = pd.DataFrame(rows, columns=names, dtype=object).drop_duplicates(NAMES[:5], ignore_index=True)
    share = families(study).get("interactions", 1.0)
    return compare(trials, pairs, study, len(differing), share=share, step_down=False)


def crossing_effects(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `simple_effects` of levels that are better with one level of another factor and worse with another.

    For such a level there is no one answer: it depends.
    """
    key = [table[name] for name in ("factor", "level", "other")]
    better, worse = (table["outcome"].eq(outcome).groupby(key).transform("any") for outcome in ("better", "worse"))
    return table[better & worse & table["outcome"].isin(["better", "worse"])]


def _contrasts(scores: np.ndarray, study: Declared) -> pd.DataFrame:
    """`n, mean, sd, error, degrees, p, low, high, kind, paired` of the contrasts of `[arms, contrasts, seeds]`."""
    contrast = np.einsum("a,acs->cs", SIGNS, scores)
    if not study.paired:
        contrast = np.full_like(contrast, np.nan)
    sizes = np.abs(np.nan_to_num(scores)).max(axis=(0, 2), initial=0.0)
    table = intervals(pd.DataFrame(contrast), 1, sizes, study.overlap).assign(paired=True)
    known = ~np.isnan(scores)
    n = known.sum(axis=2)
    alone = table["n"].eq(0).to_numpy() & (n > 0).all(axis=0)
    if not alone.any():
        return table
    filled = np.where(known, scores, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = filled.sum(axis=2) / n
        variances = (np.where(known, scores - means[..., None], 0.0) ** 2).sum(axis=2) / (n - 1)
        error, degrees = independent_error(variances, n, study.overlap)
    spread = np.sqrt(variances.sum(axis=0)) > ROUNDING * sizes
    kind = np.select([n.min(axis=0) == 1, ~spread], ["one seed", "none"], default="interval")
    samples = {"n": n.min(axis=0), "mean": SIGNS @ means, "sd": np.sqrt(variances.sum(axis=0))}
    found = pd.DataFrame(samples | {"error": error, "degrees": degrees, "kind": kind})[alone]
    table.loc[alone, found.columns] = found
    table.loc[alone, "paired"] = False
    return add_ends(
        table.drop(columns=["p", "low", "high"]),
        2.0 ** (1 - effective(table["n"].to_numpy(float), study.overlap)),
        ALPHA,
    )

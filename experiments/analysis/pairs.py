"""Two cells compared: the gain with its interval, wins, failures and a word for the outcome."""

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs
from experiments.analysis.failures import wilson
from experiments.analysis.families import holm_levels
from experiments.analysis.intervals import ALPHA, ROUNDING, Columns, add_ends, ends, interval_columns, stretched_p
from experiments.analysis.scores import score_matrix, status_matrix
from experiments.analysis.shared_examples import with_examples
from experiments.analysis.smallest_effect import smallest_effects
from experiments.analysis.tails import NO_TAILS, tails_of_trials
from experiments.analysis.welch import COLUMNS as WELCH
from experiments.analysis.welch import sample


def compare(
    trials: pd.DataFrame,
    pairs: pd.DataFrame,
    study: Declared,
    comparisons: float,
    column: str | None = None,
    *,
    share: float = 1.0,
    step_down: bool = True,
    shared: pd.DataFrame | None = None,
    tails: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each pair's gain of `cell` over `reference_cell`; positive is better.

    trials: rows of the study. pairs: `cell, reference_cell`, ids or None (not run), any other columns kept.
    comparisons: m of the family. column: of the scores, by default the validation score, whose seeds may overlap
    (`study.overlap`); others are of a part of their own. share: of the page's 0.05, what this family may spend
    (`families`); of a study with looks, of what this look may. step_down: whether the pairs are judged by Holm's
    procedure (`holm_levels`), else each at the family's rate divided by m. shared: of `of_examples`, what the examples
    add to the variance of every pair where all seeds are tested on the same ones; by the index of `pairs`. tails: of
    `tails_of_trials`, where the trials are not all of those among which long tails are looked for.

    A pair is compared seed by seed, on the seeds that both sides ran; a run that diverged scores what a failure costs
    (`with_costs`). Where they ran none in common, or equal seeds share nothing (`study.paired` is false), it is
    compared as two independent samples (`welch`).

    Returns `pairs` with
    - `part`: of the data whose scores are compared, "validation" or "test";
    - `paired`: whether it is compared seed by seed;
    - `n, mean, sd, error, degrees, p, low, high, kind` of `intervals`, or of `welch` where not paired, failures at
      their cost. low and high are at the level at which the pair was judged: they leave out 0 where a difference is
      found and only there;
    - `alpha`: the error of that interval, two-sided;
    - `stretch_low, stretch_high, shift_low, shift_high, tail, rare, rare_of, rare_own` of `tails`: p and the interval
      allow for skew, and for a collapse that these seeds may have missed;
    - `own_n, reference_n`: how many scores of each side are compared, both n where paired;
    - `freedom`: the degrees of freedom as a multiple of n − 1, 1 where paired;
    - `wins, losses`: seeds won and lost, 0 where not paired, for there is nothing to win;
    - `own_runs, reference_runs`: of how many seeds of each side; `runs`: the smaller one. Where paired all three are
      the seeds that both ran;
    - `left_out`: seeds that are in no comparison because one side alone ran them;
    - `diverged, reference_diverged`: how many of those runs diverged; `diverged_low, diverged_high` and
      `reference_diverged_low, reference_diverged_high`: Wilson's 95 % interval of that share;
    - `diverged_p`: of the hypothesis that both sides diverge equally often (exact McNemar, Fisher's exact test where
      not paired);
    - `trained_n, trained_mean, trained_low, trained_high`: the same gain where both sides trained, at the same level.
      It decides nothing, for the seeds on which both train are chosen by the outcome;
    - `delta`: Δ, the smallest effect of interest, for this reference (its trained scores, where there are any);
    - `outcome`: `no practical difference` where the whole interval at the family's rate divided by m lies within ±Δ,
      else `better` or `worse` where the one from low to high leaves out 0, else `not told apart`; and that is `too
      uneven` where one side collapses so rarely that these seeds may miss it; or `identical, one
      seed, not run, no scores to compare`, the last where no run of either side trained, or where one side never did
      and a failure costs just what the other scores.
    """
    scores, ran, diverged = _sides(trials, pairs, study, column or study.validation)
    overlap = study.overlap if column in (None, study.validation) else 0.0
    known, trained = ~np.isnan(scores), ~np.isnan(scores) & ~diverged
    both = ran[0] & ran[1]
    paired = both.any(axis=1) & study.paired
    independent = ran.any(axis=2).all(axis=0) & ~paired
    sizes = np.abs(np.where(known, scores, 0.0)).max(axis=(0, 2), initial=0.0)
    table = _gains(scores, independent, sizes, overlap, shared)
    table["paired"] = ~independent
    counted = np.where(independent[:, None], ran, both)  # [2, pairs, seeds]
    difference, tolerance = scores[0] - scores[1], ROUNDING * sizes[:, None]
    table["wins"] = np.where(independent, 0, (difference > tolerance).sum(axis=1))
    table["losses"] = np.where(independent, 0, (difference < -tolerance).sum(axis=1))
    table["own_runs"], table["reference_runs"] = counted.sum(axis=2)
    table["runs"] = np.minimum(table["own_runs"], table["reference_runs"])
    table["left_out"] = np.where(independent, 0, (ran[0] ^ ran[1]).sum(axis=1))
    table["diverged"], table["reference_diverged"] = (diverged & counted).sum(axis=2)
    for side, runs in (("", "own_runs"), ("reference_", "reference_runs")):
        shares = [
            wilson(*counts) for counts in zip(table[f"{side}diverged"].tolist(), table[runs].tolist(), strict=True)
        ]
        table[f"{side}diverged_low"], table[f"{side}diverged_high"] = np.array(shares, float).reshape(-1, 2).T
    table["diverged_p"] = _divergence_p(table, trained, diverged, independent)
    table["delta"] = smallest_effects(study, _reference_means(scores[1], counted[1] & known[1], trained[1]))
    one_alone = ~(trained & counted).any(axis=2).all(axis=0)
    nothing = ~(trained & counted).any(axis=(0, 2)) | (one_alone & (table["kind"] == "identical"))
    for name in ("n", "own_n", "reference_n"):
        table[name] = np.where(nothing, 0, table[name])
    for name in ("mean", "sd", "error", "p"):
        table[name] = np.where(nothing, np.nan, table[name])
    table["kind"] = np.where(nothing, "none", table["kind"])
    if tails is None:
        tails = tails_of_trials(trials, pairs, study, column or study.validation, independent=independent)
    spread = table["kind"] == "interval"
    table |= {name: tails[name].where(spread, none).to_numpy() for name, none in NO_TAILS.items()}
    table["p"] = stretched_p(table)
    rate = ALPHA * study.share * share
    least = rate / max(comparisons, 1)
    table["alpha"] = holm_levels(table["p"], rate, comparisons) if step_down else np.full(len(pairs), least)
    table["low"], table["high"] = ends(table, table["alpha"])
    clean = _gains(np.where(diverged, np.nan, scores), independent, sizes, overlap, shared)
    clean["low"], clean["high"] = ends(clean, table["alpha"])
    table |= {f"trained_{name}": clean[name] for name in ("n", "mean", "low", "high")}
    table["outcome"] = _outcome(table, *ends(table, least))
    table["part"] = np.full(len(pairs), "test" if column == study.test else "validation")
    return pairs.join(pd.DataFrame(table, index=pairs.index))


def _gains(
    scores: np.ndarray, independent: np.ndarray, sizes: np.ndarray, overlap: float, shared: pd.DataFrame | None
) -> Columns:
    """The gain of every pair with its standard error: by seed, or of two independent samples.

    scores: `[2, pairs, seeds]`. shared: of `compare`. Intervals are at 95 %.
    """
    difference = np.where(independent[:, None], np.nan, scores[0] - scores[1])
    table = interval_columns(difference, 1, sizes, overlap)
    if shared is not None:
        widened = with_examples(pd.DataFrame(table, index=shared.index), shared)
        table = {name: widened[name].to_numpy() for name in table}
    table |= {"own_n": table["n"], "reference_n": table["n"], "freedom": np.ones(len(difference))}
    if independent.any():
        places = np.flatnonzero(independent)
        own, reference = scores
        samples = [sample(_known(own[at]), _known(reference[at]), overlap) for at in places]
        found = pd.DataFrame(samples)
        found = add_ends(found, found["rare"].to_numpy(), ALPHA)
        for name in WELCH:
            table[name] = table[name].astype(object if name == "kind" else found[name].to_numpy().dtype)
            table[name][places] = found[name].to_numpy()
    return table


def _divergence_p(table: Columns, trained: np.ndarray, diverged: np.ndarray, independent: np.ndarray) -> np.ndarray:
    """Of the hypothesis that both sides diverge equally often: by seed, or of two independent samples."""
    found = _mcnemar((trained[0] & diverged[1]).sum(axis=1), (diverged[0] & trained[1]).sum(axis=1))
    names = ("diverged", "own_runs", "reference_diverged", "reference_runs")
    found[independent] = [_fisher(*(int(table[name][at]) for name in names)) for at in np.flatnonzero(independent)]
    return found


def _reference_means(scores: np.ndarray, compared: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """The mean of the reference's trained scores, of its costs where it never trained; 0 without any."""
    used = np.where((compared & trained).any(axis=1, keepdims=True), compared & trained, compared)
    return np.where(used, scores, 0.0).sum(axis=1) / np.maximum(used.sum(axis=1), 1)


def seed_gains(trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """The gain of every pair on every seed that both ran: `pair` (the index of `pairs`), `seed, gain`.

    Pairs that are not compared seed by seed have none.
    """
    scores, *_ = _sides(trials, pairs, study, study.validation)
    seeds = sorted(trials["seed"].unique())
    gains = scores[0] - scores[1] if study.paired else np.full_like(scores[0], np.nan)
    wide = pd.DataFrame(gains, index=pairs.index, columns=seeds)
    long = wide.rename_axis("pair").reset_index().melt("pair", var_name="seed", value_name="gain")
    return long.dropna(subset="gain").sort_values(["pair", "seed"], ignore_index=True)


def side_scores(trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared) -> dict[object, tuple[np.ndarray, ...]]:
    """The signed scores of the two sides of every pair, by the index of `pairs`, each without what is missing."""
    scores, *_ = _sides(trials, pairs, study, study.validation)
    return {at: tuple(side[place][~np.isnan(side[place])] for side in scores) for place, at in enumerate(pairs.index)}


def _sides(
    trials: pd.DataFrame, pairs: pd.DataFrame, study: Declared, column: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signed scores, who ran and who diverged: `[2, pairs, seeds]`, the reference second."""
    trials = with_costs(trials, study)
    scores = study.sign * score_matrix(trials, column)
    diverged = status_matrix(trials, "diverged")
    ran = status_matrix(trials, "ok").to_numpy(bool) | diverged.to_numpy(bool)
    places = np.stack([scores.index.get_indexer(pd.Index(pairs[name])) for name in ("cell", "reference_cell")])
    there = (places >= 0)[..., None]

    def take(matrix: np.ndarray, missing: float) -> np.ndarray:
        return np.where(there, matrix[places], missing) if len(matrix) else np.full((*places.shape, 0), missing)

    return take(scores.to_numpy(float), np.nan), take(ran, False), take(diverged.to_numpy(bool), False)


def _known(scores: np.ndarray) -> np.ndarray:
    return scores[~np.isnan(scores)]


def _mcnemar(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Two-sided exact p of seeds on which only one side trained, under even odds."""
    return np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(first, second), first + second, 0.5))


def _fisher(own: int, own_runs: int, reference: int, reference_runs: int) -> float:
    """Two-sided exact p of two sides' failures, under one share for both."""
    return float(stats.fisher_exact(np.array([[own, own_runs - own], [reference, reference_runs - reference]])).pvalue)


def _outcome(table: Columns, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """least, most: the ends of the widest intervals, those at the family's rate divided by m."""
    return np.select(
        [
            table["runs"] == 0,
            table["kind"] == "none",
            table["kind"] == "one seed",
            table["kind"] == "identical",
            (least > -table["delta"]) & (most < table["delta"]),
            table["low"] > 0,
            table["high"] < 0,
            table["tail"] == "collapse",
        ],
        [
            "not run",
            "no scores to compare",
            "one seed",
            "identical",
            "no practical difference",
            "better",
            "worse",
            "too uneven",
        ],
        default="not told apart",
    )

"""One comparison under every reasonable choice of how to look at it: whether its verdict hangs on any of them."""

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from experiments.analysis.arms import exact
from experiments.analysis.declared import Declared
from experiments.analysis.intervals import ALPHA
from experiments.analysis.pairs import compare, seed_gains
from experiments.analysis.rows import rows_of
from experiments.analysis.sensitivity import sign_flips
from experiments.analysis.tails import tails_of_trials
from experiments.study.columns import RATE
from experiments.study.types import PlainTable

CHOICES = ("rate", "failures", "score", "test")
TUNED, OF_BASELINE = "each side at its own best rate", "both at the baseline’s rate"
AT_COST, BOTH_TRAIN = "failures at their cost", "where both train"
LAST, BEST, TEST_DATA = "scores after the last epoch", "scores of the best epoch", "scores on test data"
T, FLIPS = "Student’s t", "sign flips"


@dataclass(frozen=True)
class Compared:
    """A comparison as a headline makes it.

    cell, reference_cell: what is compared, ids. rate: the two-sided error at which it is judged. named: whether the
    learning rate is part of what was asked, so that no other one is a choice.
    """

    cell: str
    reference_cell: str
    rate: float
    named: bool = False


def multiverse(
    trials: pd.DataFrame, history: pd.DataFrame, cells: pd.DataFrame, study: Declared, compared: Compared
) -> pd.DataFrame:
    """The comparison under each combination of choices that this study has, the headline's own first.

    - `rate`: each side at its own best learning rate, or both at the baseline's; where rates are tuned and the
      comparison names none;
    - `failures`: at their cost, or only the seeds on which both sides train; where any trial diverged;
    - `score`: what the rows report, or of the best epoch (of the last one, where rows report the best), each on
      validation data; or on test data;
    - `test`: Student's t, or sign flips; where sides are compared seed by seed, and there are seeds enough for sign
      flips to show anything at all.

    trials: rows of the study. history: `trial, epoch` and the validation score; may be empty. cells: of `cell_table`.

    Returns `rate, failures, score, test, n, mean, low, high, p, delta, outcome, holds`: low and high are of t, p of
    sign flips, NaN for the other; delta is Δ; holds, whether the outcome is that of the first row. No rows where there
    is nothing to judge.
    """
    rates = _rates(cells, study, compared)
    tails = {rate: _tails(trials, pair, study) for rate, pair in rates.items()}  # among all cells, as the headline's
    trials = trials[trials["cell"].isin([cell for pair in rates.values() for cell in pair])]
    failures = [AT_COST, BOTH_TRAIN] if trials["status"].eq("diverged").any() else [AT_COST]
    scores = _scores(trials, history, study)
    overlaps = {score: 0.0 if score == TEST_DATA else study.overlap for score in scores}  # no split has test examples
    choices = []
    for overlap, some in itertools.groupby(scores if rates else (), overlaps.__getitem__):
        ways = list(itertools.product(rates, failures, some))
        parts = [_part(trials, rates[rate], scores[score], study, failure) for rate, failure, score in ways]
        sides, ends = [rates[rate] for rate, *_ in ways], pd.concat([tails[rate] for rate, *_ in ways])
        table = _judge(parts, sides, ends, replace(study, overlap=overlap), compared.rate)
        choices += [
            row | {"rate": rate, "failures": failure, "score": score}
            for (rate, failure, score), rows in zip(ways, table, strict=True)
            for row in rows
        ]
    columns = [*CHOICES, "n", "mean", "low", "high", "p", "delta", "outcome"]
    result = pd.DataFrame(choices, columns=columns)
    if result.empty or result["outcome"].iloc[0] in ("not run", "no scores to compare", "one seed"):
        return result.head(0).assign(holds=pd.Series(dtype=bool))
    result = result[~result["outcome"].isin(("not run", "no scores to compare"))]
    order = {name: {choice: at for at, choice in enumerate(dict.fromkeys(result[name]))} for name in CHOICES}
    result = result.sort_values(
        list(CHOICES), key=lambda column: column.map(order[str(column.name)]), ignore_index=True
    )
    return result.assign(holds=result["outcome"].eq(result["outcome"].iloc[0]))


def find_turns(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that differ from the first in one choice alone, and whose outcome is another: what turns the verdict.

    table: of `multiverse`. Returns those rows with `choice`, the name of the one that differs.
    """
    if table.empty:
        return table.assign(choice=pd.Series(dtype=str))
    others = table[list(CHOICES)].ne(table[list(CHOICES)].iloc[0])
    alone = others.sum(axis=1).eq(1) & ~table["holds"]
    return table[alone].assign(choice=others[alone].idxmax(axis=1))


def _rates(cells: pd.DataFrame, study: Declared, compared: Compared) -> dict[str, tuple[str, str]]:
    """The two cells by how their rates are chosen, as far as both ran."""
    found = {TUNED: (compared.cell, compared.reference_cell)}
    if study.tuned and not compared.named:
        levels = cells.set_index("cell")[study.varied]
        at = {RATE: study.baseline[RATE]}
        own, reference = (exact(cells, study, dict(levels.loc[cell]) | at) for cell in found[TUNED])
        if own is not None and reference is not None:
            found[OF_BASELINE] = (own, reference)
    return {name: pair for name, pair in found.items() if None not in pair and pair[0] != pair[1]}


def _scores(trials: pd.DataFrame, history: pd.DataFrame, study: Declared) -> dict[str, pd.Series]:
    """The score of every trial, by what it is of."""
    column = study.validation
    kept = set(trials["keep_epoch"]) if "keep_epoch" in trials else {"last"}
    own, other = (BEST, LAST) if kept == {"best"} else (LAST, BEST)
    scores_of = {own: trials[column].astype(float)}
    if len(history) and len(kept) == 1:
        by_trial = history.sort_values("epoch").groupby("trial")[column]
        best = by_trial.max() if study.sign > 0 else by_trial.min()
        scores = trials["trial"].map(best if other == BEST else by_trial.last()).astype(float)
        scores_of[other] = scores.where(trials["status"] == "ok", scores_of[own])
    if study.test in trials and trials[study.test].notna().any():
        scores_of[TEST_DATA] = trials[study.test].astype(float)
    return scores_of


def _part(
    trials: pd.DataFrame, pair: tuple[str, str], scores: pd.Series, study: Declared, failures: str
) -> pd.DataFrame:
    """The trials of two cells with other scores; of the seeds on which both train, where that is asked for."""
    part = trials.assign(**{study.validation: scores})[trials["cell"].isin(pair)]
    if failures == BOTH_TRAIN:
        failed = part["status"].eq("diverged")
        part = part[~part["seed"].isin(part.loc[failed, "seed"])] if study.paired else part[~failed]
    return part


def _tails(trials: pd.DataFrame, pair: tuple[str, str], study: Declared) -> pd.DataFrame:
    """`tails_of_trials` of two cells."""
    return tails_of_trials(trials, pd.DataFrame([pair], columns=["cell", "reference_cell"]), study, study.validation)


def _judge(
    parts: list[pd.DataFrame], sides: list[tuple[str, str]], tails: pd.DataFrame, study: Declared, rate: float
) -> list[list[PlainTable]]:
    """The outcomes of the two cells of each part, one for each test; all parts are compared at once, for speed."""
    trials = pd.concat([part.assign(cell=part["cell"] + f" {at}") for at, part in enumerate(parts)], ignore_index=True)
    names = [[f"{cell} {at}" for cell in pair] for at, pair in enumerate(sides)]
    pairs = pd.DataFrame(names, columns=["cell", "reference_cell"])
    comparisons = ALPHA * study.share / rate
    tails = tails.set_axis(pairs.index)
    table = compare(trials, pairs, study, comparisons, step_down=False, tails=tails)
    gains = seed_gains(trials, pairs, study).pivot(index="pair", columns="seed", values="gain").reindex(pairs.index)
    flipped = flips(gains.to_numpy(float), table["delta"].to_numpy(float), rate, study.overlap)
    tests = []
    for row, other in zip(rows_of(table), flipped, strict=True):
        shared = {"n": row.n, "mean": row.mean, "delta": row.delta}
        tests.append([shared | {"test": T, "low": row.low, "high": row.high, "p": math.nan, "outcome": row.outcome}])
        if row.paired and other is not None:
            tests[-1].append(shared | {"test": FLIPS, "low": math.nan, "high": math.nan, **other})
    return tests


def flips(gains: np.ndarray, delta: np.ndarray, rate: float, overlap: float = 0.0) -> list[PlainTable | None]:
    """`p` and `outcome` of each row of gains by sign flips; None where its seeds are too few to show anything.

    gains: `[pairs, seeds]`, NaN where a seed is missing. delta: Δ of each pair. rate: the two-sided error. overlap: of
    splits of one data set; means are held against flips that are wider by √(1 + n · overlap), as t's intervals are.

    >>> [test["outcome"] for test in flips(np.array([[2.0, 3, 2, 3, 2, 3, 2, 3], [1, -1, 1, -1, 1, -1, 1, -1]]),
    ...                                  np.array([0.5, 0.5]), 0.05)]
    ['better', 'not told apart']
    """
    tests: list[PlainTable | None] = []
    for row, least in zip(gains, delta, strict=True):
        own = row[~np.isnan(row)]
        if len(own) < 2 or 2.0 ** (1 - len(own)) > rate:
            tests.append(None)
            continue
        wide = math.sqrt(1 + len(own) * overlap)
        p = sign_flips(own, wide)
        inside = max(sign_flips(own + least, wide), sign_flips(least - own, wide)) <= rate
        if not np.any(own):
            outcome = "identical"
        elif inside and abs(own.mean()) < least:
            outcome = "no practical difference"
        elif p <= rate:
            outcome = "better" if own.mean() > 0 else "worse"
        else:
            outcome = "not told apart"
        tests.append({"p": p, "outcome": outcome})
    return tests

"""Every number of the analysis' tables, computed again from the CSVs by statsmodels and SciPy, to 1e-9."""

import itertools
import math
import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import AnovaRM, anova_lm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from experiments.analysis.best import against_best
from experiments.analysis.interactions import interactions
from experiments.analysis.tails import tails_of_trials
from experiments.analysis.variance import LEVEL, REST
from tests.experiments.analysis.second_engine.engine import POWER, RATE, assured, epsilon, stretched

NAMES = ["tuned", "grid", "split", "no-constants", "own-seeds", "reference"]
COUNTS = ["n", "own_n", "reference_n", "wins", "losses", "own_runs", "reference_runs", "runs", "left_out"]
FAILURES = ["diverged", "diverged_low", "diverged_high"]
COMPARED = [
    *COUNTS, "mean", "sd", "p", "low", "high", "freedom", "delta", *FAILURES, *(f"reference_{key}" for key in FAILURES),
    "diverged_p", "trained_n", "trained_mean", "trained_low", "trained_high",
]  # fmt: skip


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


def same(row, expected):
    assert {name: row[name] for name in expected} == {name: close(float(value)) for name, value in expected.items()}


def verdict(row):
    """The word for a comparison that has an interval. row: of `Engine.judged`."""
    if row["same"]:
        return "no practical difference"
    unknown = "too uneven" if row["uneven"] else "not told apart"
    return unknown if not row["found"] else "better" if row["mean"] > 0 else "worse"


def same_family(table, expected):
    """Whether a table of comparisons has these figures and verdicts. expected: of `Engine.judged`."""
    for (_, row), row_of_engine in zip(table.iterrows(), expected, strict=True):
        same(row, {name: row_of_engine[name] for name in [*COMPARED, "alpha"]})
        assert row["outcome"] in (verdict(row_of_engine), "depends")


@pytest.mark.parametrize("name", NAMES)
def test_cells(engines, name):
    found, engine = engines[name]
    table = found.cells.set_index("cell")
    assert set(table.index) == set(engine.order)
    ran = engine.ran.groupby("cell")
    states = pd.crosstab(engine.rows["cell"], engine.rows["status"])
    for cell, row in table.iterrows():
        own = ran.get_group(cell)
        counts = {status: states.loc[cell].get(status, 0) for status in ("ok", "diverged", "failed")}
        expected = {"trials": sum(counts.values()), "n": len(own), **counts}
        expected["share_diverged"] = counts["diverged"] / len(own)
        learned = own["trained"] & (engine.sign * (own["score"] - own["constant_score"]) <= 0)
        expected |= {"learned_nothing": learned.sum(), "validation_mean": engine.means[cell]}
        expected |= {"rank": engine.ranks[cell], "trained_mean": own.loc[own["trained"], "score"].mean()}
        for part, column in (("validation", "score"), ("test", "test")):
            expected |= {f"{part}_{end}": own[column].agg(end) for end in ("min", "max")}
            expected[f"{part}_sd"] = own[column].std(ddof=1)
        expected["test_mean"] = own["test"].mean()
        same(row, expected)


@pytest.mark.parametrize("name", NAMES)
def test_effects(engines, name):
    found, engine = engines[name]
    table, pairs = found.effects, engine.pairs
    assert list(table[["factor", "level", "cell", "reference_cell"]].itertuples(index=False, name=None)) == pairs
    same_family(table, engine.judged([pair[2:] for pair in pairs], "levels", table))
    assert table["score"].tolist() == close([engine.means[cell] for _, _, cell, _ in pairs])


@pytest.mark.parametrize("name", NAMES)
def test_against_the_baseline(engines, name):
    found, engine = engines[name]
    table, reference = found.against_baseline, engine.cell({})
    cells = [cell for cell in engine.ranks.sort_values().index if cell != reference]
    assert table["cell"].tolist() == cells
    levels = [pair[2:] for pair in engine.pairs]
    assert table["is_level"].tolist() == [(cell, reference) in levels for cell in cells]
    of_levels = dict(zip(levels, engine.judged(levels, "levels", found.effects), strict=True))
    singles, others = table[table["is_level"]], table[~table["is_level"]]
    same_family(singles, [of_levels[cell, reference] for cell in singles["cell"]])
    if len(others):
        same_family(others, engine.judged([(cell, reference) for cell in others["cell"]], "configurations", others))


@pytest.mark.parametrize("name", ["grid", "split", "own-seeds"])
def test_seeds_needed(engines, name):
    """The fewest seeds that find Δ four times in five, by the mean over 2000 spreads."""
    found, engine = engines[name]
    level = 0.05 * engine.shares["levels"] / len(engine.pairs)
    for _, row in found.effects.iterrows():
        degrees = row["freedom"] * (row["n"] - 1)
        of = row["delta"] / row["sd"], level, row["freedom"], degrees, engine.overlap
        if math.isinf(row["seeds_needed"]):
            assert assured(10_000, *of) < POWER
            continue
        seeds = int(row["seeds_needed"])
        assert assured(seeds, *of) >= POWER - 1e-3
        assert seeds == 2 or assured(seeds - 1, *of) < POWER + 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_against_the_best(engines, name):
    """Hsu's intervals, whether a cell is ruled out, and the plain difference at 95 % beside them."""
    found, engine = engines[name]
    cells = list(engine.ranks.sort_values().index)
    table = against_best(found.trials, found.cells, found.study)
    assert (found.best["cell"], *table["cell"]) == tuple(cells)
    pairs = pd.DataFrame(itertools.combinations(cells, 2), columns=["cell", "reference_cell"])
    alone = np.full(len(pairs), name == "own-seeds")
    tails = tails_of_trials(found.trials, pairs, found.study, found.study.validation, independent=alone)
    expected = engine.beside_the_best(pairs.join(tails))
    plain = [column for column in COMPARED if column not in ("p", "low", "high")]
    for _, row in table.iterrows():
        low, high = expected[row["cell"]]
        compared = engine.compared(row["cell"], cells[0], 0.05)
        same(row, {column: compared[column] for column in plain} | {"low": low, "high": high})
        assert row["apart"] == (high == 0)
        assert row["within"] == (low >= -row["delta"])


@pytest.mark.parametrize("name", ["tuned", "grid", "reference"])
def test_interactions(engines, name):
    found, engine = engines[name]
    table = interactions(found.trials, found.cells, found.study)
    pairs = [names for names in itertools.combinations(engine.varied, 2) if not engine.tuned or RATE not in names]
    levels = [
        (factor, str(level), other, str(at))
        for factor, other in pairs
        for level, at in itertools.product(engine.study["factors"][factor], engine.study["factors"][other])
        if str(level) != engine.baseline[factor] and str(at) != engine.baseline[other]
    ]
    assert list(table[["factor", "level", "other", "at"]].itertuples(index=False, name=None)) == levels
    rate, m = 0.05 * engine.shares["interactions"], len(levels)
    four = [
        [
            engine.cell({factor: a, other: b})
            for b in (engine.baseline[other], at)
            for a in (level, engine.baseline[factor])
        ]
        for factor, level, other, at in levels
    ]
    p = [
        stretched(engine.contrast(cells, 0.05), row)["p"]
        for cells, (_, row) in zip(four, table.iterrows(), strict=True)
    ]
    rejected = multipletests(p, rate, "holm")[0]
    for (_, row), cells, is_found, place in zip(table.iterrows(), four, rejected, stats.rankdata(p), strict=True):
        alpha = rate / (m + 1 - place) if is_found else rate / (m - rejected.sum())
        same(row, stretched(engine.contrast(cells, alpha), row) | {"alpha": alpha})
        first = stretched(engine.contrast(cells, rate / m), row)
        near = -row["delta"] < first["low"] and first["high"] < row["delta"]
        assert row["outcome"] == ("no practical difference" if near else "differs" if is_found else "not told apart")


@pytest.mark.parametrize("name", NAMES)
def test_the_best_on_test_data(engines, name):
    found, engine = engines[name]
    best, reference = engine.ranks.idxmin(), engine.cell({})
    if best == reference:
        assert found.test_over_baseline.empty
        return
    expected = stretched(
        engine.compared(best, reference, 0.05 / (len(engine.ranks.dropna()) - 1), "test"),
        found.test_over_baseline.iloc[0],
    )
    same(found.test_over_baseline.iloc[0], {column: expected[column] for column in COMPARED})


@pytest.mark.parametrize("name", NAMES)
def test_failures(engines, name):
    found, engine = engines[name]
    for _, row in found.failures.iterrows():
        own = engine.ran[engine.ran[row["factor"]] == row["level"]]
        failed = (~own["trained"]).sum()
        ends = proportion_confint(failed, len(own), 0.05, "wilson")
        same(row, {"runs": len(own), "diverged": failed, "share": failed / len(own), "low": ends[0], "high": ends[1]})


@pytest.mark.parametrize("name", NAMES)
def test_ladder(engines, name):
    found, engine = engines[name]
    assert set(found.ladder["cell"]) == {engine.ranks.idxmin(), engine.cell({})}
    for _, row in found.ladder.iterrows():
        own = engine.ran[engine.ran["cell"] == row["cell"]]
        scores = own["score" if row["step"] == "validation" else "test"]
        n, overlap = len(scores), engine.overlap if row["step"] == "validation" else 0.0
        low, high = stats.t.interval(0.95, n - 1, scores.mean(), scores.std(ddof=1) * math.sqrt(1 / n + overlap))
        same(row, {"n": n, "mean": scores.mean(), "low": low, "high": high})


# statsmodels takes ten seconds for the real one
@pytest.mark.parametrize("name", ["grid", "three", *(["reference"] if os.environ.get("EQUALITY") == "all" else [])])
def test_variance(engines, name):
    """Shares by sums of squares of an ordinary analysis of variance, each factor's noise from AnovaRM's F."""
    found, engine = engines[name]
    frame = engine.ran[[*engine.varied, "seed", "score"]].rename(columns={"learning_rate": "rate"})
    factors = [{"learning_rate": "rate"}.get(name, name) for name in engine.varied]
    seeds = frame["seed"].nunique()
    squares = anova_lm(ols(f"score ~ {' * '.join(f'C({name})' for name in factors)} + C(seed)", frame).fit("qr"))
    within = AnovaRM(frame, "score", "seed", within=factors).fit().anova_table["F Value"]
    keep = 1 / (1 + seeds * engine.overlap)  # of the seeds, what counts where their splits overlap
    parts, p = {}, {}
    for term, row in squares.iterrows():
        if term in ("C(seed)", "Residual"):
            continue
        names = tuple(name[2:-1] for name in term.split(":"))
        f, wide = within[":".join(names)], epsilon(frame, list(names))
        key = tuple({"rate": "learning_rate"}.get(name, name) for name in names) if len(names) < 3 else (REST,)
        parts[key] = row["sum_sq"] * (1 - 1 / (f * keep))
        p[key] = stats.f.sf(f * keep, wide * row["df"], wide * row["df"] * (seeds - 1))
    total = sum(max(squares, 0) for squares in parts.values())
    corrected = dict(zip(p, multipletests(list(p.values()), method="holm")[1], strict=True))
    table = found.variance.set_index("factors")
    assert len(table) == len(parts)
    for key, part in parts.items():
        row = table.loc[[key]].iloc[0]
        assert row["share"] == close(max(part, 0) / total)
        assert row["p"] == pytest.approx(corrected[key], rel=1e-6, abs=1e-12)  # AnovaRM's F has fewer digits
        assert row["shown"] == (row["p"] <= LEVEL)


@pytest.mark.parametrize("name", NAMES)
def test_other_tests(engines, name):
    found, engine = engines[name]
    for pair, row in found.sensitivity.dropna(subset="t").iterrows():
        compared = found.effects.loc[pair]
        cells = compared["cell"], compared["reference_cell"]
        sides = [engine.ran[engine.ran["cell"] == cell] for cell in cells]
        own, other = (side.set_index("seed")["score"] for side in sides)
        if compared["paired"]:
            own, other = own.align(other, join="inner")
            ranks = stats.wilcoxon(own - other).pvalue
        else:
            ranks = stats.mannwhitneyu(own, other).pvalue
        deciding = stretched(engine.gain(*cells, 0.05), compared)["p"]  # t as it decides: overlap and tails allowed for
        assert [row["t"], row["wilcoxon"]] == close([deciding, ranks])


def test_every_kind_of_number_is_there(engines):
    """The folders have failures, crashes, unequal seeds, splits that overlap and sides without common seeds."""
    engine = {name: other for name, (_, other) in engines.items()}
    assert {"diverged", "failed"} < set(engine["tuned"].rows["status"])
    assert engine["tuned"].ran.groupby("cell").size().nunique() > 1
    assert engine["split"].overlap == pytest.approx(1 / 3)
    assert engine["reference"].overlap > 0
    assert not engines["own-seeds"][0].effects["paired"].any()
    assert (~engine["no-constants"].ran["trained"]).sum() == 1
    assert np.isnan(engine["no-constants"].ran["constant_score"]).all()

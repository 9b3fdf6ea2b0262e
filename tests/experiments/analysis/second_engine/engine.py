"""The tables of the analysis once more, from `trials.csv` and `manifest.json` alone, by pandas, SciPy and statsmodels.

Nothing of `experiments` is imported here: only that makes an error in one of the two show.
"""

import json
import math
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

SHARES = ("accuracy",)
RATE = "learning_rate"
DEALT = {"levels": 0.6, "configurations": 0.1, "interactions": 0.25, "best": 0.05}  # of a page's 0.05
POWER = 0.8


class Engine:
    """What a results folder says."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.study = self.manifest["study"]
        rows = pd.read_csv(folder / "trials.csv", dtype=str, keep_default_na=False)
        self.primary, self.sign = self.manifest["primary"], 1 if self.manifest["direction"] == "max" else -1
        scores = [f"validation_{self.primary}", f"test_{self.primary}", "constant_score"]
        rows[scores] = rows.reindex(columns=scores).apply(pd.to_numeric, errors="coerce")
        self.rows = rows.assign(seed=rows["seed"].astype(int))
        self.order = list(dict.fromkeys(self.rows["cell"]))

    @property
    def paired(self) -> bool:
        return self.manifest.get("imported", {}).get("paired", True)

    @cached_property
    def baseline(self) -> dict[str, str]:
        return {name: str(level) for name, level in self.study["baseline"].items() if name in self.varied}

    @property
    def varied(self) -> list[str]:
        return [name for name, levels in self.study["factors"].items() if len(levels) > 1]

    @property
    def tuned(self) -> bool:
        return self.study["design"] == "grid" and RATE in self.varied and len(self.varied) > 1

    @property
    def overlap(self) -> float:
        """v / (N − v) of N examples that every seed splits anew, v of them to validate."""
        data = self.manifest.get("data") or {}
        split = data.get("resplit")
        if "sealed" not in data and self.study["settings"].get("resample") is True:
            split = data["train"] + data["validation"] + data["test"]
        return data["validation"] / (split - data["validation"]) if split else 0.0

    @cached_property
    def ran(self) -> pd.DataFrame:
        """All rows but crashes, `score` and `test` with what a failure costs."""
        rows = self.rows[self.rows["status"] != "failed"].copy()
        ok = rows["status"].eq("ok")
        known = rows.dropna(subset="constant_score").groupby("seed")["constant_score"].first()
        worst = (rows.loc[ok, f"validation_{self.primary}"] * self.sign).min() * self.sign
        cost = rows["constant_score"].fillna(rows["seed"].map(known)).fillna(worst)
        for name, part in (("score", "validation"), ("test", "test")):
            rows[name] = rows[f"{part}_{self.primary}"].where(ok, cost)
        return rows.assign(trained=ok)

    @cached_property
    def means(self) -> pd.Series:
        """The mean of each cell; of unequal seeds without what seeds do to all, by least squares on what trained."""
        by_cell = self.ran.groupby("cell")["score"]
        seeds = self.ran.groupby("cell")["seed"].agg(frozenset)
        if seeds.nunique() == 1 or not self.paired or len(frozenset.intersection(*seeds)) == 0:
            return by_cell.mean()
        trained = self.ran[self.ran["trained"]].astype({"seed": str})
        fit = ols("score ~ C(cell) + C(seed, Sum)", trained).fit()
        levels = sorted(trained["seed"].unique())
        effects = dict(zip(levels, [fit.params[f"C(seed, Sum)[S.{level}]"] for level in levels[:-1]], strict=False))
        effects[levels[-1]] = -sum(effects.values())
        adjusted = self.ran["score"] - self.ran["seed"].astype(str).map(effects)
        return adjusted.groupby(self.ran["cell"]).mean()

    @cached_property
    def ranks(self) -> pd.Series:
        """1 the best; ties by the baseline, then the order of rows; what never trained last."""
        trained = self.ran.groupby("cell")["trained"].any()
        first = self.rows.drop_duplicates("cell").set_index("cell")
        is_baseline = (first[self.varied] == pd.Series(self.baseline)).all(axis=1)
        keys = [
            (not trained[cell], -self.sign * float(f"{self.means[cell]:.9g}"), not is_baseline[cell], place, cell)
            for place, cell in enumerate(self.order)
            if cell in self.means
        ]
        return pd.Series({cell: rank for rank, (*_, cell) in enumerate(sorted(keys), 1)})

    @property
    def shares(self) -> dict[str, float]:
        """The families of a page with their shares of its 0.05; what a missing one would have had, levels have."""
        grid = self.study["design"] == "grid" and len(self.varied) > 1
        there = ["levels", "best", *(["configurations"] if grid else [])]
        if grid and len(set(self.varied) - ({RATE} if self.tuned else set())) > 1:
            there.append("interactions")
        found = {name: DEALT[name] for name in there}
        return found | {"levels": found["levels"] + 1 - sum(found.values())}

    def cell(self, levels: dict[str, str]) -> str:
        """The cell with these levels, other factors at the baseline, at its own best rate where these are tuned."""
        first = self.rows.drop_duplicates("cell").set_index("cell")
        wanted = self.baseline | levels
        for name in self.varied:
            if not (self.tuned and name == RATE and RATE not in levels):
                first = first[first[name] == wanted[name]]
        return min(first.index, key=lambda cell: self.ranks.get(cell, math.inf))

    @property
    def pairs(self) -> list[tuple[str, str, str, str]]:
        """Every level and its reference's: factor, level, cell, reference's cell."""
        found = []
        for name in self.varied:
            for level in map(str, self.study["factors"][name]):
                if level != self.baseline[name]:
                    sides = (self.cell({name: own_level}) for own_level in (level, self.baseline[name]))
                    found.append((name, level, *sides))
        return found

    @cached_property
    def scores(self) -> dict[str, pd.Series]:
        """Of each cell its scores by seed, higher is better."""
        return {cell: self.sign * own.set_index("seed")["score"] for cell, own in self.ran.groupby("cell")}

    def gain(self, cell: str, other: str, level: float) -> dict[str, float]:
        """A cell's gain over another with its interval, failures at their cost, and no more than that."""
        sides = self.scores[cell], self.scores[other]
        paired = self.paired and not sides[0].index.intersection(sides[1].index).empty
        return _gain(*(sides[0].align(sides[1], "inner") if paired else sides), level, self.overlap, paired=paired)

    def judged(self, pairs: list[tuple[str, str]], family: str, tails: pd.DataFrame) -> list[dict[str, float]]:
        """Comparisons of a family with `alpha`, at which Holm's procedure judges each; and `found`, whether it is one.

        `same`: whether the interval at the level of the first step lies within ±Δ. tails: what was found of long tails
        in each pair, by draws that have tests of their own: the two halves of its interval are stretched.
        """
        rate, m = 0.05 * self.shares[family], len(pairs)
        stretches = [tail for _, tail in tails.iterrows()]
        firsts = [stretched(self.gain(*pair, rate / m), tail) for pair, tail in zip(pairs, stretches, strict=True)]
        p = [first["p"] for first in firsts]
        found = multipletests(p, rate, "holm")[0]
        steps = rate / (m - stats.rankdata(p, "ordinal") + 1)
        missed = rate / (m - found.sum()) if found.sum() < m else None
        rows = []
        for pair, first, is_found, step, tail in zip(pairs, firsts, found, steps, stretches, strict=True):
            alpha = step if is_found else missed
            row = stretched(self.compared(*pair, alpha), tail)
            same = -row["delta"] < first["low"] and first["high"] < row["delta"]
            rows.append(row | {"alpha": alpha, "found": is_found, "same": same, "uneven": tail["tail"] == "collapse"})
        return rows

    def beside_the_best(self, pairs: pd.DataFrame) -> dict[str, tuple[float, float]]:
        """Hsu's intervals of how far each cell is behind the best of the others, or ahead, by one-sided t tests.

        pairs: any two cells, `cell, reference_cell`, with what was found of long tails in them.
        """
        cells = list(dict.fromkeys([*pairs["cell"], *pairs["reference_cell"]]))
        level = 2 * 0.05 * self.shares["best"] / (len(cells) - 1)
        ends = {}
        for _, pair in pairs.iterrows():
            own, other = pair["cell"], pair["reference_cell"]
            found = stretched(self.gain(own, other, level), pair)
            ends[own, other], ends[other, own] = (found["low"], found["high"]), (-found["high"], -found["low"])
        high = {cell: min(ends[cell, other][1] for other in cells if other != cell) for cell in cells}
        open_ = [cell for cell in cells if high[cell] >= 0]
        low = {cell: min([0.0, *(ends[cell, other][0] for other in open_ if other != cell)]) for cell in cells}
        return {cell: (low[cell], max(high[cell], 0.0)) for cell in cells}

    def contrast(self, cells: list[str], level: float) -> dict[str, float]:
        """[there − reference there] − [here − reference here], by seed. cells: here, its reference, there, its one."""
        wide = self.sign * self.ran[self.ran["cell"].isin(cells)].pivot(index="seed", columns="cell", values="score")
        here, reference, there, reference_there = (wide[cell] for cell in cells)
        gains = ((there - reference_there) - (here - reference)).dropna()
        found = _gain(gains, pd.Series(0.0, gains.index), level, self.overlap, paired=True)
        return {name: found[name] for name in ("n", "degrees", "mean", "sd", "p", "low", "high")}

    def compared(self, cell: str, reference: str, level: float, column: str = "score") -> dict[str, float]:
        """A cell against another: the columns of `compare`, at the two-sided error `level`."""
        sides = [self.ran[self.ran["cell"] == side].set_index("seed") for side in (cell, reference)]
        own, other = sides
        shared = own.index.intersection(other.index)
        paired = self.paired and len(shared) > 0
        overlap = self.overlap if column == "score" else 0.0
        if paired:
            own, other = own.loc[shared], other.loc[shared]
        both = own["trained"] & other["trained"] if paired else None
        found = _gain(self.sign * own[column], self.sign * other[column], level, overlap, paired=paired)
        trained = [self.sign * side[column][both if paired else side["trained"]] for side in (own, other)]
        clean = _gain(*trained, level, overlap, paired=paired)
        failed = [int((~side["trained"]).sum()) for side in (own, other)]
        gains = self.sign * (own[column] - other[column]) if paired else pd.Series(dtype=float)
        found |= {f"trained_{name}": clean[name] for name in ("n", "mean", "low", "high")}
        found |= {
            "wins": (gains > 0).sum(),
            "losses": (gains < 0).sum(),
            "own_runs": len(own),
            "reference_runs": len(other),
            "runs": min(len(own), len(other)),
            "left_out": len(set(sides[0].index) ^ set(sides[1].index)) if paired else 0,
            "diverged": failed[0],
            "reference_diverged": failed[1],
            "delta": self._delta(other, column),
        }
        for side, (name, many) in enumerate((("", len(own)), ("reference_", len(other)))):
            ends = proportion_confint(failed[side], many, 0.05, "wilson")
            found |= dict(zip((f"{name}diverged_low", f"{name}diverged_high"), ends, strict=True))
        found["diverged_p"] = _failures_p(own, other, paired=paired)
        return found

    def _delta(self, reference: pd.DataFrame, column: str) -> float:
        if self.primary in SHARES:
            return 0.005
        used = reference[reference["trained"]] if reference["trained"].any() else reference
        return 0.05 * abs(used[column].mean())


def _gain(own: pd.Series, other: pd.Series, level: float, overlap: float, *, paired: bool) -> dict[str, float]:
    """`n, mean, sd, low, high, p, own_n, reference_n, freedom, degrees` by t over pairs, or Welch's t."""
    if paired:
        gains = own - other
        n, sd = len(gains), gains.std(ddof=1)
        if overlap:
            error = sd * math.sqrt(1 / n + overlap)
            low, high = stats.t.interval(1 - level, n - 1, gains.mean(), error)
            p = 2 * stats.t.sf(abs(gains.mean()) / error, n - 1)
        else:
            test = stats.ttest_rel(own, other)
            (low, high), p = test.confidence_interval(1 - level), test.pvalue
        counts = {"n": n, "own_n": n, "reference_n": n, "freedom": 1.0}
        return counts | {"degrees": n - 1, "mean": gains.mean(), "sd": sd, "p": p, "low": low, "high": high}
    test = stats.ttest_ind(own, other, equal_var=False)
    interval = test.confidence_interval(1 - level)
    first, second = own.var(ddof=1), other.var(ddof=1)
    return {
        "n": min(len(own), len(other)),
        "own_n": len(own),
        "reference_n": len(other),
        "freedom": (first + second) ** 2 / (first**2 + second**2),
        "degrees": test.df,
        "mean": own.mean() - other.mean(),
        "sd": math.sqrt(first + second),
        "p": test.pvalue,
        "low": interval.low,
        "high": interval.high,
    }


def stretched(found: dict[str, float], tail: pd.Series) -> dict[str, float]:
    """A gain whose two halves of the interval are so many times as long; its p is that of the level that comes to 0."""
    low, high = tail["stretch_low"], tail["stretch_high"]
    ends = {
        "low": found["mean"] - low * (found["mean"] - found["low"]) - tail["shift_low"],
        "high": found["mean"] + high * (found["high"] - found["mean"]) + tail["shift_high"],
    }
    if "p" in found and (low, high, tail["shift_low"], tail["shift_high"]) != (1, 1, 0, 0):
        side = "low" if found["mean"] > 0 else "high"
        left = max(abs(found["mean"]) - tail[f"shift_{side}"], 0.0) / abs(found["mean"])
        t = stats.t.isf(found["p"] / 2, found["degrees"]) * left / tail[f"stretch_{side}"]
        ends["p"] = 2 * stats.t.sf(t, found["degrees"])
    return found | ends


def _failures_p(own: pd.DataFrame, other: pd.DataFrame, *, paired: bool) -> float:
    """Whether two sides diverge equally often: McNemar's exact test, Fisher's of two independent samples."""
    if not paired:
        table = [[(~side["trained"]).sum(), side["trained"].sum()] for side in (own, other)]
        return float(stats.fisher_exact(table).pvalue)
    table = pd.crosstab(own["trained"], other["trained"]).reindex(index=[True, False], columns=[True, False])
    return float(mcnemar(table.fillna(0).to_numpy(), exact=True).pvalue)


def assured(seeds: int, ratio: float, level: float, freedom: float, degrees: float, overlap: float) -> float:
    """How often Δ is found with so many seeds, over all spreads that the pilot seeds leave open; by midpoints.

    ratio: Δ / s. level: two-sided error. degrees: of the pilots' variance.
    """
    tested = freedom * (seeds - 1)
    bound = stats.t.ppf(1 - level / 2, tested)

    shares = (np.arange(2000) + 0.5) / 2000
    centres = ratio * np.sqrt(stats.chi2.ppf(shares, degrees) / degrees) / math.sqrt(1 / seeds + overlap)
    found = stats.nct.sf(bound, tested, centres) + stats.nct.cdf(-bound, tested, centres)
    return float(np.where(np.isfinite(found), found, 1.0).mean())


def epsilon(frame: pd.DataFrame, factors: list[str]) -> float:
    """Greenhouse and Geisser's ε of a factor or an interaction: of the covariance over seeds of its effects."""
    wide = frame.pivot_table(index="seed", columns=factors, values="score")
    cells = wide.to_numpy()
    shape = [frame[name].nunique() for name in factors]
    grid = cells.reshape(len(cells), *shape)
    for axis in range(1, grid.ndim):
        grid = grid - grid.mean(axis=axis, keepdims=True)
    covariance = np.cov(grid.reshape(len(cells), -1), rowvar=False)
    freedom = math.prod(levels - 1 for levels in shape)
    return float(np.trace(covariance) ** 2 / (covariance**2).sum() / freedom)

"""A page held against its world: what on it is false, how many intervals hold, which true differences it reports."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

try:
    from experiments.analysis.families import families
except ModuleNotFoundError:  # versions before a page divided its 5 % among families
    families = None

from hostile.claims import Claim, claims
from hostile.names import Names
from hostile.pages import Page
from hostile.truth import INTERVALS, TINY, Truth, covers, holds
from hostile.world import Levels, World
from scipy import stats

from experiments.report.page_findings import PageFindings
from experiments.study.columns import RATE

ALPHA = 0.05
RARER = re.compile(r"may miss a failure that happens in fewer than about [\d.]+\s%")
DIRECTION = {"better": 1, "worse": -1}


@dataclass
class Score:
    """Of one page: `false`, claims that are; `unread`, what is not understood.

    intervals: by kind (shown, missing the truth, expected to miss). reported: differences by kind (planted, reported).
    kept: the true power at every number of seeds that is said to be needed.
    """

    false: list[Claim] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    intervals: dict[str, tuple[int, int, float]] = field(default_factory=dict)
    reported: dict[str, tuple[int, int]] = field(default_factory=dict)
    kept: list[float] = field(default_factory=list)


def score(page: Page, world: World) -> Score:
    """Hold a page against its world."""
    read, names = claims(page), Names(page.findings)
    truths = truths_of(world, names, misses_rare=any(RARER.search(text) for _, text in page.texts))
    outcome = Score(unread=list(read.unread))
    shown: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for claim in read.claims:
        if claim.said.kind in INTERVALS:
            kind = {"gain": "in sentences"}.get(claim.said.kind, claim.said.kind)
            shown[kind] += 1
            missed[kind] += not any(covers(claim, truth, page.findings.scale.factor) for truth in truths)
            continue
        right = holds(claim, truths)
        if right is None:
            outcome.unread.append(f"{claim.where}, not scored: {claim.text}")
        elif not right:
            outcome.false.append(claim)
    outcome.intervals = {kind: (count, missed[kind], ALPHA * count) for kind, count in shown.items()}
    outcome.intervals |= level_intervals(page.findings, truths)
    outcome.reported = {kind: both for kind, both in _count_planted(read.claims, truths[0]).items() if both[0]}
    outcome.kept = _true_powers(page, truths[0])
    return outcome


def truths_of(world: World, names: Names, *, misses_rare: bool) -> list[Truth]:
    """The world, and where the page says that failures rarer than about 3/n can't be seen, the world without those."""
    found = [Truth(world, world.mean, names)]
    if world.rare is not None and misses_rare:
        likely, without = world.rare
        found.append(Truth(world, np.where(likely < 3 / world.seeds, without, world.mean), names))
    return found


def level_intervals(findings: PageFindings, truths: list[Truth]) -> dict[str, tuple[int, int, float]]:
    """The intervals of the levels' comparisons, each at the level that it is stated at, before rounding."""
    table, study, names = findings.effects, findings.study, truths[0].names
    if table.empty:
        return {}
    errors = table["alpha"] if "alpha" in table else pd.Series(ALPHA * study.share / len(table), table.index)
    shown = table["kind"].eq("interval") & table["low"].lt(table["high"])
    missed = 0
    for row in table[shown].itertuples():
        sides = names.cell_levels(row.cell), names.cell_levels(row.reference_cell)
        trues = [truth.gain(*sides) for truth in truths]
        missed += not any(row.low - TINY <= true <= row.high + TINY for true in trues)
    return {"levels": (int(shown.sum()), missed, float(errors[shown].sum()))} if shown.any() else {}


def _count_planted(read: tuple[Claim, ...], truth: Truth) -> dict[str, tuple[int, int]]:
    """Of the planted differences how many there are, and how many the page reports."""
    world, planted = truth.world, truth.world.planted
    if planted is None:
        return {}
    least = planted - TINY
    tuned = truth.names.findings.tuned
    verdicts = {
        (_key(claim.one, tuned), _key(claim.other, tuned), DIRECTION[claim.said.kind])
        for claim in read
        if claim.said.kind in DIRECTION
    }
    verdicts |= {(other, first, -sign) for first, other, sign in verdicts}
    turning = [claim for claim in read if claim.said.kind in ("depends", "depends on", "differs")]
    depending = [truth.names.named(claim.said.one) for claim in turning]
    levels = _level_targets(truth, least)
    reported = [
        (_key(levels_of_factor, tuned), _key(other, tuned), sign) in verdicts
        or {factor: levels_of_factor[factor]} in depending
        for factor, levels_of_factor, other, sign in levels
    ]
    counts = {"levels": (len(levels), sum(reported))}
    if world.design != "grid" or tuned or world.conditions:
        return counts
    base = truth.baseline
    cells = [(cell, truth.gain(cell, base)) for cell in world.cells if cell != base]
    cells = [(cell, gain) for cell, gain in cells if abs(gain) >= least]
    reported = [(_key(cell, tuned), _key(base, tuned), int(math.copysign(1, gain))) in verdicts for cell, gain in cells]
    counts["configurations"] = len(cells), sum(reported)
    counts["interactions"] = _interactions(truth, least, depending)
    ruled_out = [claim.one for claim in read if claim.said.kind == "out"]
    best = max(world.cells, key=lambda cell: truth.gain(cell, base))
    behind = [cell for cell in world.cells if truth.gain(best, cell) >= least]
    every = any(claim.said.kind == "others out" for claim in read)
    counts["ruled out"] = len(behind), sum(every or cell in ruled_out for cell in behind)
    return counts


def _key(levels: Levels, tuned: bool) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, label) for name, label in levels.items() if not (tuned and name == RATE)))


def _level_targets(truth: Truth, least: float) -> list[tuple[str, Levels, Levels, int]]:
    """Single changes that gain or lose at least so much, under each condition, at each side's truly best rate."""
    levels, study = [], truth.names.study
    for factor, label, _ in truth.changes:
        for condition in study.condition_levels:
            base = truth.baseline | condition
            one, other = (_at_best_rate(truth, base | {factor: end}) for end in (label, base[factor]))
            gain = truth.gain(one, other)
            if abs(gain) >= least:
                levels.append((factor, one, other, int(math.copysign(1, gain))))
    return levels


def _at_best_rate(truth: Truth, levels: Levels) -> Levels:
    if not truth.names.findings.tuned:
        return levels
    rates = [levels | {RATE: rate} for rate in truth.names.study.rates]
    return max(rates, key=lambda levels: truth.world.sign * truth.means[truth.place(levels)])


def _interactions(truth: Truth, least: float, depending: list[Levels]) -> tuple[int, int]:
    """Pairs of levels that together gain at least so much more or less than each does alone."""
    base, count, reported = truth.baseline, 0, 0
    changes = truth.changes
    for place, (factor, label, factor_levels) in enumerate(changes):
        for other, at, two in changes[place + 1 :]:
            if factor == other:
                continue
            both = truth.gain(two | {factor: label}, two)
            if abs(both - truth.gain(factor_levels, base)) >= least:
                count += 1
                reported += {factor: label} in depending or {other: at} in depending
    return count, reported


def _true_powers(page: Page, truth: Truth) -> list[float]:
    """The power that the seeds said to be needed have in truth, as far as differences are normal."""
    table, study, powers = page.findings.effects, page.findings.study, []
    if table.empty or not study.paired:
        return powers
    rows = table[table["outcome"].eq("not told apart") & np.isfinite(table["seeds_needed"].astype(float))]
    error = ALPHA * study.share * (families(study)["levels"] if families else 1) / len(table)
    for row in rows.itertuples():
        sides = [truth.place(truth.names.cell_levels(cell)) for cell in (row.cell, row.reference_cell)]
        spread, seeds = truth.world.difference_spread(*sides), float(row.seeds_needed)
        bound = stats.t.ppf(1 - error / 2, seeds - 1)
        powers.append(float(stats.nct.sf(bound, seeds - 1, row.delta / spread * np.sqrt(seeds))))
    return powers

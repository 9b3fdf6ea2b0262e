"""What a reader should distrust in this study, found in its tables."""

import math

import pandas as pd

from experiments.analysis.arms import arm
from experiments.analysis.declared import RATE
from experiments.analysis.labels import NONE, number
from experiments.analysis.penalties import penalty_shares
from experiments.analysis.power import MOST
from experiments.analysis.scores import common_seeds
from experiments.analysis.self_comparisons import trusted
from experiments.analysis.smallest_effect import IMAGES
from experiments.report.findings import Findings
from experiments.report.words import count, level, listed, name, opened, short

FEW_SEEDS = 5
CLOSE = 0.05  # share of a range
SWAMPED, APART = 0.5, 0.2  # shares of a loss that are penalty: most of it, and clearly more than of another


def caveats(findings: Findings) -> list[str]:
    """Sentences, the most serious first; none where nothing was found."""
    told = findings.imported.get("caveats", [])
    found = [*_unfinished(findings), *_search(findings), *_failures(findings), *_seeds(findings), *_edges(findings)]
    found += [*_penalties(findings), *_same_seeds(findings), *_resample(findings), *_calibration(findings)]
    return [*told, *found]


def _unfinished(findings: Findings) -> list[str]:
    counts = findings.counts
    if not 0 < counts["run"] < counts["wanted"]:
        return []
    done = f"{counts['run']} of {counts['wanted']} trials have run"
    return [f"Not finished: {done}. The same command goes on from here."]


def _search(findings: Findings) -> list[str]:
    """What a search saw of its best is the best of many looks."""
    if not findings.study.search or findings.best is None:
        return []
    command = f"“ablations confirm {findings.study.name}” trains it anew"
    again = "train it again on fresh seeds" if findings.imported else command
    return [f"The best score of a search is too good, for it was chosen among many; {again}."]


def _failures(findings: Findings) -> list[str]:
    counts, found = findings.counts, []
    if counts["failed"]:
        trials = count(counts["failed"], "trial")
        found.append(f"{trials} failed with an error and count as not run; see “What failed”.")
    if counts["diverged"] and counts["ok"]:
        trials = f"{counts['diverged']} of {counts['run']} trials diverged"
        found.append(f"{trials}. A configuration in which any seed diverged ranks after those in which none did.")
    if findings.collapsed and not findings.collapse_fails:
        found.append(
            f"{findings.collapsed} of {count(counts['ok'], 'trial')} score no better than the same prediction for "
            f"every example: by {name(findings.study.primary)} most of this study learned nothing."
        )
    return found


def _seeds(findings: Findings) -> list[str]:
    if findings.best is None:
        return []
    found = []
    common, seen = common_seeds(findings.trials), findings.trials["seed"].nunique()
    used = min(int(part.best["n"]) for part in findings.parts if part.best is not None)
    if len(common) < seen:
        kept = "1 seed that all of them have" if len(common) == 1 else f"{len(common)} seeds that all of them have"
        found.append(f"Configurations have unequal seeds: they are ranked on the {kept}, of {seen}.")
    elif findings.cells.loc[findings.cells["diverged"].eq(0) & findings.cells["n"].gt(0), "n"].nunique() > 1:
        found.append("Configurations have unequal seeds, and so are ranked by means over different seeds.")
    if used > 1 and (too_few := _short_of_seeds(findings)):
        found.append(too_few)
    if used == 1:
        found.append("One seed: no interval is possible, and another seed may reverse any order seen here.")
    elif used < FEW_SEEDS:
        found.append(f"{used} seeds are few: intervals are wide, and small differences cannot be shown.")
    return found


def _short_of_seeds(findings: Findings) -> str:
    """How many seeds would tell, where comparisons are left open."""
    table = findings.effects
    if table.empty:
        return ""
    left_open = table[table["outcome"].eq("not told apart") & (table["seeds_needed"] > table["n"])]
    if left_open.empty:
        return ""
    least, most = left_open["seeds_needed"].min(), left_open["seeds_needed"].max()
    gap = findings.scale.gap(left_open["delta"].median())
    many = f"about {least:.0f} seeds"
    if least < most:
        end = f"{most:.0f}" if math.isfinite(most) else f"over {MOST}"
        many = f"{least:.0f} to {end} seeds, by comparison (“Seeds needed” below),"
    elif not math.isfinite(least):
        many = "more seeds than anyone has"
    open_ones = f"{count(len(left_open), 'comparison')} of {len(table)}"
    return (
        f"Too few seeds to say in {open_ones}: as these spread, {many} would find a difference of {gap} four times in "
        f"five, and there are {int(left_open['n'].median())}."
    )


def _same_seeds(findings: Findings) -> list[str]:
    """What was chosen among several was chosen on the seeds on which it is compared."""
    ranked = max((int(part.cells["rank"].notna().sum()) for part in findings.parts), default=0)
    others = findings.against_best if findings.best is not None else pd.DataFrame()
    if ranked < 2 or findings.study.search or findings.fresh is not None or others["outcome"].eq("identical").all():
        return []
    scored = [part for part in findings.parts if part.best is not None]
    if not findings.tuned and all(part.reference == part.best["cell"] for part in scored):
        return []  # it was named before anything was seen
    if not findings.tuned and ranked == 2 and findings.study.design != "random":
        return []  # one comparison, whatever ranks first
    rates = f", learning rates among {len(findings.study.factors[RATE])}," if findings.tuned else ""
    many = findings.trials["seed"].nunique() > 1
    text = f"What ranks first was chosen among {ranked}{rates} on the same {'seeds' if many else 'seed'} on which it is"
    allowed = " Intervals allow for the choice of the first" if many else ""
    allowed += ", not for that of rates." if many and rates else "." if many else ""
    again = "" if findings.imported else f" “ablations confirm {findings.study.name}” compares on fresh seeds."
    return [f"{text} compared: what was chosen looks better than it is.{allowed}{again}"]


def _resample(findings: Findings) -> list[str]:
    """What seeds share of the data: one data set split again and again, or one split."""
    study = findings.study
    again = study.settings.get("resample") if "resample" not in study.varied else None
    if again not in ("true", "false") or findings.trials["seed"].nunique() < 2 or findings.best is None:
        return []
    if again == "false":
        return [
            "All seeds share one split of the data (resample false): intervals are over initial weights and orders of "
            "batches, and say nothing of another split or other data."
        ]
    fixed = ", the test set aside" if study.task in IMAGES else ""
    return [
        f"Each seed splits the same data anew{fixed} (resample true): splits overlap, so seeds are not quite "
        "independent, and intervals may be too narrow for other data."
    ]


def _penalties(findings: Findings) -> list[str]:
    """A strength that most of one loss is made of, and little of another."""
    found = []
    for regularizer, table in penalty_shares(findings.trials, findings.study).groupby("regularizer", sort=False):
        most, least = (table.loc[table["share"].idxmax()], table.loc[table["share"].idxmin()])
        if most["share"] < SWAMPED or most["share"] - least["share"] < APART:
            continue
        found.append(
            f"{opened(short(str(regularizer)))} makes up {100 * most['share']:.0f} % of the loss with "
            f"{short(most['loss'])}, {100 * max(least['share'], 0):.0f} % with {short(least['loss'])}: one strength is "
            "not the same treatment of both."
        )
    return found


def _calibration(findings: Findings) -> list[str]:
    """A method that finds more, or less, than it should when a cell is compared with itself."""
    found = findings.calibration
    if found is None or not found["comparisons"] or trusted(found):
        return []
    many = f"{found['comparisons']:.0f} times"
    return [
        f"A configuration compared with itself {many} was found to differ {found['rejected']:.0f} times, where "
        f"{found['rejected_low']:.0f} to {found['rejected_high']:.0f} are expected, and a planted difference "
        f"{found['found']:.0f} times, where {found['found_low']:.0f} to {found['found_high']:.0f} are: on this study "
        "intervals do not keep what they say."
    ]


def _edges(findings: Findings) -> list[str]:
    """The best cell's rate at the end of those tried: a better one may lie beyond."""
    parts = findings.parts
    return list(dict.fromkeys(text for part in parts for text in [*_edge(part), *_levels_at_edges(part)]))


def _edge(findings: Findings) -> list[str]:
    found = _range_ends(findings)
    for factor in findings.study.main:
        levels = [one for one in findings.study.factors[factor] if number(one) is not None]
        if (
            findings.best is None
            or factor != RATE
            or len(levels) < 3
            or findings.cells["validation_mean"].nunique() == 1
        ):
            continue
        rates = sorted(levels, key=float)
        chosen = findings.best[factor]
        if chosen in (rates[0], rates[-1]):
            end, beyond = ("smallest", "smaller") if chosen == rates[0] else ("largest", "larger")
            found.append(f"The best {name(factor)}, {chosen}, is the {end} one tried: a {beyond} one may be better.")
    return found


def _levels_at_edges(findings: Findings) -> list[str]:
    """Levels that are compared at the smallest or largest rate tried: they might do better beyond it."""
    study = findings.study
    rates = sorted((one for one in study.factors.get(RATE, ()) if number(one) is not None), key=float)
    if not findings.tuned or findings.best is None or len(rates) < 3:
        return []
    ends: dict[str, list[str]] = {rates[0]: [], rates[-1]: []}
    for factor in study.main:
        for one in study.factors[factor] if factor != RATE and factor not in study.conditions else ():
            cell = arm(findings.cells, study, {factor: one})
            if cell is None or one == study.baseline[factor] or pd.isna(findings.cell(cell)["rank"]):
                continue
            if findings.cell(cell)[RATE] in ends:
                ends[findings.cell(cell)[RATE]].append(level(factor, one))
    return [
        f"Compared at the {end} rate tried, {rate}: {listed(names)}. A {beyond} one may suit better."
        for (rate, names), end, beyond in zip(ends.items(), ("smallest", "largest"), ("smaller", "larger"), strict=True)
        if names
    ]


def _range_ends(findings: Findings) -> list[str]:
    """The best draw close to an end of a range: a better value may lie beyond."""
    if findings.best is None:
        return []
    found = []
    for factor, span in findings.study.ranges.items():
        if findings.best[factor] == NONE:
            continue
        log = span.get("scale") == "log"
        low, high, chosen = (
            math.log(float(one)) if log else float(one) for one in (span["min"], span["max"], findings.best[factor])
        )
        share = (chosen - low) / (high - low)
        if min(share, 1 - share) <= CLOSE:
            end, beyond = ("low", "lower") if share < 0.5 else ("high", "higher")
            found.append(
                f"The best {name(factor)}, {findings.best[factor]}, lies at the {end} end of its range: a {beyond} one "
                "may be better."
            )
    return found

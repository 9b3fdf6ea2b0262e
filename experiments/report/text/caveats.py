"""What a reader should distrust in this study, found in its tables."""

import math

import pandas as pd

from experiments.analysis.intervals import ALPHA
from experiments.analysis.looks import is_settled, place, spent
from experiments.analysis.neighbouring_rates import STEPS
from experiments.analysis.penalties import penalty_shares
from experiments.analysis.power import MOST
from experiments.analysis.ranking import RAN
from experiments.analysis.rate_ends import find_ends
from experiments.analysis.rows import row_at, rows_of
from experiments.analysis.seed_adjusted import are_linked
from experiments.analysis.self_comparisons import out_of_band
from experiments.report.page_findings import PageFindings
from experiments.report.text.baseline import baseline_name
from experiments.report.text.data_caveats import data_caveats
from experiments.report.text.failure_words import describe_costs
from experiments.report.text.question import question_caveats
from experiments.report.text.sentences import with_condition
from experiments.report.text.tails import tail_caveats
from experiments.study.columns import RATE
from experiments.study.labels import NONE, number
from experiments.study.words import capitalize, count, join_words, level, name, short

FEW_SEEDS = 5
CLOSE = 0.05  # share of a range
SWAMPED, APART = 0.5, 0.2  # shares of a loss that are penalty: most of it, and clearly more than of another


def caveats(findings: PageFindings) -> list[str]:
    """Sentences, the most serious first; none where nothing was found."""
    of_source = findings.imported.get("caveats", [])
    sentences = [
        *_unfinished(findings),
        *question_caveats(findings),
        *_search(findings),
        *_failures(findings),
        *_seeds(findings),
        *_edges(findings),
    ]
    sentences += [*_unpaired(findings), *_rates(findings), *_neighbours(findings), *_penalties(findings)]
    sentences += [*tail_caveats(findings), *_same_seeds(findings), *_looks(findings)]
    sentences += [*data_caveats(findings), *_calibration(findings)]
    return [*of_source, *sentences]


def _unfinished(findings: PageFindings) -> list[str]:
    counts, compared = findings.counts, findings.results.manifest["study"].get("fresh_seeds", 0)
    if not 0 < counts["run"] < counts["wanted"]:
        if compared and findings.fresh is None:
            text = f"these seeds choose, and {compared} others that compare have not been trained"
            return [f"Not finished: {text}. The same command goes on from here."]
        return []
    done = f"{counts['run']} of {counts['wanted']} trials have run"
    return [f"Not finished: {done}. The same command goes on from here."]


def _search(findings: PageFindings) -> list[str]:
    """What a search saw of its best is the best of many looks."""
    if not findings.study.search or findings.best is None:
        return []
    command = f"“ablations confirm {findings.study.name}” trains it anew"
    again = "train it again on fresh seeds" if findings.imported else command
    return [f"The best score of a search is too good, for it was chosen among many; {again}."]


def _failures(findings: PageFindings) -> list[str]:
    counts = findings.counts
    sentences: list[str] = []
    if counts["failed"]:
        trials = count(counts["failed"], "trial")
        single = counts["failed"] == 1
        sentences.append(
            f"{trials} failed with an error and {'counts' if single else 'count'} as not run; see “What failed”."
        )
    if counts["diverged"] and counts["ok"]:
        sentences.append(f"{counts['diverged']} of {counts['run']} trials diverged. {describe_costs(findings)}")
    return [*sentences, *_learned_nothing(findings)]


def _learned_nothing(findings: PageFindings) -> list[str]:
    """Trials that stayed finite and are no better than a constant: they count, and a reader should know of them."""
    nothing, ok = findings.learned_nothing, findings.counts["ok"]
    if not nothing:
        return []
    they, their = ("it scores", "Its score counts") if nothing == 1 else ("they score", "Their scores count")
    most = f" By {name(findings.study.primary)}, most of this study learned nothing." if 2 * nothing > ok else ""
    return [
        f"{nothing} of {count(ok, 'trial')} learned nothing: {they} no better than the same prediction for every "
        f"example. {their} like any other.{most}"
    ]


def _seeds(findings: PageFindings) -> list[str]:
    if findings.best is None:
        return []
    sentences = []
    used = min(int(part.best["n"]) for part in findings.parts if part.best is not None)
    sentences += _unequal_seeds(findings)
    if used > 1 and (too_few := _short_of_seeds(findings)):
        sentences.append(too_few)
    noun = "seed" if findings.study.paired else "run"
    if used == 1:
        sentences.append(f"One {noun}: no interval is possible, and another {noun} may reverse any order seen here.")
    elif used < FEW_SEEDS:
        sentences.append(f"{used} {noun}s are few: intervals are wide, and small differences cannot be shown.")
    return sentences


def _unequal_seeds(findings: PageFindings) -> list[str]:
    """Configurations that were not all trained on the same seeds."""
    scored = findings.trials[findings.trials["status"].isin(RAN)]
    seeds = scored.groupby("cell")["seed"].agg(frozenset)
    if seeds.nunique() < 2:
        return []
    if not findings.study.paired:
        unequal = seeds.map(len).nunique() > 1
        return ["Configurations have unequal numbers of runs, and so unequally certain means."] if unequal else []
    if are_linked(seeds, frozenset().union(*seeds)):
        return ["Configurations have unequal seeds: the mean of each is adjusted for the seeds that it has."]
    return [
        "Configurations have unequal seeds, and some share none, not even by way of others: they are ranked by means "
        "over different seeds."
    ]


def _unpaired(findings: PageFindings) -> list[str]:
    """Comparisons of two sides that share no seeds, or not all of them."""
    table = findings.effects if len(findings.effects) else findings.parts[0].against_best
    table = table[table["n"] > 0]
    alone, uneven = table[~table["paired"].astype(bool)], table[table["left_out"] > 0]
    sentences = []
    if len(alone):
        all_of_them = len(alone) == len(table)
        where = "The" if all_of_them else f"In {len(alone)} of {count(len(table), 'comparison')} the"
        sentences.append(
            f"{where} two sides share no seeds, so they are compared as independent samples (Welch), which "
            "takes more seeds than pairs do."
        )
    if len(uneven):
        number = int(uneven["left_out"].max())
        most, are = count(number, "seed"), "is" if number == 1 else "are"
        where = f"In {len(uneven)} of {count(len(table), 'comparison')}" if len(table) > 1 else "In the comparison"
        least = "" if uneven["left_out"].nunique() == 1 else "up to "
        sentences.append(
            f"{where}, {least}{most} that only one side has {are} left out: it is made on those in common."
        )
    return sentences


def _rates(findings: PageFindings) -> list[str]:
    """Learning rates that are names, about which no curve can be drawn."""
    study = findings.study
    if RATE not in study.varied or RATE in study.ranges or study.rates:
        return []
    names = [f"“{short(level)}”" for level in study.factors[RATE] if not (number(level) or 0) > 0]
    are = "is not a number above 0" if len(names) == 1 else "are not numbers above 0"
    return [
        f"Of the {name(RATE)}s, {join_words(names)} {are}: curves over rates are left out, and rates are compared like "
        "the levels of any other factor."
    ]


def _short_of_seeds(findings: PageFindings) -> str:
    """How many seeds would decide, where comparisons are left open."""
    table = findings.effects
    if table.empty:
        return ""
    left_open = table[table["outcome"].eq("not told apart") & (table["seeds_needed"] > table["n"])]
    if left_open.empty:
        return ""
    least, most = left_open["seeds_needed"].min(), left_open["seeds_needed"].max()
    gap = findings.scale.gap(left_open["delta"].median())
    side = "" if left_open["paired"].all() else " on each side"
    many = f"about {least:.0f} seeds{side}"
    if findings.study.overlap and not math.isfinite(least):
        return (
            f"Too few examples to say in {count(len(left_open), 'comparison')} of {len(table)}: no number of seeds "
            f"would find a difference of {gap} in other data of the kind four times in five, for all seeds split the "
            'same examples. More examples would, or a question about this data set alone (“about = "this data"”).'
        )
    if least < most:
        end = f"{most:.0f}" if math.isfinite(most) else f"over {MOST}"
        many = f"{least:.0f} to {end} seeds{side}, by comparison (“Seeds needed” below),"
    elif not math.isfinite(least):
        many = "more seeds than anyone has"
    open_ones = f"{count(len(left_open), 'comparison')} of {len(table)}"
    return (
        f"Too few seeds to say in {open_ones}: given how far these lie apart, {many} would find a difference of {gap} "
        f"four times in five, and there are {int(left_open['n'].median())}."
    )


def _same_seeds(findings: PageFindings) -> list[str]:
    """What was chosen among several was chosen on the seeds on which it is compared."""
    ranked = max((int(part.cells["rank"].notna().sum()) for part in findings.parts), default=0)
    others = findings.against_best if findings.best is not None else pd.DataFrame()
    if ranked < 2 or findings.study.search or findings.fresh is not None or others["outcome"].eq("identical").all():
        return []
    scored = [part for part in findings.parts if part.best is not None]
    if not findings.tuned and all(part.reference == part.best_cell for part in scored):
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


def _neighbours(findings: PageFindings) -> list[str]:
    """Comparisons that come out better or worse one learning rate lower or higher, and otherwise at the best rates."""
    turned = []
    for at, row in findings.neighbours.iterrows():
        tuned = row_at(findings.effects, at)["outcome"]
        others = {row[f"{step}_outcome"] for step in STEPS} & {"better", "worse"}
        if others - {tuned}:
            turned.append(level(row["factor"], row["level"]) + with_condition(row["condition"]))
    if not turned:
        return []
    come = "comes" if len(turned) == 1 else "come"
    return [
        f"Verdicts hang on the learning rate: at the next lower or higher one {count(len(turned), 'comparison')} of "
        f"{len(findings.neighbours)} {come} out better or worse ({join_words(turned)}), otherwise than at the best "
        "rates; see “The same by other tests, and at other rates”."
    ]


def _looks(findings: PageFindings) -> list[str]:
    """A study that stopped because it was settled looks clearer than it is; and looks that were not planned."""
    study, looked = findings.study, findings.results.manifest.get("looked", [])
    if findings.fresh is not None:
        return []  # they were looked at once
    sentences = []
    numbers = sorted(look["seeds"] for look in looked)
    if (total := spent(looked)) > 1.001:
        sentences.append(
            f"Results were looked at with {join_words(list(map(str, numbers)))} seeds, which was not planned: together "
            f"these looks find what is not there in up to {100 * ALPHA * total:.3g} % instead of 5 %, unless the last "
            f"number was settled before the first was seen. “looks = [10, 20, 40]” in the study file plans them, "
            f"“ablations confirm {study.name}” compares on fresh seeds."
        )
    seeds = findings.trials["seed"].nunique()
    early = study.looks and place(study.looks, seeds) + 1 < len(study.looks) and seeds in study.looks
    if early and len(findings.comparisons_in_question) and is_settled(findings.comparisons_in_question).all():
        what = "all comparisons were" if findings.primary is None else "the declared comparison was"
        sentences.append(
            f"It stopped at {seeds} of up to {study.looks[-1]} seeds because {what} settled: intervals "
            "allow for the looks, but differences that end a study early are too large on average (optimistic). "
            f"“ablations confirm {study.name}” measures them on fresh seeds."
        )
    return sentences


def _penalties(findings: PageFindings) -> list[str]:
    """A strength that most of one loss is made of, and little of another."""
    sentences = []
    for regularizer, table in penalty_shares(findings.trials, findings.study).groupby("regularizer", sort=False):
        most, least = row_at(table, table["share"].idxmax()), row_at(table, table["share"].idxmin())
        if most["share"] < SWAMPED or most["share"] - least["share"] < APART:
            continue
        sentences.append(
            f"{capitalize(short(str(regularizer)))} makes up {100 * most['share']:.0f} % of the loss with "
            f"{short(most['loss'])}, {100 * max(least['share'], 0):.0f} % with {short(least['loss'])}: one strength is "
            "not the same treatment of both."
        )
    return sentences


def _calibration(findings: PageFindings) -> list[str]:
    """A method that finds more, or other, than it should when a cell is compared with itself."""
    calibration = findings.calibration
    if calibration is None or not calibration["comparisons"]:
        return []
    sentence_of = {
        "rejected": f"A configuration compared with itself {calibration['comparisons']:.0f} times was found to differ "
        f"{calibration['rejected']:.0f} times, where at most {calibration['rejected_high']:.0f} are expected",
        "apart": "A single side of these comparisons, held against the mean of all others, was found to differ "
        f"{calibration['apart']:.0f} times of {calibration['apart_of']:.0f}, where at most "
        f"{calibration['apart_high']:.0f} are expected: its scores are skewed, or now and then collapse, which cancels "
        "where both sides are the same and not where they are not",
        "found": "A difference planted in a configuration compared with itself was found "
        f"{calibration['found']:.0f} times, where {calibration['found_low']:.0f} to "
        f"{calibration['found_high']:.0f} are expected",
    }
    return [
        f"{sentence_of[name]}. On this study intervals do not keep what they say." for name in out_of_band(calibration)
    ]


def _edges(findings: PageFindings) -> list[str]:
    """The best cell's rate at the end of those tried: a better one may lie beyond."""
    parts = findings.parts
    return list(dict.fromkeys(text for part in parts for text in _edge(part)))


def _edge(findings: PageFindings) -> list[str]:
    """What has its best rate at an end of those tried: the rest of them might do better beyond it."""
    sentences, ends = _range_ends(findings), find_ends(findings.cells, findings.study)
    most = findings.results.manifest["study"].get("extend_rates", 0)
    more = f" Rates were added, {most} beyond an end at most, and that was not enough." if most else ""
    if not most and not findings.imported:
        more = " “extend_rates = 3” in the study file tries more."
    for (end, rate), rows in ends.groupby(["end", "rate"], sort=False):
        beyond = "smaller" if end == "smallest" else "larger"
        others = [
            baseline_name(findings, rate=False) if row.what == "reference" else level(row.factor, row.level)
            for row in rows_of(rows)
            if row.what != "best"
        ]
        if rows["what"].eq("best").any():
            beside = f" So it is for {join_words(others)}." if others else ""
            text = f"The best {name(RATE)}, {rate}, is the {end} one tried: a {beyond} one may be better.{beside}"
        else:
            text = f"Compared at the {end} rate tried, {rate}: {join_words(others)}. A {beyond} one may suit better."
        sentences.append(text + more)
    return sentences


def _range_ends(findings: PageFindings) -> list[str]:
    """The best draw close to an end of a range: a better value may lie beyond."""
    if findings.best is None:
        return []
    sentences = []
    for factor, span in findings.study.ranges.items():
        if findings.best[factor] == NONE:
            continue
        log = span.get("scale") == "log"
        low, high, chosen = (
            math.log(float(bound)) if log else float(bound)
            for bound in (span["min"], span["max"], findings.best[factor])
        )
        share = (chosen - low) / (high - low)
        if min(share, 1 - share) <= CLOSE:
            end, beyond = ("low", "lower") if share < 0.5 else ("high", "higher")
            sentences.append(
                f"The best {name(factor)}, {findings.best[factor]}, lies at the {end} end of its range: a {beyond} one "
                "may be better."
            )
    return sentences

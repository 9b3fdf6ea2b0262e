"""Phrases for a comparison, worded as it was measured."""

import pandas as pd

from experiments.analysis.best import count_candidates
from experiments.analysis.declared import Declared
from experiments.analysis.rows import row_at, rows_of
from experiments.report.page_findings import PageFindings
from experiments.study.words import absent, circumstance, configuration, count, join_words, level, short, swap

UNKNOWN = float("nan")
Lead = tuple[str, tuple[str, ...], bool]  # a first sentence, what follows it, whether anything was shown


def beats(findings: PageFindings, row: pd.Series, winner: str, loser: str) -> str:
    """`A beats B by 0.6 points of validation accuracy (0.2 to 1.0), 14 of 20 seeds, digits, 20 epochs`.

    row: of `compare`, the winner's gain over the loser.
    """
    size = findings.scale.of(row).size(row["mean"], row["low"], row["high"])
    return f"{winner} beats {loser} by {size}, {seeds_won(row)}, {conditions(findings.study)}"


def contrast(findings: PageFindings, cell: str, other: str) -> tuple[str, str, str]:
    """Where two cells differ, and what they share: `("tanh", "relu", "both with huber")`."""
    own, two = findings.cell(cell), findings.cell(other)
    apart = [factor for factor in findings.study.varied if own[factor] != two[factor]]
    alike = [factor for factor in findings.study.varied if factor not in apart and not absent(factor, own[factor])]
    same = [level(factor, own[factor]) for factor in alike]
    shared = f"both with {join_words(same, most=len(same))}" if same else ""
    return configuration(own, apart), configuration(two, apart), shared


def turn(row: pd.Series) -> pd.Series:
    """The same comparison seen from the reference's side."""
    sides = {"mean": -row["mean"], "low": -row["high"], "high": -row["low"]}
    sides |= {"trained_mean": -row["trained_mean"]}
    sides |= {"trained_low": -row["trained_high"], "trained_high": -row["trained_low"]}
    counts = {"wins": row["losses"], "losses": row["wins"]}
    counts |= {"own_n": row["reference_n"], "reference_n": row["own_n"]}
    counts |= {"own_runs": row["reference_runs"], "reference_runs": row["own_runs"]}
    failed = ("diverged", "diverged_low", "diverged_high")
    failures = {name: row[f"reference_{name}"] for name in failed} | {f"reference_{name}": row[name] for name in failed}
    outcome = {"better": "worse", "worse": "better"}.get(row["outcome"], row["outcome"])
    return pd.Series({**row, **sides, **counts, **failures, "outcome": outcome})


def seeds_of(row: pd.Series) -> str:
    """How many seeds are compared: `20 seeds`, or where the two sides share none `8 and 12 runs`."""
    return count(row["n"], "seed") if row["paired"] else f"{row['own_n']} and {row['reference_n']} runs"


def seeds_won(row: pd.Series) -> str:
    """`14 of 20 seeds`, with how many are level and how many runs diverged: `14 of 20 seeds (diverged: 3 against 0)`.

    Where the two sides share no seeds, nothing is won seed by seed: `8 runs against 12 others`.
    """
    remarks = [f"diverged: {row['diverged']} against {row['reference_diverged']}"] if any_diverged(row) else []
    if not row["paired"]:
        text = f"{count(row['own_n'], 'run')} against {count(row['reference_n'], 'other')}"
    else:
        text = f"{row['wins']} of {count(row['runs'], 'seed')}"
        level_ones = row["runs"] - row["wins"] - row["losses"]
        remarks = [f"{level_ones} level", *remarks] if level_ones else remarks
    return f"{text} ({'; '.join(remarks)})" if remarks else text


def any_diverged(row: pd.Series) -> bool:
    """Whether a run of either side diverged. row: of `compare`."""
    return bool(row["diverged"] or row["reference_diverged"])


def difference(findings: PageFindings, row: pd.Series) -> str:
    """What was measured where nothing was shown: `0.3 points of … (−0.4 to 1.0), 3 of 5 seeds`."""
    scale = findings.scale.of(row)
    if row["outcome"] == "identical":
        return f"nothing: the same {scale.label} on every one of {seeds_of(row)}"
    if row["outcome"] == "one seed":
        where = "on one seed" if row["paired"] else "with one run on a side"
        return f"{scale.size(row['mean'], UNKNOWN, UNKNOWN)} {where}, so there is no interval"
    if row["kind"] == "constant":
        size = scale.size(row["mean"], UNKNOWN, UNKNOWN)
        each = "on each" if row["paired"] else "between two sides that are the same on each"
        return f"{size} {each} of {seeds_of(row)}, too few for an interval without any spread"
    size = f"{scale.size(row['mean'], row['low'], row['high'])}, {seeds_won(row)}"
    if row["outcome"] == "no practical difference":
        return f"{size}, less than {scale.gap(row['delta'])} either way"
    return size


def describe_gain(findings: PageFindings, row: pd.Series) -> str:
    """`gains 0.3 points of … (−0.4 to 1.0), 3 of 5 seeds`, or what it `loses`."""
    if row["mean"] < 0:
        return f"loses {difference(findings, turn(row))}"
    return f"gains {difference(findings, row)}"


def gains(findings: PageFindings, text: str, rows: pd.DataFrame) -> tuple[str, ...]:
    """`Also shown to help: tanh (+0.6).`, with the condition where there are several; nothing for no rows."""
    names = [level(row.factor, row.level) + with_condition(row.condition) for row in rows_of(rows)]
    return _describe(findings, text, names, rows)


def swaps(findings: PageFindings, text: str, rows: pd.DataFrame) -> tuple[str, ...]:
    """`Also shown to matter: without dropout (−0.6).`, nothing for no rows."""
    return _describe(findings, text, [swap(row.factor, row.level, row.reference) for row in rows_of(rows)], rows)


def with_condition(condition: dict[str, str]) -> str:
    """` with share 0.2`, nothing without conditions."""
    return f" with {circumstance(condition)}" if condition else ""


def _describe(findings: PageFindings, text: str, names: list[str], rows: pd.DataFrame) -> tuple[str, ...]:
    if not names:
        return ()
    said = [f"{subject} ({findings.scale.signed(gain)})" for subject, gain in zip(names, rows["mean"], strict=True)]
    return (f"{text}: {join_words(said)}.",)


def depends(findings: PageFindings) -> tuple[str, ...]:
    """What is shown to depend on another factor: which levels turn round, and which gains differ.

    `It depends: tanh gains 1.2 points with huber and loses 0.8 points with cross_entropy.`
    """
    amount, crossed = findings.scale.amount, findings.crossing
    turn_round = []
    for (factor, own_level, _), rows in crossed.groupby(["factor", "level", "other"], sort=False):
        most, least = row_at(rows, rows["low"].idxmax()), row_at(rows, rows["high"].idxmin())
        turn_round.append(
            f"{level(factor, own_level)} gains {amount(most['mean'])} with {short(most['at'])} and loses "
            f"{amount(-least['mean'])} with {short(least['at'])}"
        )
    said = [f"It depends: {join_words(turn_round)}."] if turn_round else []
    table = findings.interactions[findings.interactions["outcome"] == "differs"]
    turning = {*zip(crossed["factor"], crossed["level"], strict=True)}
    rest = table[[not {(row.factor, row.level), (row.other, row.at)} & turning for row in rows_of(table)]]
    if len(rest):
        rest = rest.loc[rest["mean"].abs().sort_values(ascending=False, kind="stable").index]
        said.append(f"{_differs(findings, rest.iloc[0], len(rest) - 1)}.")
    return tuple(said)


def _differs(findings: PageFindings, row: pd.Series, more: int) -> str:
    """`What tanh gains over relu differs by 1.2 points (0.4 to 2.0) between huber (+1.5) and cross_entropy (+0.3)`."""
    scale, parts = findings.scale, findings.simple_effects
    own = parts[parts["factor"].eq(row["factor"]) & parts["level"].eq(row["level"]) & parts["other"].eq(row["other"])]
    mean = own.set_index("at")["mean"]
    size = scale.measured(*(row[["mean", "low", "high"]] if row["mean"] > 0 else -row[["mean", "high", "low"]]))
    sides = [
        f"{level(row['other'], own_level)} ({scale.signed(mean[own_level])})"
        for own_level in (row["at"], row["other_reference"])
    ]
    gain = f"What {level(row['factor'], row['level'])} gains over {short(row['reference'])} differs by {size}"
    others = f"; so do {count(more, 'other gain')}, in the table of interactions" if more > 1 else ""
    others = "; so does one other gain, in the table of interactions" if more == 1 else others
    return f"{gain} between {join_words(sides)}{others}"


def first_for_failures(row: pd.Series) -> bool:
    """Whether a cell is ahead of the reference only because that diverged more often: where both train it is not.

    row: of `compare`.
    """
    more = row["reference_diverged"] * row["own_runs"] > row["diverged"] * row["reference_runs"]
    return bool(more and not row["trained_mean"] > 0)


def not_compared(findings: PageFindings, who: str) -> str:
    """Why what ranks first is not compared with the reference: `the baseline did not run`. who: the reference."""
    if findings.reference is None:
        return f"{who} did not run"
    if reason := findings.cell(findings.reference)["reason"]:
        return f"{who} has no score ({reason})"
    row = findings.cell(findings.reference)
    if row["diverged"] and not row["ok"]:
        return f"{who} never trained ({row['diverged']} of {count(row['trials'], 'trial')} diverged)"
    return f"no seed has a score of both it and {who}"


def ranks_first(findings: PageFindings, among: str) -> str:
    """The best cell and its score, for a study without anything to compare it with."""
    best, scale = findings.best_row, findings.scale
    first = f"{findings.words(best['cell'])} ranks first of {among} on validation"
    score = f"{scale.score(best['validation_mean'])} {scale.label}"
    if best["n"] == 1:
        return f"{first}: {score} on one seed, so there is no interval, {conditions(findings.study)}"
    reach = scale.span(best["validation_min"], best["validation_max"])
    return f"{first}: {score} ({reach} over {best['n']} seeds), {conditions(findings.study)}"


def reach(findings: PageFindings, row: pd.Series) -> str:
    """The interval of a score in brackets, or why there is none. row: of `intervals`."""
    if row["n"] == 1:
        return "(one seed: no interval)"
    if row["kind"] != "interval":
        return f"on every one of {row['n']} seeds"
    return f"({findings.scale.span(row['low'], row['high'])}, {count(row['n'], 'seed')})"


def test_score(findings: PageFindings, who: str, reference: str = "") -> tuple[str, ...]:
    """The best cell's score on the test set and the reference's beside it, nothing where it has none.

    who, reference: what the sentence calls the two.
    """
    test, scale = findings.test, findings.scale
    if test["n"] == 0:
        return ()
    said = (
        f"On the test set, which decides nothing here, {who} scores {scale.score(test['mean'])} {reach(findings, test)}"
    )
    if findings.test_over_baseline.empty or findings.test_over_baseline.iloc[0]["n"] == 0:
        return (f"{said}.",)
    row, beside = findings.test_over_baseline.iloc[0], findings.reference_test
    other = f"{reference} {scale.score(beside['mean'])} {reach(findings, beside)}"
    return (f"{said}, {other}: {test_difference(findings, row)}.{_for_images(findings, row)}",)


def _for_images(findings: PageFindings, row: pd.Series) -> str:
    """The same difference where the test examples are a sample as well; nothing where that is not known."""
    wide, scale = findings.test_gain_for_images, findings.scale
    if not wide["low"] < wide["high"]:
        return ""
    side, ends = ("loss", (-wide["high"], -wide["low"])) if row["mean"] < 0 else ("gain", (wide["low"], wide["high"]))
    unit = " points" if scale.factor > 1 else ""
    return (
        f" All seeds are tested on the same {wide['examples']:.0f} examples; taking those for a sample as well, the "
        f"{side} lies within {scale.span(*ends)}{unit}."
    )


def test_difference(findings: PageFindings, row: pd.Series) -> str:
    """`a gain of 0.3 points (−0.1 to 0.7) seed by seed, …`, of two cells on the test set. row: of `compare`."""
    if row["kind"] == "identical":
        return f"the same on every one of {seeds_of(row)}"
    side = turn(row) if row["mean"] < 0 else row
    size = findings.scale.measured(side["mean"], side["low"], side["high"])
    amount = f"a {'loss' if row['mean'] < 0 else 'gain'} of {size}"
    if row["kind"] == "interval":
        how = "seed by seed" if row["paired"] else "between independent samples"
        among = count(count_candidates(findings.cells), "configuration")
        return f"{amount} {how}, an interval that allows for the choice among {among}"
    if row["kind"] == "one seed":
        return f"{amount} {'on one seed' if row['paired'] else 'with one run on a side'}"
    each = "on each" if row["paired"] else "between two sides that are the same on each"
    return f"{amount} {each} of {seeds_of(row)}"


def conditions(study: Declared) -> str:
    """Under which conditions a finding holds: `digits, 20 epochs`, `outliers, share 0.2, 40 epochs`."""
    parts = [short(study.task), *([circumstance(study.held)] if study.held else [])]
    if "epochs" in study.settings and "epochs" not in study.varied:
        parts.append(count(int(float(study.settings["epochs"])), "epoch"))
    return ", ".join(parts)

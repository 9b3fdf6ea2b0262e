"""The tables of a study's page."""

import math
from collections.abc import Sequence

import pandas as pd

from experiments.analysis.families import families
from experiments.analysis.intervals import ALPHA
from experiments.analysis.power import MOST
from experiments.analysis.rows import NamedRow, rows_of
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, Value, level_fields, level_heads, table, value
from experiments.report.text.baseline import baseline_name
from experiments.report.text.choice import chosen_caption, shown_cell
from experiments.report.text.scale import Scale
from experiments.report.text.sentences import reach
from experiments.results.searches import Search
from experiments.study.labels import number
from experiments.study.words import absent, circumstance, count, name, short

MOST_CELLS = 60
IDLE = ("none", "0", "false", "constant")  # settings that do nothing
TESTS = {"t": "t", "wilcoxon": "Wilcoxon", "sign_flip": "sign flips"}
INDEPENDENT = {"t": "Welch", "wilcoxon": "Mann–Whitney", "sign_flip": "permutations"}  # the same without shared seeds
OUTCOMES = {
    "better": ("better", "good"),
    "worse": ("worse", "bad"),
    "no practical difference": ("no practical difference", ""),
    "not told apart": ("not told apart", ""),
    "too uneven": ("too uneven to tell", ""),
    "depends": ("depends on another factor", ""),
    "identical": ("identical", ""),
    "one seed": ("one seed: no interval", ""),
    "not run": ("not run", ""),
    "no scores to compare": ("no scores to compare", "bad"),
}


def effects_table(findings: PageFindings) -> Table | None:
    """Every declared comparison, or None where the design has none."""
    if findings.effects.empty:
        return None
    scale = findings.scale
    rows: list[list[Value]] = []
    failed = findings.effects[["diverged", "reference_diverged"]].any(axis=None)
    for row in rows_of(findings.effects):
        at = [value(row.rate if isinstance(row.rate, str) else "–")] if findings.tuned else []
        rows.append(
            [
                *level_fields(row),
                value(scale.signed(row.mean), row.mean),
                value(interval(row, scale), row.low),
                value(confidence(row.alpha), row.alpha),
                _outcome(row.outcome),
                value(short(row.reference)),
                *at,
                value(scale.plain(row.score), row.score),
                *_seeds_of(row, findings),
                value(_seeds(row.seeds_needed) if row.outcome == "not told apart" else "–", _open(row)),
                *(_failure_fields(row, scale) if failed else []),
            ]
        )
    unit = unit_of(scale)
    heads = [
        *level_heads(findings.study.conditions), f"Gain{unit[1]}", "Interval", "At level", "Outcome", "Against",
        *(["At rate"] if findings.tuned else []), f"Score{unit[0]}", *_seeds_heads(findings), "Seeds needed",
        *(["Diverged", "Against diverged", "Where both train"] if failed else []),
    ]  # fmt: skip
    caption = f"Each level against its reference, by {scale.label}"
    return table("effects-table", caption, heads, rows, note=_effects_note(findings))


def _effects_note(findings: PageFindings) -> str:
    """What the columns mean, and why a pair may have another interval elsewhere."""
    rows = findings.effects
    said: list[str] = []
    if (rows["n"] > 1).any():
        said.append(f"Interval: of the gain, at the level at which the row was judged ({_describe_levels(findings)}).")
    if findings.unpaired:
        said.append("Runs: of the level and of its reference.")
    if not findings.wholly_unpaired:
        said.append("Seeds won: on which the level scores better.")
    if rows.loc[rows["outcome"].eq("not told apart"), "seeds_needed"].notna().any():
        gap = findings.scale.gap(rows["delta"].median())
        side = "on each side, " if findings.unpaired else ""
        said.append(
            f"Seeds needed: {side}to find a true difference of {gap} four times in five, where a row is not told "
            "apart; the fewer seeds a spread is known from, the more are asked for."
        )
    if findings.tuned:
        said.append("At rate: the learning rate at which validation ranks the level best.")
    return " ".join(said)


def _seeds_of(row: NamedRow, findings: PageFindings) -> list[Value]:
    """Runs of both sides where they may share no seeds, and seeds won where any are shared."""
    sides = [value(f"{row.own_n} and {row.reference_n}", row.n)] if findings.unpaired else []
    won = value(f"{row.wins} of {row.runs}", row.wins / max(row.runs, 1)) if row.paired else value("–", math.nan)
    return sides if findings.wholly_unpaired else [*sides, won]


def _seeds_heads(findings: PageFindings) -> list[str]:
    return [*(["Runs"] if findings.unpaired else []), *([] if findings.wholly_unpaired else ["Seeds won"])]


def _describe_levels(findings: PageFindings) -> str:
    """How the levels of the declared comparisons come about."""
    primary, share = findings.effects["primary"], families(findings.study).get("levels", 1.0)
    rows, rate = int((~primary).sum()), 100 * ALPHA * findings.study.share * share
    which = f"the {rows} other rows" if primary.any() else f"{rows} rows"
    beside = "what the question asks by itself, and " if primary.any() else ""
    return (
        f"{beside}Holm over {which}, so that at most {rate:.3g} % of such tables have any wrong"
        if rows > 1
        else "alone"
    )


def confidence(alpha: float) -> str:
    """The level of an interval in per cent.

    >>> confidence(0.05), confidence(0.000625)
    ('95 %', '99.94 %')
    """
    digits = 1 if alpha >= 0.01 else 2 if alpha >= 0.0005 else 3
    text = f"{100 * (1 - alpha):.{digits}f}"
    return f"{text.rstrip('0').rstrip('.')} %"


def _open(row: NamedRow) -> float:
    return row.seeds_needed if row.outcome == "not told apart" else math.nan


def other_tests_table(findings: PageFindings) -> Table | None:
    """The declared comparisons by other tests; None where none has an interval."""
    found = findings.sensitivity.dropna(subset="t")
    if found.empty:
        return None
    scale = findings.scale
    rows: list[list[Value]] = []
    for row in rows_of(findings.effects.loc[found.index]):
        other = found.loc[row.Index]
        rows.append(
            [
                *level_fields(row),
                value(short(row.reference)),
                *(value(p_value(other[test]), other[test]) for test in TESTS),
                value(f"{row.alpha:.2g}", row.alpha),
                value(_below(other, row.alpha, TESTS if row.paired else INDEPENDENT)),
                value(scale.span(other["bootstrap_low"], other["bootstrap_high"]), other["bootstrap_low"]),
            ]
        )
    heads = [
        *level_heads(findings.study.conditions),
        "Against",
        *_tests_heads(findings),
        "Limit",
        "Below it",
        f"Bootstrap{unit_of(scale)[1]}",
    ]
    caption = "p values by test, each told apart where it is below the limit of its row"
    limits = "Limit: the level at which t judged the row, above."
    signs = (
        "Sign flips: how often a mean as far from zero comes about where each seed’s difference gets a sign by chance."
    )
    permuted = (
        "Permutations: how often a difference as large comes about where scores are dealt to the sides by chance."
    )
    alone = "Bootstrap: a 95 % interval of the gain, for one comparison alone."
    shared = "Only t allows for what splits of one data set share: the others are about this data and other seeds."
    said = [
        limits,
        *([shared] if findings.study.overlap else []),
        *([] if findings.wholly_unpaired else [signs]),
        *([permuted] if findings.unpaired else []),
        alone,
    ]
    note = " ".join(said)
    return table("tests-table", caption, heads, rows, note=note)


def p_value(p: float) -> str:
    """A p value with two digits.

    >>> p_value(0.00003), p_value(0.0382), p_value(0.18), p_value(0.998)
    ('< 0.0001', '0.038', '0.18', '1')
    """
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}" if p < 0.1 else f"{p:.2f}" if p < 0.995 else "1"


def _tests_heads(findings: PageFindings) -> list[str]:
    """`t, Wilcoxon, Sign flips`, or what stands in their place where two sides share no seeds; both where both are."""
    kinds = [*([] if findings.wholly_unpaired else [TESTS]), *([INDEPENDENT] if findings.unpaired else [])]
    heads = [" or ".join(kind[test] for kind in kinds) for test in TESTS]
    return [f"{head[0].upper()}{head[1:]}" if head != "t" else head for head in heads]


def _below(row: pd.Series, limit: float, tests: dict[str, str]) -> str:
    """The tests that tell the two apart: `all three`, `none`, `t and Wilcoxon`."""
    names = [said for test, said in tests.items() if row[test] < limit]
    return {0: "none", len(tests): "all three"}.get(len(names)) or " and ".join(names)


def best_table(findings: PageFindings) -> Table | None:
    """The best cells by validation, each beside the best; None where none has a score."""
    ranked = findings.cells[findings.cells["rank"].notna()].head(MOST_CELLS)
    if ranked.empty:
        return None
    scale, factors = findings.scale, findings.study.varied
    behind = findings.against_best.set_index("cell")
    failed, same = ranked["diverged"].any(), ranked["n"].nunique() == 1
    nothing = ranked["learned_nothing"].any()
    rows = []
    for _, row in ranked.iterrows():
        settings = [
            value("–", math.nan) if absent(factor, row[factor]) else value(short(row[factor]), number(row[factor]))
            for factor in factors
        ]
        row_beside = behind.loc[row["cell"]] if row["cell"] in behind.index else None
        rows.append(
            [
                value(int(row["rank"]), int(row["rank"])),
                *settings,
                value(scale.plain(row["validation_mean"]), row["validation_mean"]),
                value(scale.span(row["validation_min"], row["validation_max"]), row["validation_min"]),
                *([] if same else [value(row["n"], int(row["n"]))]),
                *([_of_runs(row["diverged"], row["ok"] + row["diverged"])] if failed else []),
                *([_of_runs(row["learned_nothing"], row["ok"])] if nothing else []),
                value("–", 0.0) if row_beside is None else value(scale.signed(row_beside["mean"]), row_beside["mean"]),
                _behind(row_beside, scale),
                _beside(row_beside),
            ]
        )
    unit = unit_of(scale)
    heads = [
        "Rank", *(name(factor).capitalize() for factor in factors), f"Mean{unit[0]}", "Seeds from–to",
        *([] if same else ["Seeds"]), *(["Diverged"] if failed else []), *(["Learned nothing"] if nothing else []),
        f"Against the first{unit[1]}", f"Behind the best by at most{unit[1]}", "May be the best",
    ]  # fmt: skip
    cut = len(findings.cells) > len(ranked)
    some = f"The best {len(ranked)} of {len(findings.cells)} configurations" if cut else "All configurations"
    over = f", each over {count(int(ranked['n'].iloc[0]), 'seed')}" if same else ""
    return table(
        "best-table", f"{some} by {scale.label}{over}", heads, rows, sortable=len(rows) > 1, note=_place(findings)
    )


def _place(findings: PageFindings) -> str:
    """Where the baseline ranks, as declared and at its best rate."""
    declared = findings.cells[findings.cells["is_baseline"] & findings.cells["rank"].notna()]
    who = "the whole" if findings.study.design == "leave-one-out" else "the baseline"
    places = [f"{who} ranks {row['rank']:.0f}" for _, row in declared.iterrows()]
    if findings.reference is not None and findings.reference not in set(declared["cell"]):
        row = findings.cell(findings.reference)
        places += [f"{baseline_name(findings)} ranks {row['rank']:.0f}"] if row["rank"] == row["rank"] else []
    text = ", ".join(places)
    if len(findings.cells) == 1 or not text:
        return ""
    order = findings.against_best.sort_values("rank")["apart"].tolist()
    skips = " Whether one may be the best is judged seed by seed, so it need not follow the ranks."
    return f"{text[0].upper()}{text[1:]}.{skips if order != sorted(order) else ''}"


def chosen_table(findings: PageFindings) -> Table | None:
    """The settings of `shown_cell`, or of the best under each condition; None where no cell has a score.

    What is held at nothing at all (no dropout, no early stopping) is left out.
    """
    parts = [part for part in findings.parts if part.best is not None]
    if not parts:
        return None
    study, scale = findings.study, findings.scale
    cells = [part.cell(shown_cell(part)) for part in parts]
    chosen = [
        study.settings | part.study.held | {factor: cell[factor] for factor in part.study.factors}
        for part, cell in zip(parts, cells, strict=True)
    ]
    settings = list(dict.fromkeys([*study.conditions, *study.varied, *study.factors, *study.settings]))
    rows = [
        [
            value(name(setting).capitalize()),
            *(value(levels[setting]) for levels in chosen),
            value("condition" if setting in study.conditions else "varied" if setting in study.varied else "fixed"),
        ]
        for setting in settings
        if (setting in study.varied or study.settings.get(setting) not in IDLE)
        and not all(absent(setting, levels[setting]) for levels in chosen)
    ]
    if not study.conditions:
        return table("chosen-table", chosen_caption(findings), ["Setting", "Value", "In this study"], rows)
    if findings.tested:
        scores = [value(f"{scale.score(part.test['mean'])} {reach(part, part.test)}") for part in parts]
        tests = {
            "Score on the test set": scores,
            "The baseline’s there": [value(_baseline_test(part)) for part in parts],
            "Gain over it there": [value(_test_gain(part)) for part in parts],
        }
        place = len(study.varied)
        rows[place:place] = [[value(said), *fields, value("decides nothing")] for said, fields in tests.items()]
    heads = ["Setting", *(f"With {circumstance(part.study.held)}" for part in parts), "In this study"]
    return table("chosen-table", chosen_caption(findings), heads, rows)


def _baseline_test(findings: PageFindings) -> str:
    """The baseline's score on the test set."""
    if findings.reference is None or not findings.reference_test["n"]:
        return "–"
    return f"{findings.scale.score(findings.reference_test['mean'])} {reach(findings, findings.reference_test)}"


def _test_gain(findings: PageFindings) -> str:
    """The gain over the baseline on the test set, seed by seed."""
    table = findings.test_over_baseline
    if table.empty or not table.iloc[0]["n"]:
        return "–"
    return findings.scale.measured(*table.iloc[0][["mean", "low", "high"]])


def searches_table(findings: PageFindings, searches: Sequence[Search]) -> Table | None:
    """Every search of the space, this one first; None where there is no other."""
    if len(searches) < 2:
        return None
    scale = findings.scale
    rows: list[list[Value]] = []
    for search in searches:
        trials, budget = search.results.trials, search.budget
        best, epochs = (float(budget[column].iloc[-1]) if len(budget) else math.nan for column in ("best", "epochs"))
        fresh = search.confirmed
        reached = (
            "not yet" if fresh is None else f"{scale.plain(fresh['fresh'])} ({scale.span(fresh['low'], fresh['high'])})"
        )
        rows.append(
            [
                value(search.tuner),
                value(len(budget), len(budget)),
                value(len(trials), len(trials)),
                value(f"{epochs:.0f}", epochs),
                value(f"{trials['seconds'].sum():.0f}", float(trials["seconds"].sum())),
                value(scale.plain(best), best),
                value(reached, math.nan if fresh is None else fresh["fresh"]),
            ]
        )
    unit = unit_of(scale)[0]
    tests = " and test examples" if any(search.sealed for search in searches) else ""
    heads = [
        "Tuner", "Cells", "Trials", "Epochs trained", "Seconds of trials", f"Best score seen{unit}",
        f"The same on fresh seeds{tests}{unit}",
    ]  # fmt: skip
    return table("searches-table", f"Searches of this space, by {scale.label}", heads, rows)


def interval(row: NamedRow, scale: Scale) -> str:
    """An interval's two ends, or why there is none."""
    if row.kind == "interval":
        return scale.span(row.low, row.high)
    return {"identical": "no difference", "constant": "same on every seed", "one seed": "one seed"}.get(row.kind, "–")


def _seeds(needed: float) -> str:
    return "–" if math.isnan(needed) else f"over {MOST}" if math.isinf(needed) else f"{needed:.0f}"


def _outcome(outcome: str) -> Value:
    text, role = OUTCOMES[outcome]
    return value(text, None, role)


def _beside(row: pd.Series | None) -> Value:
    if row is None:
        return value("ranks first")
    if row["outcome"] == "one seed":
        return value("one seed: no interval")
    if row["apart"]:
        return value("no")
    return value("yes: identical" if row["outcome"] == "identical" else "yes")


def _behind(row: pd.Series | None, scale: Scale) -> Value:
    """How far a cell can be behind the best, whichever that is."""
    if row is None or not math.isfinite(row["low"]):
        return value("–", math.nan)
    return value(scale.plain(-row["low"]), -row["low"])


def _failure_fields(row: NamedRow, scale: Scale) -> list[Value]:
    """How often both sides of a comparison diverged, and the gain where both trained; a dash where neither did."""
    lost = row.diverged or row.reference_diverged
    ends = f" ({scale.span(row.trained_low, row.trained_high)})" if row.trained_low < row.trained_high else ""
    trained = f"{scale.signed(row.trained_mean)}{ends}" if lost and row.trained_n else "–"
    return [
        _of_runs(row.diverged, row.own_runs),
        _of_runs(row.reference_diverged, row.reference_runs),
        value(trained, row.trained_mean if lost else None),
    ]


def _of_runs(count: int, runs: int) -> Value:
    text = f"{int(count)} of {int(runs)}"
    return value(text, count / max(runs, 1), "bad" if count else "")


def unit_of(scale: Scale) -> tuple[str, str]:
    """What heads of scores and of gains say of their unit."""
    return (" (%)", " (points)") if scale.factor > 1 else ("", "")

"""Two studies, or two runs of one, side by side: what changed in the request, in versions, in results."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.two_runs import two_run_table, varied_in_either
from experiments.errors import RequestError
from experiments.report.pages.templating import Context, render
from experiments.report.tables.table import Table, table, value
from experiments.report.tables.tables import OUTCOMES
from experiments.report.text.scale import scale_of
from experiments.results.results import Results, read_results
from experiments.store.files import write
from experiments.study.labels import text
from experiments.study.words import circumstance, count, file_name, level, name, short, tell_apart

MOST = 200  # cells in the table


def write_comparison(first: Path, second: Path, reports_folder: Path) -> Path:
    """Writes `reports/compare-A-B/index.html` on the results in two folders; returns its path.

    Raises RequestError where results can't be read, or are not of the same metric.
    """
    runs = read_results(first), read_results(second)
    names = dict.fromkeys(name for run in runs for name in run.study.factors)
    with tell_apart([level for run in runs for level in run.study.factors.get(name, ())] for name in names):
        context = comparison(*runs, first.name, second.name)
    page = reports_folder / f"compare-{file_name(first.name)}-{file_name(second.name)}" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    write(page, render("comparison.html", **context))
    return page


def comparison(first: Results, second: Results, first_name: str, second_name: str) -> Context:
    """All that the page shows; `first_name` and `second_name` are what the runs are called."""
    if first.study.primary != second.study.primary:
        raise RequestError(
            f"{first_name} is ranked by {first.study.primary}, {second_name} by {second.study.primary}: "
            "they can't be compared"
        )
    study = replace(second.study, paired=first.study.paired and second.study.paired)
    names: list[str] = varied_in_either(first.study, study)
    if any(name not in run.trials for name in names for run in (first, second)):
        names.clear()  # a factor that one run knows nothing of: no configuration is known to be the same
    compared = two_run_table(first.trials, second.trials, study, names) if names else pd.DataFrame({"n": []})
    tables = [_changes(first, second, first_name, second_name), _versions(first, second, first_name, second_name)]
    if len(compared):
        tables.append(_cells(compared, names, second, first_name, second_name))
    return {
        "first_name": first_name,
        "second_name": second_name,
        "sentence": _sentence(compared, first_name, second_name),
        "facts": _facts({first_name: first, second_name: second}, compared, names),
        "source": f"results/{first_name} and results/{second_name}",
        "tables": [table for table in tables if table],
    }


def _sentence(compared: pd.DataFrame, first_name: str, second_name: str) -> str:
    if not len(compared):
        return f"{first_name} and {second_name} have no configuration in common, so their scores don't compare."
    counts = compared["outcome"].value_counts()
    words = {
        "better": "better", "worse": "worse", "identical": "identical", "not told apart": "not told apart",
        "too uneven": "too uneven to tell",
        "no practical difference": "of no practical difference", "one seed": "with one seed in common",
        "no scores to compare": "without scores to compare", "not run": "not run",
    }  # fmt: skip
    said = [f"{counts[key]} {text}" for key, text in words.items() if key in counts]
    return (
        f"Of {count(len(compared), 'configuration')} in common, {second_name} against {first_name}: {', '.join(said)}."
    )


def _facts(runs: dict[str, Results], compared: pd.DataFrame, names: list[str]) -> list[str]:
    """runs: by what they are called, two."""
    first, second = runs.values()
    facts = []
    for called, run in runs.items() if names else ():
        if extra := run.trials[names].drop_duplicates().shape[0] - len(compared):
            facts.append(f"{count(extra, 'configuration')} of {called} alone.")
    seeds = [set(map(int, run.trials["seed"].unique())) for run in (first, second)]
    if len(compared):
        same = count(len(seeds[0] & seeds[1]), "seed")
        facts.append(f"{same} in common, on which configurations are compared; {len(seeds[0] | seeds[1])} in all.")
        if not compared.loc[compared["n"] > 0, "paired"].any() and (compared["n"] > 0).any():
            facts[-1] = "The two runs share no seeds, so they are compared as independent samples (Welch)."
    if first.manifest.get("backend") != second.manifest.get("backend"):
        facts.append("The backends differ: losses are not the same there, nor are random numbers.")
    if first.manifest.get("data_digest") != second.manifest.get("data_digest"):
        facts.append("The data differ, or were not recorded.")
    return facts


def _changes(first: Results, second: Results, first_name: str, second_name: str) -> Table | None:
    """What the requests hold or vary differently."""
    requests = [_request(run) for run in (first, second)]
    rows = [
        [value(name(key)), value(requests[0].get(key, "–")), value(requests[1].get(key, "–"))]
        for key in dict.fromkeys([*requests[0], *requests[1]])
        if requests[0].get(key) != requests[1].get(key)
    ]
    return (
        table("request-table", "What was asked differently", ["Setting", first_name, second_name], rows)
        if rows
        else None
    )


def _request(run: Results) -> dict[str, str]:
    study = run.study
    found = {"task": study.task, "model": study.model, "design": study.design, "seeds": str(len(study.seeds))}
    found |= study.settings | _question(study)
    for factor, levels in study.factors.items():
        span = study.ranges.get(factor)
        found[factor] = f"{text(span['min'])} to {text(span['max'])}" if span else ", ".join(map(short, levels))
    return found


def _question(study: Declared) -> dict[str, str]:
    """What the question declares, as far as it does."""
    primary = study.primary_comparison
    found = {"smallest effect": study.smallest_effect, "failure score": study.failure_score, "about": study.about}
    declared = {what: str(said) for what, said in found.items() if said not in (None, "")}
    if primary is None:
        return declared
    at = f", with {circumstance(primary.conditions)}" if primary.conditions else ""
    sides = (level(primary.factor, side) for side in (primary.level, primary.against))
    return {"comparison": f"{' against '.join(sides)}{at}"} | declared


def _versions(first: Results, second: Results, first_name: str, second_name: str) -> Table | None:
    kept = [
        {
            **(run.manifest.get("versions") or {}),
            **{key: run.manifest.get(key) for key in ("backend", "machine", "git_revision")},
        }
        for run in (first, second)
    ]
    rows = [
        [value(name(key)), value(kept[0].get(key) or "–"), value(kept[1].get(key) or "–")]
        for key in dict.fromkeys([*kept[0], *kept[1]])
        if kept[0].get(key) != kept[1].get(key)
    ]
    return (
        table("versions-table", "What they ran on differently", ["What", first_name, second_name], rows)
        if rows
        else None
    )


def _cells(compared: pd.DataFrame, names: list[str], second: Results, first_name: str, second_name: str) -> Table:
    cells = compared.rename(columns={"second": "validation_mean", "sd": "validation_sd"})
    scale = scale_of(second.study.primary, second.study.direction, cells, second.study.unit == "share")
    shown = compared.reindex(compared["mean"].abs().sort_values(ascending=False, kind="stable").index).head(MOST)
    rows = []
    for _, row in shown.iterrows():
        span = scale.span(row["low"], row["high"]) if row["kind"] == "interval" else "–"
        outcome, role = OUTCOMES[row["outcome"]]
        rows.append(
            [
                *(value(short(row[factor])) for factor in names),
                value(scale.plain(row["first"]), row["first"]),
                value(scale.plain(row["second"]), row["second"]),
                value(scale.signed(row["mean"]) if row["n"] else "–", row["mean"]),
                value(span, row["low"]),
                value(int(row["n"]), int(row["n"])),
                value(outcome, None, role),
            ]
        )
    unit = "%" if scale.factor > 1 else second.study.primary
    heads = [
        *(name(factor).capitalize() for factor in names), f"{first_name} ({unit})", f"{second_name} ({unit})",
        "Gain", "Interval", "Seeds", "Outcome",
    ]  # fmt: skip
    cut = f", the {MOST} that differ most" if len(compared) > MOST else ""
    level = "each interval is at the level at which it was judged (Holm, 5 % in all)"
    caption = f"Configurations in common{cut}, by {scale.label}; {level}"
    return table("cells-table", caption, heads, rows, sortable=len(rows) > 1)

"""A factor's levels over several studies, each of another task: which rank better, and which can be told apart."""

import math
from pathlib import Path

import pandas as pd

from experiments.analysis.arms import arm
from experiments.analysis.cells import cell_table
from experiments.analysis.intervals import ALPHA
from experiments.analysis.ranks import critical_difference, friedman, rank_table, task_ranks
from experiments.analysis.rows import row_at, rows_of
from experiments.errors import RequestError, unknown
from experiments.report.figures.figure import inline
from experiments.report.figures.ranks import ranks_figure
from experiments.report.pages.templating import Context, render
from experiments.report.tables.table import Table, table, value
from experiments.results.results import Results, read_results
from experiments.store.files import write
from experiments.study.words import count, file_name, join_words, name, short, tell_apart


def write_ranks(factor: str, folders: list[Path], reports_folder: Path) -> Path:
    """Writes `reports/rank-FACTOR/index.html` on the results in some folders; returns its path.

    Raises RequestError where results can't be read, lack the factor or levels in common, or are of one task twice.
    """
    runs = [read_results(folder) for folder in folders]
    with tell_apart(run.study.factors.get(factor, ()) for run in runs):
        context = ranking(factor, runs)
    page = reports_folder / f"rank-{file_name(factor)}" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    write(page, render("ranks.html", **context))
    return page


def ranking(factor: str, runs: list[Results]) -> Context:
    """All that the page shows."""
    levels = _check(factor, runs)
    rows = {_task(run): {level: _score(run, factor, level) for level in levels} for run in runs}
    scores = pd.DataFrame.from_dict(rows, orient="index", columns=levels)
    ranks = task_ranks(scores, pd.Series({_task(run): run.study.sign for run in runs}))
    by_rank, gap = rank_table(ranks), critical_difference(len(levels), len(ranks))
    chi, p = friedman(ranks)
    title = _title(by_rank, p)
    figure = ranks_figure(by_rank, ranks, gap, title)
    return {
        "factor": name(factor),
        "sentence": f"{title}, over {count(len(runs), 'task')}.",
        "facts": _facts(runs, ranks, scores, chi, p),
        "source": ", ".join(f"results/{run.study.name}" for run in runs),
        "figure": inline(figure),
        "caption": figure.caption,
        "tables": [_levels(by_rank), _tasks(scores, ranks, runs)],
    }


def _check(factor: str, runs: list[Results]) -> list[str]:
    """The levels that all runs have."""
    if len(runs) < 2:
        raise RequestError("rank: ranks are over tasks; name two studies or more")
    for run in runs:
        known = [factor for factor in run.study.varied if factor not in run.study.ranges]
        if factor not in known:
            raise RequestError(unknown(f"rank: {run.study.name}: factor", factor, known))
        if run.study.design == "random":
            raise RequestError(
                f"rank: {run.study.name}: its design is random, which has no cells that stand for levels"
            )
    tasks = [_task(run) for run in runs]
    if twice := next((task for task in tasks if tasks.count(task) > 1), None):
        raise RequestError(f"rank: {twice} is the task of more than one of these studies; it would count twice")
    levels = [
        own_level
        for own_level in runs[0].study.factors[factor]
        if all(own_level in run.study.factors[factor] for run in runs)
    ]
    if len(levels) < 2:
        raise RequestError(
            f"rank: the studies have {count(len(levels), 'level')} of {factor} in common, needed are two"
        )
    return levels


def _task(run: Results) -> str:
    return run.study.task


def _score(run: Results, factor: str, level: str) -> float | None:
    """The mean score of the level, failures at their cost and others at the baseline; None if it never trained."""
    cells = cell_table(run.trials, run.study)
    cell = arm(cells, run.study, {factor: level})
    if cell is None:
        return None
    row = row_at(cells.set_index("cell"), cell)
    return float(row["validation_mean"]) if row["ok"] else None


def _title(found: pd.DataFrame, p: float) -> str:
    best = found.iloc[0]
    worse = [short(own_level) for own_level in best["apart_from"]]
    ahead = f"{short(best['level'])} has the best average rank"
    if not p < ALPHA:
        return f"No level is shown to rank better; {ahead}"
    if not worse:
        return f"Ranks differ, but no level is shown to rank worse than the first; {ahead}"
    return f"{short(best['level'])} ranks better than {join_words(worse)}"


def _facts(runs: list[Results], ranks: pd.DataFrame, scores: pd.DataFrame, chi: float, p: float) -> list[str]:
    n, k = ranks.shape
    facts = [
        f"Whether ranks differ at all, Friedman’s test: χ²({k - 1}) = {chi:.2f} with ties taken into account, p = "
        f"{p:.2g} by permutation of the ranks within tasks, which is exact for few tasks too. A rank is that of the "
        "mean validation score over a study’s seeds, each level with the other factors at the baseline and, where "
        "rates are tuned, at its own best rate. Ranks say how often a level is ahead, not by how much: that is on the "
        "studies’ own pages."
    ]
    if math.factorial(k) ** (1 - n) > ALPHA:
        facts.append(
            f"{n} tasks are too few: with {count(k, 'level')}, p is above {ALPHA} even where all tasks rank them alike."
        )
    if lost := int(scores.isna().to_numpy().sum()):
        facts.append(f"{count(lost, 'level')} of a task did not train on every seed, and is ranked last there.")
    metrics = {run.study.primary for run in runs}
    if len(metrics) > 1:
        facts.append(f"The studies are ranked by different metrics: {', '.join(map(name, sorted(metrics)))}.")
    return facts


def _levels(by_rank: pd.DataFrame) -> Table:
    rows = [
        [
            value(short(row.level)),
            value(f"{row.mean_rank:.2f}", row.mean_rank),
            value(row.best_on, row.best_on),
            value(", ".join(map(short, row.apart_from)) or "–"),
        ]
        for row in rows_of(by_rank)
    ]
    heads = ["Level", "Average rank", "Best on", "Told apart from"]
    return table("ranks-table", "Levels by their average rank", heads, rows)


def _tasks(scores: pd.DataFrame, ranks: pd.DataFrame, runs: list[Results]) -> Table:
    rows = []
    for run in runs:
        task = _task(run)
        cells = []
        for score, rank in zip(row_at(scores, task), row_at(ranks, task)[scores.columns], strict=True):
            said = "–" if pd.isna(score) else f"{score:.4g}"
            cells.append(value(f"{said} ({rank:g})", rank))
        rows.append([value(task), value(run.study.name), value(name(run.study.primary)), *cells])
    heads = ["Task", "Study", "Metric", *map(short, scores.columns)]
    return table("tasks-table", "Mean validation score and, in brackets, rank on every task", heads, rows)

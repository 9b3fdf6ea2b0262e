"""Page, notebook, figures, choice of rates, runner and search: one rule of what is best, failures at a cost."""

import json

import pytest

from experiments.analysis.arms import arm
from experiments.analysis.rates import rate_table
from experiments.api import Results
from experiments.report.page_findings import PageFindings
from experiments.report.tables.tables import best_table, effects_table
from experiments.report.text.answer import answer
from experiments.report.text.choice import choice
from experiments.results.results import read_results
from experiments.run.best import best_trial
from experiments.store.csvs import csv_text, in_order
from experiments.study.columns import trial_columns
from experiments.study.study_table import read
from experiments.tune.search import Search
from tests.experiments.report.tables.test_tables import column

CONSTANT = 0.5

RATES = [0.001, 0.01]


def study(seeds=4, **changes):
    factors = {"activation": ["relu", "tanh"], "learning_rate": RATES}
    return read({"name": "best", "task": "xor", "factors": factors, "seeds": seeds, "epochs": 1, **changes})


def rows(made, scores):
    """scores: activation and rate → a score per seed; None for diverged, "failed", "-" for no row."""
    found = []
    for trial in made.trials:
        labels = made.labels(trial.settings)
        score = scores[labels["activation"], float(labels["learning_rate"])][trial.seed]
        if score == "-":
            continue
        status = {None: "diverged", "failed": "failed"}.get(score, "ok")
        row = {"study": made.name, "trial": trial.id, "cell": trial.cell, "seed": trial.seed, "task": made.task}
        row |= {"model": made.model, **labels, "status": status, "epochs_run": 1, "seconds": 1.0}
        row |= {} if status == "failed" else {"constant_score": CONSTANT}
        row |= {"validation_accuracy": score, "test_accuracy": score} if status == "ok" else {}
        found.append(row)
    return found


def written(made, some, folder):
    manifest = {"study": made.describe(), "primary": made.primary, "direction": made.direction}
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    columns = trial_columns(made.settings, made.metrics)
    (folder / "trials.csv").write_text(csv_text(columns, in_order(some, made.settings)), encoding="utf-8")
    return folder


CASES = {
    "one failure of a far better cell": ({("tanh", 0.01): [0.95, 0.96, None, 0.97]}, ("tanh", 0.01), 3),
    "failures that cost more than the cell gains": ({("tanh", 0.01): [0.95, None, None, 0.97]}, ("relu", 0.01), 3),
    "the best rate of a level fails once": (
        {("tanh", 0.01): [0.95, 0.96, None, 0.97], ("tanh", 0.001): [0.85, 0.85, 0.86, 0.85]}, ("tanh", 0.001), 2,
    ),
    "a crash, and an easy seed that it lacks": (
        {("tanh", 0.01): [0.81, 0.82, 0.81, "failed"], ("relu", 0.01): [0.80, 0.81, 0.80, 0.99],
         ("tanh", 0.001): [0.6, 0.6, 0.6, 0.79], ("relu", 0.001): [0.6, 0.6, 0.6, 0.79]}, ("tanh", 0.01), 1,
    ),
    "an interrupted run": ({("tanh", 0.01): [0.81, 0.82, 0.81, "-"], ("tanh", 0.001): [0.6, 0.6, 0.6, "-"]},
                           ("tanh", 0.01), 1),
    "a cell that never trained, and a constant that beats the rest": (
        {("tanh", 0.01): [None] * 4, ("relu", 0.01): [0.4, 0.41, 0.4, 0.4], ("relu", 0.001): [0.3] * 4,
         ("tanh", 0.001): [0.3] * 4}, ("relu", 0.01), 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_everything_names_one_cell_and_one_trial(case, tmp_path) -> None:
    changed, best, seed = CASES[case]
    made = study()
    scores = {("relu", 0.001): [0.7] * 4, ("tanh", 0.001): [0.7] * 4, ("relu", 0.01): [0.79, 0.8, 0.8, 0.81]}
    some = rows(made, scores | changed)
    folder = written(made, some, tmp_path / "best")
    page, notebook = PageFindings(read_results(folder)), Results(folder)
    trial = best_trial(made, some)
    assert page.best_trial == notebook.best()["trial"] == trial
    row = next(row for row in some if row["trial"] == trial)
    assert (row["activation"], float(row["learning_rate"]), row["seed"]) == (*best, seed)
    levels = [best[0], str(best[1])]
    assert notebook.cells()[["activation", "learning_rate"]].iloc[0].tolist() == levels
    assert [field.text for field in best_table(page).rows[0][1:3]] == levels
    drawn = rate_table(page.cells, page.study, "activation")
    assert drawn.loc[drawn["chosen"] & drawn["level"].eq(best[0]), "learning_rate"].tolist() == [best[1]]
    assert arm(page.cells, page.study, {"activation": best[0]}) == row["cell"]
    assert notebook.frame.loc[notebook.frame["status"].eq("diverged"), "validation_accuracy"].isna().all()


def test_a_search_is_told_the_cost_that_a_row_knows() -> None:
    search = Search(study(2), "random", max_trials=3)
    cells = list(dict.fromkeys(trial.cell for trial in search.next([]).trials))
    ok = {"status": "ok", "validation_accuracy": 0.9}
    rows = [
        {"cell": cells[0], "seed": 0, **ok},
        {"cell": cells[0], "seed": 1, "status": "diverged", "constant_score": 0.5},
        {"cell": cells[1], "seed": 0, "constant_score": 0.5, **ok},
        {"cell": cells[1], "seed": 1, "status": "diverged"},
        {"cell": cells[2], "seed": 0, **ok},
        {"cell": cells[2], "seed": 1, "status": "failed"},
    ]
    assert search._scores(rows) == {cells[0]: 0.7}, "what other rows know may come later, and would change it"


LEVELS = {"factors": {"activation": ["relu", "tanh"]}, "learning_rate": 0.01, "design": "one-factor"}


@pytest.mark.parametrize("failure_score", [None, 0.75])
def test_what_fails_on_half_of_its_seeds_is_never_recommended_without_that(failure_score, tmp_path) -> None:
    asked = {} if failure_score is None else {"question": {"failure_score": failure_score}}
    made = study(10, **LEVELS, **asked)
    relu, tanh = [0.8 + seed / 1000 for seed in range(10)], [0.97 - seed / 1000 for seed in range(10)]
    some = rows(made, {("relu", 0.01): relu, ("tanh", 0.01): [*tanh[:5], *[None] * 5]})
    page = PageFindings(read_results(written(made, some, tmp_path / "best")))
    told, row = answer(page), page.effects.iloc[0]
    told_failures = "tanh diverged on 5 of 10 seeds (24 to 76 %), the baseline on 0 of 10 seeds (0 to 28 %)"
    assert any(
        told_failures in sentence and "where both train (5 of 10 seeds) tanh gains" in sentence
        for sentence in told.more
    )
    cost = CONSTANT if failure_score is None else failure_score
    assert row["mean"] == pytest.approx((sum(tanh[:5]) + 5 * cost) / 10 - sum(relu) / 10)
    assert ("tanh" in choice(page).text) == ("5 of 10 seeds" in choice(page).text)
    assert choice(page).cell == page.reference
    table = effects_table(page)
    assert column(table, "Diverged") == ["5 of 10"]
    assert column(table, "Against diverged") == ["0 of 10"]
    assert column(table, "Where both train")[0].startswith("+16")


def test_what_is_recommended_although_it_failed_is_told_with_that(tmp_path) -> None:
    made = study(12, **LEVELS)
    relu, tanh = [0.52 + seed / 1000 for seed in range(12)], [0.97 - seed / 1000 for seed in range(12)]
    some = rows(made, {("relu", 0.01): relu, ("tanh", 0.01): [None, *tanh[1:]]})
    page = PageFindings(read_results(written(made, some, tmp_path / "best")))
    assert choice(page).text.startswith(
        "Use the baseline with tanh, shown to be better than the baseline. It diverged on 1 of 12 seeds, what it is "
        "compared with on 0 of 12 seeds; where both train (11 of 12 seeds) it gains 43"
    )
    assert "12 seeds (diverged: 1 against 0)" in answer(page).sentence


def test_what_ranks_first_for_the_baselines_failures_alone_is_told_so(tmp_path) -> None:
    made = study(6, **LEVELS | {"design": "grid"})
    scores = {
        ("relu", 0.01): [None, *[0.81 + seed / 1000 for seed in range(5)]],
        ("tanh", 0.01): [0.8 + seed / 999 for seed in range(6)],
    }
    page = PageFindings(read_results(written(made, rows(made, scores), tmp_path / "best")))
    assert answer(page).sentence.startswith(
        "tanh ranks first of 2 configurations because the baseline’s relu diverged on 1 of 6 seeds; where both train "
        "(5 of 6 seeds) it loses 0.9"
    )
    assert choice(page).text == (
        "tanh ranks first because the baseline diverged on 1 of 6 seeds; where both train it is not shown to be better."
    )

"""What a page says of two sides that share no seeds, or only some: never a win seed by seed."""

import pytest

from experiments.report.figures.effects import effects_figure
from experiments.report.page_findings import PageFindings
from experiments.report.pages.comparison_page import comparison
from experiments.report.pages.paper import how_found
from experiments.report.pages.study_page import facts, setup
from experiments.report.tables.tables import effects_table, other_tests_table
from experiments.report.text.answer import answer
from experiments.report.text.caveats import caveats
from experiments.report.text.methods import methods
from experiments.report.text.trained import describe_training
from experiments.results.results import Results
from tests.experiments.report.conftest import TWO, shifted
from tests.experiments.report.found import found_in
from tests.experiments.report.results_folder import declared_study, manifest_of, trial_rows
from tests.experiments.report.tables.test_tables import column

FACTORS = {"activation": ["relu", "tanh"]}


def of(keep, **manifest) -> PageFindings:
    """Two activations over 8 seeds, as far as `keep` wants their rows."""
    rows = trial_rows(TWO, range(8), shifted)
    rows = rows[[keep(row) for row in rows.itertuples()]]
    trials, study = declared_study(rows, factors=FACTORS, **manifest)
    return PageFindings(Results(study, manifest_of(rows, factors=FACTORS, **manifest), trials))


def test_two_sides_without_a_common_seed_are_compared_by_welch_and_the_page_says_so(results) -> None:
    findings = found_in(results / "own-seeds")
    row = findings.effects.iloc[0]
    text = answer(findings).sentence
    assert "10 runs against 8 others" in text
    assert "never trained" not in text
    assert any(
        caveat.startswith("The two sides share no seeds, so they are compared as independent samples (Welch)")
        for caveat in caveats(findings)
    )
    said = " ".join(methods(findings))
    assert "Welch’s t of two independent samples (unequal variances, degrees of freedom by Satterthwaite)" in said
    assert "seed by seed" not in said
    table = effects_table(findings)
    assert "Seeds won" not in [head for head, _ in table.heads]
    assert column(table, "Runs") == ["10 and 8"]
    tests = other_tests_table(findings)
    assert [head for head, _ in tests.heads][3:6] == ["Welch", "Mann–Whitney", "Permutations"]
    figure = effects_figure(findings)
    assert figure.caption.startswith("A dot is the difference of the two sides’ means")
    assert f"10 and 8 runs), {row['outcome']}" in figure.alt
    assert "Welch’s t intervals" in how_found(findings)


def test_seeds_that_one_side_alone_has_are_counted() -> None:
    findings = of(lambda row: row.seed < 6 if row.activation == "relu" else row.seed > 1)
    assert any(
        "In the comparison, 4 seeds that only one side has are left out: it is made on those in common." in caveat
        for caveat in caveats(findings)
    )
    assert "on each of 4 seeds" in answer(findings).sentence
    assert not findings.unpaired


def test_equal_seeds_that_share_nothing_are_no_pairs() -> None:
    findings = of(lambda row: True, imported={"kind": "table", "path": "t.csv", "paired": False})
    assert findings.wholly_unpaired
    assert "8 runs against 8 others" in answer(findings).sentence
    # places of rows, which the table's seeds are then, are no seeds
    assert "seeds" not in dict(facts(findings))
    assert "A trial is one run of a configuration" in describe_training(findings)
    assert not any("seeds are few" in caveat for caveat in caveats(findings))


def test_one_seed_on_a_side_has_no_interval_and_says_so() -> None:
    findings = of(lambda row: (row.seed == 7) == (row.activation == "tanh"))
    text = answer(findings).sentence
    assert text.startswith("With one run on a side nothing can be told apart")
    assert findings.effects.iloc[0]["outcome"] == "one seed"


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (lambda cell, seed: "failed" if cell["activation"] == "relu" else 0.9, "has no score (all 8 trials failed)"),
        (lambda cell, seed: None if cell["activation"] == "relu" else 0.9, "never trained (8 of 8 trials diverged)"),
    ],
)
def test_a_baseline_without_a_score_is_told_with_the_reason(score, said) -> None:
    rows = trial_rows(TWO, range(8), score)
    trials, study = declared_study(rows, factors=FACTORS)
    findings = PageFindings(Results(study, manifest_of(rows, factors=FACTORS), trials))
    assert answer(findings).sentence.endswith(f"the baseline {said}.")


def test_two_runs_without_a_common_seed_are_independent_samples() -> None:
    one, other = (of(keep) for keep in (lambda row: row.seed < 4, lambda row: row.seed > 3))
    page = comparison(one.results, other.results, "one", "other")
    assert "The two runs share no seeds, so they are compared as independent samples (Welch)." in page["facts"]


def test_rates_that_are_names_are_levels_like_any_other(results) -> None:
    findings = found_in(results / "rate-names")
    assert not findings.tuned
    assert set(findings.effects["factor"]) == {"activation", "learning_rate"}
    told = "Of the learning rates, “auto” is not a number above 0: curves over rates are left out"
    assert any(caveat.startswith(told) for caveat in caveats(findings))


def test_the_direction_of_the_score_is_told(results) -> None:
    assert "by validation accuracy (higher is better)" in setup(found_in(results / "planted"))
    lower = "by validation mean absolute error (lower is better)"
    assert lower in setup(found_in(results / "regression"))

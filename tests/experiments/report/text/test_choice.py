"""What to use: what is shown to be better is recommended, nothing else."""

import pytest

from experiments.report.page_findings import PageFindings
from experiments.report.text.choice import choice, chosen_caption, code_text, shown_cell, use_text
from tests.experiments.report.conftest import EVERY
from tests.experiments.report.found import found_in


def of(results, name: str) -> PageFindings:
    return found_in(results / name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("planted", "Use tanh · cross_entropy · learning rate 0.003, shown to be better than the tuned baseline "
         "(learning rate 0.003). Not ruled out, or close: tanh · huber(delta=0.5) · learning rate 0.003, sigmoid · "
         "cross_entropy · learning rate 0.03 (2 of 5 seeds diverged) and sigmoid · huber(delta=0.5) · learning rate "
         "0.03 (2 of 5 seeds diverged); of these choose what is simplest or fastest."),
        ("one-factor", "Use the baseline with tanh, shown to be better than the baseline."),
        ("few-draws", "Use tanh · learning rate 0.0158 · dropout 0.0138: each of the others is shown to be worse."),
        ("interrupted", "Use tanh · cross_entropy · learning rate 0.003, shown to be better than the tuned baseline "
         "(learning rate 0.003). Not ruled out, or close: 14 of 17 others (in the table “The best configurations”); "
         "of these choose what is simplest or fastest."),
    ],
)  # fmt: skip
def test_what_is_shown_to_be_better_is_recommended(results, name: str, text: str) -> None:
    findings = of(results, name)
    assert choice(findings).text == text
    assert choice(findings).cell == findings.best["cell"]
    assert chosen_caption(findings) == "The recommended configuration"
    assert code_text(findings).startswith("The recommended configuration written out; ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("noisy", "Keep the baseline, relu, or choose what is simplest or fastest among tanh and relu. tanh ranks "
         "first, not shown to be better."),
        ("close", "Keep the baseline, relu, or choose what is simplest or fastest among tanh and relu. tanh ranks "
         "first, by less than 0.5 points."),
        ("one-seed", "Keep the tuned baseline, relu · cross_entropy · learning rate 0.003, or "
         "choose what is simplest or fastest. tanh · cross_entropy · learning rate 0.003 ranks first, not shown to be "
         "better."),
    ],
)  # fmt: skip
def test_where_nothing_is_shown_to_be_better_the_baseline_is_kept(results, name: str, text: str) -> None:
    findings = of(results, name)
    assert choice(findings).text == text
    assert choice(findings).cell == findings.reference == shown_cell(findings)
    assert chosen_caption(findings) == "The recommended configuration"
    assert code_text(findings).startswith("The recommended configuration written out; ")
    assert code_text(findings).endswith(" For what ranks first write tanh instead of relu.")


def test_where_nothing_is_recommended_what_ranks_first_is_written_out(results) -> None:
    findings = of(results, "random")
    assert choice(findings).cell is None
    assert shown_cell(findings) == findings.best["cell"]
    assert chosen_caption(findings) == "The configuration that ranks first"
    assert "recommended" not in code_text(findings)


def test_a_baseline_that_ranks_first_is_kept_and_its_equals_named(results) -> None:
    assert choice(of(results, "leave-one-out")).text == (
        "Keep the whole: nothing ranks above it. Not ruled out, or close: without dropout and without "
        "regularizer; of these choose what is simplest or fastest."
    )


def test_under_conditions_there_is_a_choice_under_each(results) -> None:
    assert use_text(of(results, "conditions")) == (
        "With share 0: keep the baseline, mean_squared_error: nothing ranks above it. With share 0.2: use huber, by "
        "itself shown to be better than the baseline."
    )


@pytest.mark.parametrize("name", EVERY)
def test_recommended_is_said_of_nothing_that_is_not_shown(results, name: str) -> None:
    findings = of(results, name)
    text = use_text(findings)
    if findings.best is None or len(findings.cells) == 1:
        assert text == ""
    elif not findings.study.conditions:
        assert text.startswith(("Use ", "Keep ")) == (choice(findings).cell is not None)
        assert ("not shown to be better" in text) <= (choice(findings).cell != findings.best["cell"])


def test_the_saved_model_has_a_subject(results, monkeypatch) -> None:
    findings = of(results, "planted")
    best = findings.trials[findings.trials["trial"] == findings.best_trial].iloc[0]
    monkeypatch.setitem(findings.results.manifest, "best", best["trial"])  # other tests find it as it was
    saved = f"results/planted/best.keras is the model of what ranks first, trained with seed {best['seed']}."
    assert use_text(findings).endswith(saved)

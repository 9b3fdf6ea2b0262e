"""The first sentence of every kind of study."""

import re

import pytest
from scipy import stats

from experiments.report.page_findings import PageFindings
from experiments.report.text.answer import answer
from experiments.results.results import read_results
from tests.experiments.analysis.stretched import stretched
from tests.experiments.report.conftest import EVERY
from tests.experiments.report.found import found_in
from tests.experiments.report.results_folder import GRID, cells_of, manifest_of, planted, trial_rows, write_results


def of(results, name: str):
    return answer(found_in(results / name))


def test_a_grid_names_what_beats_the_baseline_by_how_much_and_how_sure(results) -> None:
    found = of(results, "planted")
    assert found.sure
    assert found.sentence == (
        "tanh beats the tuned baseline’s relu, both with cross_entropy and learning rate 0.003, by 1.7 "
        "points of validation accuracy (1.1 to 2.3), 5 of 5 seeds, digits, 4 epochs: the only one of 17 other "
        "configurations that is shown to beat it."
    )
    assert any(
        "On the test set, which decides nothing here, the best one scores 91.2" in sentence for sentence in found.more
    )


def test_the_baseline_and_the_baseline_at_its_best_rate_have_names_of_their_own(results) -> None:
    assert of(results, "planted").more[0] == (
        "The baseline is relu · cross_entropy · learning rate 0.0003, as the study declares it. Learning rates are "
        "tuned, so levels are compared with the tuned baseline, the same at its own best rate, 0.003; rates "
        "themselves are compared with 0.0003."
    )
    assert of(results, "one-factor").more[0] == (
        "The baseline is relu · adam · learning rate 0.001, as the study declares it."
    )
    assert of(results, "leave-one-out").more[0].startswith("The whole is relu · l2 · dropout 0.2, ")
    assert of(results, "conditions").more[0] == "The baseline is mean_squared_error, as the study declares it."
    assert "baseline" not in " ".join(of(results, "random").more)


def test_the_baselines_test_score_stands_beside_the_best_ones(results) -> None:
    trials = read_results(results / "planted").trials
    one = trials[(trials["loss"] == "cross_entropy") & (trials["learning_rate"] == "0.003")]
    scores = one.pivot(index="seed", columns="activation", values="test_accuracy") * 100
    interval = stats.ttest_rel(scores["tanh"], scores["relu"]).confidence_interval(1 - 0.05 / 17)  # chosen among 18
    (told,) = [said for said in of(results, "planted").more if said.startswith("On the test set")]
    assert "the tuned baseline (learning rate 0.003) 89.5\N{NO-BREAK SPACE}% (" in told
    said = re.search(r"a gain of ([\d.]+) points \(([\d.]+) to ([\d.]+)\) seed by seed, an interval that allows", told)
    expected = ((scores["tanh"] - scores["relu"]).mean(), interval.low, interval.high)
    assert [float(number) for number in said.groups()] == pytest.approx(expected, abs=0.0501)


def test_a_difference_too_small_to_matter_is_no_win(results) -> None:
    found = of(results, "close")
    assert found.sentence.startswith("No configuration makes a practical difference: ")
    assert (
        "gains 0.1 points of validation accuracy (0.1 to 0.1), 12 of 12 seeds, less than 0.5 points" in found.sentence
    )
    close = "The other one can be ruled out as the best; it is shown to be less than 0.5 points behind it"
    assert any(sentence.startswith(close) for sentence in found.more)


def test_where_an_effect_turns_round_there_is_no_one_answer(results) -> None:
    found = of(results, "turning")
    (said,) = [sentence for sentence in found.more if sentence.startswith("It depends: ")]
    gained = re.search(r"tanh gains ([\d.]+) points with huber and loses ([\d.]+) points with cross_entropy", said)
    assert [float(number) for number in gained.groups()] == pytest.approx([4, 3], abs=0.25)
    assert not any("worse than the baseline’s level: tanh" in sentence for sentence in found.more)
    effects = found_in(results / "turning").effects.set_index("level")["outcome"]
    assert effects.to_dict() == {"tanh": "depends", "huber": "no practical difference"}
    assert not any("It depends" in sentence for sentence in of(results, "planted").more)


def test_its_numbers_are_those_of_scipy(results) -> None:
    trials = read_results(results / "planted").trials
    one = trials[(trials["loss"] == "cross_entropy") & (trials["learning_rate"] == "0.003")]
    scores = one.pivot(index="seed", columns="activation", values="validation_accuracy") * 100
    table = found_in(results / "planted").effects
    test = stats.ttest_rel(scores["tanh"], scores["relu"])
    (row,) = found_in(results / "planted").over_baseline.itertuples()
    interval = test.confidence_interval(1 - 0.05 * 0.6 / (5 - (table["p"] < row.p).sum()))
    said = re.search(
        r"by ([\d.]+) points of validation accuracy \(([\d.]+) to ([\d.]+)\)", of(results, "planted").sentence
    )
    expected = ((scores["tanh"] - scores["relu"]).mean(), *stretched(row, test, interval)[1:])
    assert [float(number) for number in said.groups()] == pytest.approx(expected, abs=0.0501)


def test_a_regression_gains_where_the_error_falls(results) -> None:
    found = of(results, "regression")
    assert found.sentence.startswith("tanh beats the tuned baseline’s relu, both with")
    assert "by 0.017 in validation mean absolute error (0.011 to 0.023)" in found.sentence


def test_single_changes(results) -> None:
    one, out = of(results, "one-factor"), of(results, "leave-one-out")
    assert one.sentence.startswith("tanh beats relu by 3.")
    assert "8 of 8 seeds, digits, 4 epochs: the most useful of 3 changes to the baseline." in one.sentence
    assert any(text.startswith("Shown to hurt: sgd (−") for text in one.more)
    assert out.sentence.startswith("Replacing relu with linear costs ")
    assert "6 of 6 seeds" in out.sentence


def test_a_condition_is_no_choice(results) -> None:
    found = of(results, "conditions")
    assert found.sentence.startswith("It depends on the share: huber beats mean_squared_error by 5.")
    assert found.sentence.endswith("5 of 5 seeds, outliers, 4 epochs, with share 0.2.")
    assert any(text.startswith("Shown to be worse: huber with share 0 (−") for text in found.more)
    assert "Ranked first on validation: mean_squared_error with share 0 and huber with share 0.2." in found.more


def test_random_draws_have_nothing_to_compare_with(results) -> None:
    assert "ranks first of 15 draws on validation" in of(results, "random").sentence
    assert "on one seed, so there is no interval" in of(results, "random-one-seed").sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("all-diverged", "Every one of the 36 trials diverged, so there is no score to compare and no answer."),
        ("all-failed", "Every one of the 36 trials failed with an error, so there is no answer yet."),
        ("diverged-or-failed", "None of 36 trials gave a score, so there is no answer: 18 diverged and 18 failed."),
        ("one-trial-diverged", "The one trial diverged, so there is no score to compare and no answer."),
        ("one-trial", "on one seed (digits, 4 epochs): there is no interval, and nothing to compare it with."),
        ("one-level", "there is nothing to compare it with."),
        ("one-seed", "With one seed nothing can be told apart: "),
        ("conditions-one-seed", "gains 4.9 points of validation accuracy on one seed, so there is no interval"),
        ("conditions-diverged", "does not show a level better than the baseline’s: huber with share 0 loses 2.9"),
        ("identical", "Nothing can be told apart: all 18 configurations have the same validation accuracy, 100.0"),
        ("empty", "No trial has run yet, so there is no answer."),
    ],
)
def test_what_cannot_be_answered_says_so(results, name: str, words: str) -> None:
    assert words in of(results, name).sentence


def test_a_constant_difference_on_few_seeds_is_not_called_shown(results) -> None:
    found = of(results, "rates-only")
    assert not found.sure
    assert "on each of 3 seeds, too few for an interval without any spread" in found.sentence


def made(folder, score, seeds=5, **manifest):
    trials = trial_rows(cells_of("grid", GRID, {}, {}), range(seeds), score)
    place = write_results(folder / "made", trials, manifest_of(trials, name="made", **manifest))
    return answer(PageFindings(read_results(place)))


def test_the_baseline_may_be_the_best(tmp_path) -> None:
    found = made(tmp_path, planted, baseline={"activation": "tanh"})
    assert found.sentence.startswith(
        "The tuned baseline, with cross_entropy, beats the next best, huber(delta=0.5), both with tanh and "
    )


def test_nothing_is_shown_on_noise(tmp_path) -> None:
    noise = [0.003, -0.002, 0.004, -0.001, 0.002, 0.0]
    found = made(tmp_path, lambda cell, seed: 0.9 + noise[(seed * 5 + len(str(cell)) * 3) % 6], seeds=4)
    assert not found.sure


def test_a_baseline_without_a_score_is_said_with_the_reason(tmp_path) -> None:
    found = made(tmp_path, lambda cell, seed: None if cell["activation"] == "relu" else planted(cell, seed))
    assert "5 of 5 seeds (diverged: 0 against 5)" in found.sentence, "it counts with what a failure costs"
    crashed = made(tmp_path, lambda cell, seed: "failed" if cell["activation"] == "relu" else planted(cell, seed))
    assert crashed.sentence.endswith("; the baseline has no score (all 5 trials failed).")


def test_a_baseline_that_diverged_once_is_said(tmp_path) -> None:
    def score(cell, seed):
        return None if (cell["activation"], cell["loss"], seed) == ("relu", "cross_entropy", 1) else planted(cell, seed)

    found = made(tmp_path, score)
    assert "5 of 5 seeds (diverged: 0 against 1)" in found.sentence


@pytest.mark.parametrize("name", EVERY)
def test_every_answer_is_one_sentence_without_holes(results, name: str) -> None:
    found = of(results, name)
    for sentence in (found.sentence, *found.more):
        assert sentence.endswith(".")
        assert not re.search(r"nan|None(?! of)|–|  |\.\.|,\.|inf\b", sentence), sentence

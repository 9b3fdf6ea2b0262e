"""The answer of a study that declares its comparison: its verdict, whatever ranks first."""

import numpy as np
import pytest

from experiments.report.text.answer import answer
from experiments.report.text.choice import choice, use_text
from experiments.results.follow_ups import FollowUps
from tests.experiments.report.asking import TANH, asking
from tests.experiments.report.results_folder import GRID, cells_of, declared_study, hash_of, planted, trial_rows

HUBER = "huber(delta=0.5)"
SINGLE = {"activation": ["relu", "tanh", "sigmoid"]}


def scored(tanh, spread=0.004):
    """relu at 0.9 and sigmoid 5 points above, tanh by so much above relu."""

    def score(levels, seed):
        gain = {"relu": 0.0, "tanh": tanh, "sigmoid": 0.05}[levels["activation"]]
        return 0.9 + gain + np.random.default_rng([3, seed, hash_of(levels)]).normal(0, spread)

    return score


def test_the_verdict_is_on_what_was_asked_though_something_else_ranks_first():
    found = answer(asking(factors=SINGLE, score=scored(0.02)))
    assert found.sure
    assert found.sentence.startswith("tanh beats relu by 1.")
    assert "sigmoid" not in found.sentence
    assert found.beside[0].startswith("sigmoid ranks first of 3 configurations on validation")
    assert not any("ranks first" in sentence for sentence in found.more)
    assert found.more[0] == (
        "The comparison was declared before the first trial (2026-11-24 09:59 UTC): tanh against relu."
    )


@pytest.mark.parametrize(
    ("gain", "spread", "sentence", "sure"),
    [
        (-0.02, 0.004, "relu beats tanh by 2.", True),
        (0.0, 0.001, "tanh makes no practical difference against relu: it ", True),
        (0.004, 0.02, "tanh is not shown to be better or worse than relu: it ", False),
        (0.0, 0.0, "tanh and relu cannot be told apart: between them lies nothing: the same validation", False),
    ],
)
def test_every_outcome_has_its_sentence(gain, spread, sentence, sure):
    found = answer(asking(factors=SINGLE, score=scored(gain, spread)))
    assert found.sentence.startswith(sentence)
    assert found.sure == sure


def test_an_open_question_says_how_many_seeds_would_tell():
    found = asking(factors=SINGLE, score=scored(0.004, 0.02))
    (said,) = [sentence for sentence in answer(found).more if sentence.startswith("As far as these lie apart")]
    assert f"about {found.primary['seeds_needed']:.0f} seeds would find a difference of 0.5 points" in said
    assert found.primary["seeds_needed"] > 100
    assert not any("four times in five" in sentence for sentence in answer(asking()).more)


def test_one_seed_shows_nothing():
    found = answer(asking(factors=SINGLE, score=scored(0.02), seeds=1))
    assert not found.sure
    assert "on one seed, so there is no interval" in found.sentence


def test_a_side_that_is_not_there_leaves_no_answer():
    gone = answer(asking(TANH | {"level": "gelu"}, factors=SINGLE, score=scored(0.02)))
    assert gone.sentence == "There is no answer yet: gelu did not run."
    failing = answer(
        asking(factors=SINGLE, score=lambda cell, seed: "failed" if cell["activation"] == "tanh" else 0.9 + seed / 100)
    )
    assert failing.sentence == "There is no answer yet: tanh has no score (all 8 trials failed)."


def test_conditions_and_rates_are_told():
    found = answer(asking(TANH | {"conditions": {"loss": HUBER}}))
    assert found.sentence.endswith(f"8 of 8 seeds, digits, 4 epochs, with {HUBER}.")
    assert found.more[0].endswith(
        f"tanh against relu, both with {HUBER}, each at its own best learning rate, which is 0.003 for both."
    )
    fixed = answer(asking(TANH | {"conditions": {"learning_rate": 0.03}}))
    assert fixed.more[0].endswith("tanh against relu, both with cross_entropy and learning rate 0.03.")


def test_other_levels_follow_but_not_what_was_asked_once_more():
    found = answer(asking(TANH | {"level": "relu", "against": "tanh"}))
    assert found.sentence.startswith("tanh beats relu by ")
    others = [sentence for sentence in found.more if sentence.startswith("Also shown to be")]
    assert [sentence.split(":")[0] for sentence in others] == ["Also shown to be worse than the baseline’s level"]
    assert "tanh" not in others[0]


def test_single_changes_may_be_compared_with_each_other():
    found = asking(
        TANH | {"level": "sigmoid", "against": "tanh"}, factors=SINGLE, score=scored(0.02), design="one-factor"
    )
    told = answer(found)
    assert told.sentence.startswith("sigmoid beats tanh by ")
    assert told.beside[0] == "Of all 3 configurations, sigmoid ranks first."
    assert choice(found).text == (
        "Use the baseline with sigmoid, shown to be better than the baseline with tanh, as was asked."
    )


def test_fresh_seeds_decide_where_there_are_some():
    trials, _ = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(10**6, 10**6 + 9), planted))
    found = asking(follow_ups=FollowUps(trials))
    told = answer(found)
    assert told.sentence.startswith("On fresh seeds: tanh beats relu by ")
    assert "9 of 9 seeds" in told.sentence
    assert any(
        sentence.startswith("On the seeds that the study was run on: tanh beats relu by ") for sentence in told.more
    )
    elsewhere = trials[trials["activation"] == "sigmoid"]
    assert answer(asking(follow_ups=FollowUps(elsewhere))).sentence.startswith("tanh beats relu by ")


def test_what_was_asked_has_one_verdict_wherever_it_is_shown():
    found = asking()
    (row,) = [row for _, row in found.effects.iterrows() if row["primary"]]
    names = ["cell", "reference_cell", "mean", "low", "high", "alpha", "outcome", "seeds_needed"]
    assert row[names].to_list() == found.primary[names].to_list()
    others = found.effects[~found.effects["primary"]]
    assert len(others) == len(found.effects) - 1
    assert others["alpha"].max() < row["alpha"]
    undeclared = asking(None).effects
    assert not undeclared["primary"].any()


def test_fresh_seeds_spend_their_half_of_five_per_cent_once():
    trials, _ = declared_study(trial_rows(cells_of("grid", GRID, {}, {}), range(10**6, 10**6 + 9), planted))
    found = asking(follow_ups=FollowUps(trials))
    others = found.fresh_effects[~found.fresh_effects["primary"]]
    (own,) = found.fresh_effects.loc[found.fresh_effects["primary"], "alpha"]
    assert own == found.deciding_primary["alpha"] == 0.0125
    assert others["alpha"].min() * len(others) + own + found.fresh_gain["alpha"] == pytest.approx(0.025)


def test_what_to_use_follows_what_was_asked():
    found = asking(factors=SINGLE, score=scored(0.02))
    assert choice(found).cell == found.primary["cell"]
    assert (
        choice(found).text
        == "Use tanh, shown to be better than the baseline, relu, as was asked. sigmoid ranks first, which is not what "
        "was asked."
    )
    worse = asking(factors=SINGLE, score=scored(-0.02))
    assert choice(worse).cell == worse.primary["reference_cell"]
    assert choice(asking(factors=SINGLE, score=scored(0.002, 0.01))).text.startswith("Use sigmoid, shown to be better")


def test_a_question_under_one_condition_of_the_data_is_answered_under_it():
    levels = {"activation": ["relu", "tanh"], "share": [0.0, 0.2]}

    def score(cell, seed):
        gain = 0.03 if cell["activation"] == "tanh" and cell["share"] else -0.03 * (cell["activation"] == "tanh")
        return 0.9 + gain + np.random.default_rng([5, seed, hash_of(cell)]).normal(0, 0.004)

    found = asking(TANH | {"conditions": {"share": 0.2}}, factors=levels, score=score, data=["share"])
    assert found.study.conditions == ["share"]
    told = answer(found)
    assert told.sentence.startswith("tanh beats relu by 3.")
    assert told.sentence.endswith("with share 0.2.")
    assert told.beside == ("Ranked first on validation: relu with share 0 and tanh with share 0.2.",)
    assert use_text(found).startswith("Use tanh · share 0.2, shown to be better than relu · share 0.2, as was asked.")

"""The line and the table of a comparison under every choice."""

import numpy as np

from experiments.report.text.answer import answer
from experiments.report.text.multiverse import multiverse_line, multiverse_table
from tests.experiments.report.asking import TANH, asking
from tests.experiments.report.results_folder import hash_of

FACTORS = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.01]}


def only_at_the_best_rate(levels, seed):
    gain = 0.03 * (levels["activation"] == "tanh" and levels["learning_rate"] == 0.01)
    noise = np.random.default_rng([1, seed, hash_of(levels)]).normal(0, 0.004)
    return 0.8 + 0.05 * (levels["learning_rate"] == 0.01) + gain + noise


def test_a_verdict_that_hangs_on_nothing_holds_in_all():
    found = asking()
    assert multiverse_line(found) == (
        "The verdict holds in all 12 analyses that differ in the learning rates, which score is read and the test.",
    )
    assert multiverse_line(found)[0] in answer(found).more


def test_what_turns_a_verdict_is_named_with_what_it_turns_to():
    found = asking(factors=FACTORS, score=only_at_the_best_rate)
    assert multiverse_line(found) == (
        "The verdict holds in 6 of 12 analyses that differ in the learning rates, which score is read and the test; "
        "what turns it: both at the baseline’s rate (not told apart).",
    )
    table = multiverse_table(found)
    assert [head for head, _ in table.heads][:3] == ["Learning rates", "Score", "Test"]
    assert len(table.rows) == 12
    assert [row[-1].text for row in table.rows].count("no") == 6
    assert table.rows[0][-2].text == "better"


def test_choices_that_turn_it_only_together_are_told():
    found = asking()
    table = found.multiverse
    both = table["rate"].ne(table["rate"].iloc[0]) & table["test"].ne(table["test"].iloc[0])
    found.__dict__["multiverse"] = table.assign(
        outcome=table["outcome"].mask(both, "not told apart"), holds=table["holds"] & ~both
    )
    assert multiverse_line(found)[0].endswith(
        "; no single choice turns it, but some together do: both at the baseline’s rate and sign flips (not told "
        "apart)."
    )


def test_where_nothing_is_declared_it_is_of_the_comparison_that_leads():
    found = asking(None)
    best = found.headline
    assert (best.cell, best.reference_cell) == (found.best["cell"], found.reference)
    said = answer(found)
    assert said.sentence.startswith("tanh beats the tuned baseline’s relu")
    assert multiverse_line(found)[0] in said.more


def test_nothing_is_said_where_there_is_no_comparison_or_one_way_to_look_at_it():
    assert multiverse_line(asking(TANH | {"level": "gelu"})) == ()
    assert multiverse_table(asking(TANH | {"level": "gelu"})) is None
    ahead = asking(
        None, factors={"activation": ["relu", "tanh"]}, score=lambda cell, seed: 0.9 - len(cell["activation"]) / 99
    )
    assert ahead.headline is None

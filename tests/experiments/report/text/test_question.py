"""What a page tells of the question: declared when, declared what, changed or not."""

import pytest

from experiments.report.text.caveats import caveats
from experiments.report.text.question import question_caveats, question_method, when_declared
from tests.experiments.report.asking import BEFORE, TANH, asking

LATER = "2026-11-25T09:59:00+00:00"
SINGLE = {"activation": ["relu", "tanh"]}


def told(stamps, compare=TANH, **declares):
    return asking(compare, factors=SINGLE, seeds=3, stamps=stamps, **declares)


def test_a_question_that_was_asked_before_the_first_trial_has_no_caveat():
    found = told(BEFORE)
    assert question_caveats(found) == []
    assert question_method(found).startswith("The question was stamped before the first trial (2026-11-24 09:59 UTC,")
    assert when_declared(found) == "The comparison was declared before the first trial (2026-11-24 09:59 UTC):"


def test_what_is_declared_is_told_apart_from_what_holds_by_default():
    assert question_method(told(BEFORE)).endswith(
        "It declares the comparison. By default the smallest effect of interest is that of the metric and a diverged "
        "trial scores what a constant prediction scores."
    )
    said = question_method(told(BEFORE, None, smallest_effect=0.01, failure_score=0.0, about="this data"))
    assert said.endswith(
        "It declares the smallest effect of interest, what a diverged trial scores and what it is about. By default "
        "every level is compared with the baseline’s."
    )
    assert "It declares no more than the study’s baseline. By default every level" in question_method(
        told(BEFORE, None)
    )


@pytest.mark.parametrize(
    ("stamps", "caveat", "when"),
    [
        (
            [(40, LATER, {})],
            "The comparison was declared when 40 trials had ended.",
            "when 40 trials had ended (2026-11-25 09:59 UTC)",
        ),
        (
            [(0, BEFORE[0][1], {"compare": None}), (6, LATER, {})],
            "The question was changed when 6 trials had ended: compare (the default, now activation",
            "when 6 trials had ended (2026-11-25 09:59 UTC)",
        ),
        (
            [(0, BEFORE[0][1], {"smallest_effect": 0.01}), (6, LATER, {})],
            "The question was changed when 6 trials had ended: smallest effect (0.01, now the default).",
            "before the first trial (2026-11-24 09:59 UTC)",
        ),
    ],
)
def test_a_question_that_results_may_have_suggested_is_told(stamps, caveat, when):
    found = told(stamps)
    assert question_caveats(found)[0].startswith(caveat)
    assert question_caveats(found)[0] in caveats(found)
    assert when in when_declared(found)


def test_a_question_that_was_changed_back_is_told_in_the_methods():
    first, later = BEFORE[0], (6, LATER, {"smallest_effect": 0.01})
    found = told([first, later, (9, LATER, {})])
    assert question_caveats(found) == []
    assert "and again when 9 trials had ended (2026-11-25 09:59 UTC, " in question_method(found)
    assert "it had changed in between." in question_method(found)


def test_results_from_before_there_were_stamps_say_so():
    found = told([])
    assert question_caveats(found) == []
    assert question_method(found).startswith("When the question was asked is not known")
    assert when_declared(found) == "The comparison that the study declares:"


def test_old_results_of_a_question_without_a_comparison_are_no_caveat():
    assert question_caveats(told([(40, LATER, {})], None)) == []

import doctest

import pytest
from hostile import no_claims, pages, sentences
from hostile.sentences import BASELINE, BEST, claims_of


@pytest.mark.parametrize("module", [no_claims, pages, sentences])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def kinds(sentence):
    return [(claim.kind, claim.one, claim.other) for claim in claims_of(sentence)]


def test_a_comparison_with_its_interval():
    said = "a1 beats the baseline’s a0, both with b0, by 0.6 points of validation accuracy (0.2 to 1.0), 9 of 10 seeds."
    better, gain = claims_of(said)
    assert (better.kind, better.one, better.other) == ("better", "a1", "the baseline’s a0, both with b0,")
    assert (gain.low, gain.high) == ("0.2", "1.0")


def test_a_loss_turns_the_interval_round():
    said = (
        "No configuration makes a practical difference: of 5 others the largest gain is that of a1 instead of a0 which "
        "loses 0.1 points of validation accuracy (−0.2 to 0.3), 4 of 10 seeds, less than 0.5 points either way."
    )
    every, *_, same = claims_of(said)
    gain = claims_of(said)[2]
    assert (every.kind, gain.kind, gain.low, gain.high, same.kind) == ("every same", "gain", "−0.3", "0.2", "same")


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Shown to hurt: a1 (−0.6) and b1 (−0.4).", [("worse", "a1", BASELINE), ("worse", "b1", BASELINE)]),
        ("Each of the 11 others can be ruled out as the best.", [("others out", BEST, "")]),
        ("Use a1 · b0, shown to be better than the baseline.", [("better", "a1 · b0", "the baseline")]),
        ("Activation matters most: 43 % of the variance between configurations (10 to 70).",
         [("most", "Activation", ""), ("share", "Activation", "")]),
        ("Loss matters: 43 % of the variance between configurations (10 to 70).",
         [("matters", "Loss", ""), ("share", "Loss", "")]),
        ("What matters: activation (50 % of the variance) and activation × loss (9 % of the variance); which of them "
         "most is not shown.", [("matters", "activation", ""), ("matters", "activation × loss", "")]),
        ("No factor is shown to matter, nor any two of them together: all of it may be chance.", []),
        ("Also shown to beat the baseline: a1 · b2 (+2.9) and a3 · b1 (+2.4).",
         [("better", "a1 · b2", BASELINE), ("better", "a3 · b1", BASELINE)]),
        ("What a1 gains over a0 differs by 4.1 points (2.0 to 6.2) between b1 (−1.9) and b0 (+2.2).",
         [("differs", "a1", "b0"), ("difference of gains", "a1", "b0")]),
        ("3 of 11 other configurations cannot be ruled out as the best; one of the others is shown to be less than 0.5 "
         "points behind it, whichever that is.", [("close", "1", "")]),
        ("It depends: a1 gains 1.2 points with b0 and loses 0.8 points with b1.", [("depends", "a1", "b0")]),
        ("Activation and loss: better than the reference: a1; worse: b1 and b2; 1 not told apart.",
         [("better", "a1", BASELINE), ("worse", "b1", BASELINE), ("worse", "b2", BASELINE)]),
        ("Removing dropout (0.2 → 0) costs 0.9 points of validation accuracy (0.2 to 1.6), 8 of 9 seeds, digits.",
         [("worse", "without dropout", BASELINE), ("gain", "without dropout", BASELINE)]),
        ("With share 0.2: use b1, by itself shown to be better than the baseline.",
         [("better", "b1 both with share 0.2", "the baseline")]),
        ("Of 100 reruns, both with b1, a1 would beat a0 in about 71 (60 to 80), lose to it in 29.",
         [("chance", "a1 both with b1", "a0")]),
        ("Keep the baseline, a0 · b0: nothing ranks above it.", []),
    ],
)  # fmt: skip
def test_forms(sentence, wanted):
    assert kinds(sentence) == wanted


def test_what_no_form_fits_is_told_apart_from_what_claims_nothing():
    assert claims_of("a1 is the very best there is.") is None
    assert claims_of("None of 60 trials diverged.") == []

import dataclasses

import numpy as np
import pytest
from hostile.claims import _with_sides
from hostile.names import Names
from hostile.pages import page
from hostile.scoring import score
from hostile.sentences import claims_of
from hostile.table import BY_NAME
from hostile.truth import Truth, covers, holds

HOLDS = {  # the worlds' own lines say why
    "large": [
        ("a1 beats a0 by 3.0 points of validation accuracy (2.5 to 3.5), 9 of 10 seeds.", True),
        ("a2 beats a0 by 3.0 points of validation accuracy (2.5 to 3.5), 9 of 10 seeds.", False),
        (
            "a3 beats the baseline’s a0, both with b0, by 1.0 points of validation accuracy (0.5 to 1.5), "
            "9 of 10 seeds.",
            False,
        ),
        ("Shown to be worse: a2 (−2.0).", True),
        ("No level of activation or loss makes a practical difference.", False),
        ("Use a1 · b0, shown to be better than the baseline.", True),
        ("a3 · b0 ranks first, by less than 0.5 points.", True),
        ("It depends: a1 gains 3.0 points with b0 and loses 1.0 points with b1.", False),
        ("Activation matters most: 70 % of the variance between configurations.", True),
        ("Loss matters most: 70 % of the variance between configurations.", False),
        ("Activation matters: 70 % of the variance between configurations.", True),
    ],
    "crossover": [
        ("It depends: a1 gains 2.0 points with b0 and loses 2.0 points with b1.", True),
        ("It depends: a1 gains 2.0 points with b1 and loses 2.0 points with b0.", False),
        ("Activation matters most: 70 % of the variance between configurations.", False),
    ],
    "null": [
        ("Activation matters most: 43 % of the variance between configurations.", False),
        ("Activation matters: 43 % of the variance between configurations.", False),
    ],
    "conditions": [
        ("With share 0.2: use b1, by itself shown to be better than the baseline.", True),
        ("With share 0.1: use b1, by itself shown to be better than the baseline.", False),
    ],
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A page of a world, and its score; each is made once."""
    made = {}

    def one(name):
        if name not in made:
            made[name] = page(BY_NAME[name], np.random.default_rng(4), tmp_path_factory.mktemp(name))
        return made[name]

    return one


@pytest.mark.parametrize("world", HOLDS)
def test_true_and_false_sentences_are_told_apart(pages, world):
    names = Names(pages(world).findings)
    truth = Truth(BY_NAME[world], BY_NAME[world].mean, names)
    for sentence, wanted in HOLDS[world]:
        claims = [_with_sides(said, "", sentence, names) for said in claims_of(sentence)]
        judged = [holds(claim, [truth]) for claim in claims]
        assert all(verdict in (None, True) for verdict in judged) == wanted, sentence


def test_an_interval_covers_up_to_the_rounding_of_its_ends(pages):
    names = Names(pages("large").findings)
    truth = Truth(BY_NAME["large"], BY_NAME["large"].mean, names)
    for ends, wanted in (("2.8 to 3.2", True), ("3.0 to 3.4", True), ("3.1 to 3.4", False)):
        sentence = f"a1 beats a0 by 3.2 points of validation accuracy ({ends}), 9 of 10 seeds."
        gain = _with_sides(claims_of(sentence)[1], "", sentence, names)
        assert covers(gain, truth, 100.0) == wanted


@pytest.mark.parametrize(
    "name",
    ["large", "crossover", "conditions", "null", "failing-half", "resplit-5", "leave-one-out", "one-factor", "draws",
     "tuned-gain", "confirmed-gain", "sorted-table", "unequal-seeds"],
)  # fmt: skip
def test_all_of_a_page_is_read_and_scored(pages, name):
    judged = score(pages(name), BY_NAME[name])
    assert judged.unread == []
    if name in ("large", "crossover", "conditions"):
        planted, told = judged.reported["levels"]
        assert planted >= told > 0


def test_a_false_verdict_is_found(pages):
    world = dataclasses.replace(BY_NAME["large"], mean=np.full(12, 0.9))  # the same page, where nothing differs
    assert {claim.said.kind for claim in score(pages("large"), world).false} >= {"better", "most"}


def test_a_change_of_the_page_that_nobody_reads_is_counted(pages):
    one = pages("null")
    changed = dataclasses.replace(one, texts=(*one.texts, ("answer", "a1 is a marvel.")))
    assert score(changed, BY_NAME["null"]).unread == ["answer: a1 is a marvel."]

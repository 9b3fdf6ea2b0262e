"""Ids of trials and cells: the same wherever and whenever they are computed, different for all that differs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.study.trial import Trial, canonical, digest

TRIAL = Trial(
    {"task": "xor", "model": "mlp", "sources": {}},
    {"activation": {"name": "relu"}, "units": [8, 4], "learning_rate": 0.001, "epochs": 2},
    0,
)


def test_ids_never_change():
    # Pinned: results are found again by these ids, so a change here orphans the rows of every user.
    assert (TRIAL.id, TRIAL.cell) == ("cbeedc8a99a4", "ccad838652d3")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(table=st.dictionaries(st.text(), JSON, max_size=5), data=st.data())
def test_ids_do_not_depend_on_the_order_of_keys(table, data):
    shuffled = {key: table[key] for key in data.draw(st.permutations(list(table)))}
    assert Trial({}, table, 0).id == Trial({}, shuffled, 0).id
    assert canonical(table) == canonical(shuffled)


@pytest.mark.parametrize(
    "changed",
    [
        replace(TRIAL, settings=TRIAL.settings | {"learning_rate": 0.01}),
        replace(TRIAL, settings=TRIAL.settings | {"units": [4, 8]}),
        replace(TRIAL, settings=TRIAL.settings | {"activation": {"name": "elu", "alpha": 1.0}}),
        replace(TRIAL, settings=TRIAL.settings | {"width": None}),
        replace(TRIAL, parts=TRIAL.parts | {"task": "moons"}),
        replace(TRIAL, parts=TRIAL.parts | {"sources": {"own.py:net": "0123"}}),
        replace(TRIAL, parts=TRIAL.parts | {"sources": {"own.py:net": "4567"}}),
    ],
)
def test_whatever_differs_gives_another_cell_and_trial(changed):
    assert changed.cell != TRIAL.cell
    assert changed.id != TRIAL.id


def test_seeds_are_trials_of_one_cell():
    other = replace(TRIAL, seed=1)
    assert other.cell == TRIAL.cell
    assert other.id != TRIAL.id != TRIAL.cell


def test_digests_have_the_length_asked_for():
    assert digest([1], 16).startswith(digest([1]))
    assert (len(digest([1])), len(digest([1], 16))) == (12, 16)


def test_text_is_kept_readable():
    assert canonical({"ε": 1e-7}) == '{"ε":1e-07}'

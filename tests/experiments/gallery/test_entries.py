"""The tables of the gallery: no public part goes without an entry, snippets run, and what they state is true."""

import importlib

import keras
import numpy as np
import pytest

from experiments.gallery import activations, losses, penalties
from experiments.gallery.costs import INPUTS
from experiments.gallery.curves import curve_table
from experiments.gallery.momentum import SNIPPET
from tests.experiments.eager import _steps_of_keras_at_once  # noqa: F401 (a fixture)

FAMILIES = {family.name: family for family in (*activations.FAMILIES, *losses.FAMILIES)}
FUNCTIONS = (*activations.ENTRIES, *losses.ENTRIES)
EVERY = (*FUNCTIONS, *penalties.ENTRIES)
SHOWN = ("activations", "losses", "regularizers", "constraints", "layers")


def named(entries):
    return pytest.mark.parametrize("entry", entries, ids=[entry.name for entry in entries])


def test_every_public_part_has_an_entry_and_none_is_left_over():
    public = {f"{kind}.{name}" for kind in SHOWN for name in importlib.import_module(f"custom.{kind}").__all__}
    assert {part for entry in EVERY for part in entry.parts} == public


def test_every_public_optimizer_is_in_a_snippet():
    assert all(name in SNIPPET for name in importlib.import_module("custom.optimizers").__all__)


def test_titles_and_ids_are_their_own():
    assert len({entry.title for entry in EVERY}) == len({entry.name for entry in EVERY}) == len(EVERY)


@named(FUNCTIONS)
def test_what_an_entry_refers_to_is_there(entry):
    titles = {entry.title for entry in FUNCTIONS}
    assert entry.beside in titles | {""}
    assert bool(entry.beside) == bool(entry.parts)
    assert FAMILIES[entry.family].reference in titles
    assert FAMILIES[entry.family].inputs in INPUTS


@pytest.mark.usefixtures("_steps_of_keras_at_once")
@pytest.mark.parametrize("text", [*(entry.snippet for entry in EVERY), SNIPPET], ids=[*(e.name for e in EVERY), "m"])
def test_a_snippet_is_three_lines_that_train_a_model(text):
    assert len(text.splitlines()) == 3
    names = {"keras": keras}
    exec(text, names)
    model, x = names["model"], np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    assert model.compiled
    y = (x[:, :1] > 0).astype("float32")
    if "softmax" in text:
        y = np.eye(3, dtype="float32")[np.arange(8) % 3]
    history = model.fit(x, y, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())


@named([entry for entry in EVERY if entry.parts])
def test_a_snippet_uses_a_part_of_its_entry_or_the_model_that_does(entry):
    used = [name for name in (part.partition(".")[2] for part in entry.parts) if name in entry.snippet]
    assert used or "PerceptronClassifier" in entry.snippet


@named(FUNCTIONS)
def test_values_and_slopes_are_within_the_ranges_stated_and_reach_them(entry):
    table = curve_table(entry, FAMILIES[entry.family])
    for column, span in (("value", entry.values), ("slope", entry.slopes)):
        low, high = table[column].min(), table[column].max()
        assert low >= span.low - 2e-3, column
        assert high <= span.high + 2e-3, column
        # ranges are those of the whole line; what is drawn of it comes near every finite end
        reach = 0.05 * max(1.0, abs(high - low))
        assert not np.isfinite(span.low) or low <= span.low + reach, column
        assert not np.isfinite(span.high) or high >= span.high - reach, column

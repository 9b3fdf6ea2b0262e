"""What the site is made with, and that every public name has a docstring, an example and a place in the reference."""

import doctest
import importlib

import pytest

from docs.extensions import parts, public_names, rooms
from docs.extensions.docstrings import as_rst
from experiments.study import catalog


@pytest.mark.parametrize("name", ["commands", "docstrings", "elsewhere", "parts", "public_names", "rooms"])
def test_examples(name):
    assert doctest.testmod(importlib.import_module(f"docs.extensions.{name}")).failed == 0


def test_every_public_name_is_documented():
    assert public_names.faults() == []


def test_what_lacks_something_is_a_fault():
    def bare(x):
        return x

    def told(x):
        """Give x back."""

    def shown(x):
        """Give x back.

        >>> 1
        1
        """

    pages = ".. autofunction:: a.shown\n.. autofunction:: a.told\n"
    assert public_names.faults_of("a.bare", bare, pages) == ["a.bare: no docstring", "a.bare: not in the reference"]
    assert public_names.faults_of("a.told", told, pages) == ["a.told: no example"]
    assert public_names.faults_of("a.shown", shown, pages) == []


def test_a_public_method_needs_a_docstring():
    class Study:
        """A study.

        >>> 1
        1
        """

        def run(self):
            return None

    found = public_names.faults_of("experiments.api.Study", Study, ".. autoclass:: experiments.api.Study\n")
    assert found == ["experiments.api.Study: run: no docstring"]


def test_docstrings_of_both_kinds():
    text = """Loss of |e|, as `mean` has it.

Formula, with e the error:

    loss = ½e²

    otherwise: 0

Arguments:
    delta: δ, above 0;
        finite.
    **kwargs: as in Keras.

seeds, names: how many
  there are. `x` stays.

>>> 1
1"""
    assert as_rst(text.splitlines(), {"seeds", "names"}) == [
        r"Loss of \|e\|, as ``mean`` has it.", "",
        "Formula, with e the error:", "",
        ".. code-block:: text", "", "    loss = ½e²", "",
        "    otherwise: 0", "",
        ".. rubric:: Arguments", "",
        "``delta``", "   δ, above 0; finite.", "",
        "``**kwargs``", "   as in Keras.", "",
        "``seeds, names``", "   how many there are. ``x`` stays.", "",
        ">>> 1", "1", "",
    ]  # fmt: skip


@pytest.mark.parametrize("name", parts.TABLES)
def test_tables_have_every_part_and_setting(name):
    text = "\n".join(parts.table(name))
    for part, told in parts.TABLES[name].items():
        assert f"`{part}`" in text
        assert all(f"`{key}`" in text for key in told.settings)
    assert "None" not in text


def test_ranges_are_told():
    assert parts.allowed(catalog.TASKS["blobs"].settings["classes"].type) == "a whole number, at least 2, at most 20"
    assert parts.allowed(catalog.OPTIMIZERS["adam"].settings["global_clipnorm"].type) == "a number, above 0; or nothing"


def test_the_picture_has_every_room_once_and_no_box_on_another():
    drawn = rooms.svg("graph TD\n a --> b\n a --> c\n b --> d\n c --> d\n a --> e")
    boxes = rooms.re.findall(r'<rect x="(-?\d+)" y="(\d+)"', drawn)
    assert len(boxes) == len(set(boxes)) == 5
    for at, (x, y) in enumerate(boxes):
        assert all(abs(int(x) - int(other)) > rooms.WIDTH for other, down in boxes[at + 1 :] if down == y)

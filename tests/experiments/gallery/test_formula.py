"""Formulas as MathML."""

from xml.etree import ElementTree

import pytest

from experiments.gallery import activations, losses, penalties
from experiments.gallery.entry import Formula
from experiments.gallery.formula import mathml

FORMULAS = {entry.title: entry.formula for entry in (*activations.ENTRIES, *losses.ENTRIES, *penalties.ENTRIES)}


@pytest.mark.parametrize("title", FORMULAS)
def test_every_formula_is_well_formed_and_holds_every_sign(title):
    formula = FORMULAS[title]
    root = ElementTree.fromstring(mathml(formula).replace("&nbsp;", " "))
    shown = "".join("".join(root.itertext()).split()).replace("∑", "Σ")
    for text in (formula.name, *(part for case in formula.cases for part in case)):
        plain = text.replace("²", "2").replace("½", "12").replace("}/{", "").strip("{}")
        assert "".join(plain.split()) in shown, text


def test_cases_are_rows():
    root = ElementTree.fromstring(mathml(Formula("f", (("1", "x"), ("0", "elsewhere")))).replace("&nbsp;", " "))
    assert len(root.findall(".//mtr")) == 2


@pytest.mark.parametrize(
    ("text", "set_as"),
    [
        ("−x", '<mo form="prefix" lspace="0" rspace="0">−</mo><mi>x</mi>'),
        ("1 − x", "<mn>1</mn><mo>−</mo><mi>x</mi>"),
        ("(−x)", '<mo form="prefix" lspace="0" rspace="0">−</mo><mi>x</mi>'),
        ("log e", '<mi>log</mi><mspace width="0.17em"/><mi>e</mi>'),
        ("Σw²", "<mo>∑</mo><msup><mi>w</mi><mn>2</mn></msup>"),
        ("½e", "<mfrac><mn>1</mn><mn>2</mn></mfrac><mi>e</mi>"),
        ("{1}/{x}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>x</mi></mrow></mfrac>"),
        ("a < b", "&lt;"),
    ],
)
def test_signs(text, set_as):
    assert set_as in mathml(Formula("L", ((text, ""),)))

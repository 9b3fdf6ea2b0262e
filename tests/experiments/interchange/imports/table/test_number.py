"""Spellings of numbers: Python reads some that no table means as numbers."""

import math

import pytest

from experiments.interchange.imports.table.number import infinite, number, signs_of, spell


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("64", 64), ("64.0", 64), ("+1", 1), ("1.", 1), (".5", 0.5), ("-0", 0), ("1e-3", 0.001), ("1E3", 1000),
        ("−0.5", -0.5), ("1,234", 1234), ("1,234,567.5", 1234567.5), ("1 234.5", 1234.5), ("1'234", 1234),
        ("007", 7), ("9" * 30, int("9" * 30)), ("1e999", math.inf),
    ],
)  # fmt: skip
def test_numbers(cell, value):
    found = number(cell)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "cell",
    ["", "-", "1_16", "64_32", "0x10", "1e", "e5", "nan", "inf", "1.2.3", "64-32", "[64]", "1/3", "12,34", "1,2345",
     "٣", "0,001", "1,23,456", "1,234 567", "1" * 500, "0 5", "1e5.0"],
)  # fmt: skip
def test_no_numbers(cell):
    assert number(cell) is None


@pytest.mark.parametrize(
    ("cell", "value"), [("0,001", 0.001), ("1.234,5", 1234.5), ("1,234", 1.234), ("1.234", 1234), ("1,5e-3", 0.0015)]
)
def test_by_the_comma(cell, value):
    assert number(cell, ",") == value


def test_signs():
    assert [sorted(signs_of(cell)) for cell in ("12", "0.5", "0,5", "1.234", "1,234", "x")] == [
        [",", "."], ["."], [","], [",", "."], [",", "."], [],
    ]  # fmt: skip


def test_huge_powers_are_no_work():
    assert spell("1e999999999") == "1e999999999"
    assert number("1e999999999") == math.inf
    assert number("1e-999999999") == 0


def test_infinities():
    assert [infinite(cell) for cell in ("inf", "-∞", "+Infinity", "−inf", "info", "1")] == [
        math.inf, -math.inf, math.inf, -math.inf, None, None,
    ]  # fmt: skip

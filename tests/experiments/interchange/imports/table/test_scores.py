"""Scores: shares and per cent, what is missing, what is not finite."""

import math

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.table.column import read_column
from experiments.interchange.imports.table.scores import scores_of


def scores(cells, *, shown=True, share=True, reading=None, sign=None):
    column = read_column("acc", cells, list(range(1, len(cells) + 1)), sign)
    return scores_of(column, shown=shown, share=share, reading=reading)


@pytest.mark.parametrize(
    ("cells", "options", "values"),
    [
        (["0.9", "1", "0"], {}, [0.9, 1, 0]),
        (["97.24%", "0.9573"], {}, [0.9724, 0.9573]),
        (["0.93%", "1.14 %"], {}, [0.0093, 0.0114]),
        (["97.2", "9.5", "0"], {}, [0.972, 0.095, 0]),
        (["97,2", "95,1"], {}, [0.972, 0.951]),
        (["0.8", "1.2"], {"reading": "percent"}, [0.008, 0.012]),
        (["12.5", "0.5"], {"shown": False, "share": False}, [12.5, 0.5]),
        (["93.1", "92"], {"shown": False}, [93.1, 92]),
        (["12%", "0.5"], {"shown": False, "share": False}, [0.12, 0.5]),
        (["−1.5", "+2."], {"share": False}, [-0.015, 0.02]),
    ],
)
def test_values(cells, options, values):
    assert scores(cells, **options).values == pytest.approx(values)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            ["0.9573", "97.24"],
            r'acc: has "97.24" \(row 2\) beside "0.9573" \(row 1\), and no share is above 1; say --read',
        ),
        (["97.24%", "96.1"], r'has "96.1" \(row 2\) beside "97.24%" \(row 1\)'),
        (["0.9", "OOM"], 'acc: has "OOM" in row 2; allowed are numbers'),
        (["0.9", "1_0"], 'has "1_0" in row 2'),
        (
            ["0,9", "0.9"],
            r'has "0.9" \(row 2\) and "0,9" \(row 1\), so the decimal sign is a point here and a comma there',
        ),
        (
            ["1,234", "1,345"],
            '"1,234" in row 1 is one number with a decimal point and another .* say --decimal point or',
        ),
    ],
)
def test_what_is_asked_for(cells, message):
    with pytest.raises(RequestError, match=message):
        scores(cells)


def test_the_decimal_sign_as_said():
    assert scores(["1,234"], shown=False, share=False, sign=",").values == [1.234]
    assert scores(["1,234"], shown=False, share=False, sign=".").values == [1234]


def test_missing_and_infinite():
    found = scores(["0.5", "", "nan", "-", "None", "inf", "-∞", "1e999"], share=False, shown=False)
    assert found.values[0] == 0.5
    assert [math.isnan(value) for value in found.values[1:5]] == [True] * 4
    assert found.values[5:] == [math.inf, -math.inf, math.inf]
    assert found.empty == [1, 3, 4]

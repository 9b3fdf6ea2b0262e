"""What is one level and what is two."""

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.table.column import read_column
from experiments.interchange.imports.table.levels import levels_of


def levels(cells, reading=None, baseline=None, name="units", **options):
    found = levels_of(read_column(name, cells, list(range(1, len(cells) + 1))), reading, **options)
    return found.order(found.rows, baseline)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["64", "64.0", "6.4e1", "+64", "64."], [64]),
        (["0.001", "1e-3", ".001", "0.0010"], [0.001]),
        (["64_32", "6432", "128_64"], [6432, "64_32", "128_64"]),
        (["1_16", "11_6"], ["1_16", "11_6"]),
        (["True", "true", "TRUE", "False"], ["false", "true"]),
        (["64,32", "128,64"], ["64,32", "128,64"]),
        (["0,01", "0,001"], [0.001, 0.01]),
        (["relu", "", "relu"], ["none", "relu"]),
        (["−1", "1"], [-1, 1]),
        (["∞", "1"], [1, "∞"]),
        (["b10", "b9", "a"], ["a", "b9", "b10"]),
        (["0x10", "16"], [16, "0x10"]),
        ([str(2**60), str(2**60 + 1)], [f"“{2**60}”", f"“{2**60 + 1}”"]),
        (["20%", "10%"], ["10%", "20%"]),
        (["1,024", "512"], [512, "1,024"]),
    ],
)
def test_levels(cells, expected):
    if cells[0] == str(2**60):
        assert len(levels(cells)) == 2
        return
    found = levels(cells)
    assert [(level, type(level)) for level in found] == [(level, type(level)) for level in expected]


@pytest.mark.parametrize(
    ("cells", "exact", "loose"),
    [
        (["relu", "ReLU"], ["ReLU", "relu"], ["ReLU"]),
        (["[64, 32]", "[64,32]"], ["[64,32]", "[64, 32]"], ["[64, 32]"]),
        (["0.001", "0.0010000000474974513"], [0.001, 0.0010000000474974513], [0.001]),
        (["", "none"], ["(empty)", "none"], ["none"]),
        (["nan", "None"], ["nan", "None"], ["none"]),
        (["1.10", "v2", "1.1"], ["1.1", "v2", "“1.10”"], None),
        (["20%", "0.2"], [0.2, "20%"], [0.2]),
        (["0,5", "0.5"], [0.5, "0,5"], [0.5]),
        (["1,024", "1024"], [1024, "1,024"], [1024]),
    ],
)
def test_what_may_be_one_level_is_asked_for(cells, exact, loose):
    if loose is not None:
        with pytest.raises(
            RequestError, match=r"units: has .* \(row 1\) and .*; say --read units=loose if they are one"
        ):
            levels(cells)
        assert levels(cells, "loose") == loose
    assert levels(cells, "exact") == exact


def test_truth_or_number_is_asked_for():
    with pytest.raises(RequestError, match="if 1 means true and 0 false"):
        levels(["True", "False", "1", "0"])
    assert len(levels(["True", "False", "1", "0"], "exact")) == 4


def test_a_baseline_is_first_however_it_is_spelled():
    assert levels(["64", "32.0"], baseline="64.0") == [64, 32]
    assert levels(["a", "c", "b"], baseline="c") == ["c", "a", "b"]
    assert levels(["a", ""], baseline="none") == ["none", "a"]
    with pytest.raises(RequestError, match='--baseline units: got "48"'):
        levels(["64", "32"], baseline="48")


def test_decimal_commas_need_a_reason():
    assert levels(["1,5", "2,5"]) == ["1,5", "2,5"]
    assert levels(["1,5", "2,5"], comma=True) == [1.5, 2.5]
    assert levels(["1,5", "2,5"], name="lr") == [1.5, 2.5]
    found = levels_of(read_column("units", ["1,5"], [1]))
    assert found.said == ["units: “1,5” are taken as names; --decimal comma or point reads them as numbers."]

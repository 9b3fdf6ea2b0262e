"""Seeds stay what they are, or are numbered and it is said."""

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.table.column import read_column
from experiments.interchange.imports.table.seeds import seeds_of


def seeds(*cells):
    return seeds_of(read_column("seed", list(cells), list(range(1, len(cells) + 1))))


@pytest.mark.parametrize(
    ("cells", "expected", "said"),
    [
        (["0", "0.0", "1", "1."], [0, 0, 1, 1], "“0” and “0.0” are one seed"),
        (["-3", "4"], [-3, 4], ""),
        (["007", "7"], [7, 7], "“007” and “7” are one seed"),
        (["1e1", "10"], [10, 10], "are one seed"),
        ([str(2**62), str(2**62 + 1)], [2**62, 2**62 + 1], ""),
        ([str(2**64 - 1), str(2**64 - 2)], [1, 0], "are numbered 0 to 1"),
        (["b", "a", "b"], [1, 0, 1], "“a” and “b” are numbered 0 to 1 here"),
        (["run-10", "run-9"], [1, 0], "numbered"),
        (["0.5", "2", "0.50"], [0, 1, 0], "numbered"),
        (["1", "a"], [0, 1], "numbered"),
        (["0", "", "nan"], [0, None, None], ""),
    ],
)
def test_seeds(cells, expected, said):
    found = seeds(*cells)
    assert found.rows == expected
    assert said in " ".join(found.said) if said else not found.said


@pytest.mark.parametrize("cell", ["4.611686018427388e+18", "9007199254740993.0"])
def test_seeds_that_were_rounded_are_refused(cell):
    with pytest.raises(RequestError, match="in row 2 was rounded when the table was written"):
        seeds("0", cell)

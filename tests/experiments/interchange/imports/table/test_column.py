"""The decimal sign of a column, by all of its cells."""

import pytest

from experiments.interchange.imports.table.column import read_column, sure_sign

THOUSANDS = "1,234"


@pytest.mark.parametrize(
    ("cells", "sign", "mixed", "unclear"),
    [
        (["0.5", "0.25"], ".", None, None),
        (["0,5", "0,25"], ",", None, None),
        (["0,5", "0.25"], ".", ("0.25", "0,5"), None),
        (["1.234", "5.678"], ".", None, None),
        ([THOUSANDS], ".", None, THOUSANDS),
        (["950.5", THOUSANDS], ".", None, THOUSANDS),
        (["1,234.5", THOUSANDS], ".", None, None),
        (["1.234,5", "1.234"], ",", None, None),
        (["0,5", "1.234"], ",", None, "1.234"),
        (["1", "2", "relu"], ".", None, None),
        (["97,5 %", "97,25%"], ",", None, None),
    ],
)
def test_signs(cells, sign, mixed, unclear):
    found = read_column("c", cells, list(range(len(cells))))
    assert (found.sign, found.mixed, found.unclear) == (sign, mixed, unclear)


def test_the_user_decides_and_the_rest_of_the_file_helps():
    assert read_column("c", [THOUSANDS], [1], ",").number_of == {THOUSANDS: 1.234}
    assert read_column("c", [THOUSANDS], [1], ".").number_of == {THOUSANDS: 1234}
    assert read_column("c", [THOUSANDS], [1], None, [","]).number_of == {THOUSANDS: 1.234}
    assert read_column("c", [THOUSANDS], [1], None, ["."]).unclear == THOUSANDS
    assert read_column("c", ["1.234"], [1], None, [","]).unclear == "1.234"


def test_a_column_is_sure_if_all_of_it_agrees():
    assert [sure_sign(cells) for cells in (["0,5", "1"], ["0.5", "-"], ["0.5", "0,5"], ["0,5", "relu"], ["1"])] == [
        ",",
        ".",
        None,
        None,
        None,
    ]

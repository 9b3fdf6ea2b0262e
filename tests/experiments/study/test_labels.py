"""One spelling per level, from a CSV and from a manifest."""

import pytest

from experiments.study.labels import number, text


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (1e-5, "1e-05"), ("1e-5", "1e-05"), ("0.00001", "1e-05"), (0, "0"), ("0.0", "0"), (-1.5, "-1.5"),
        ("32.0", "32"), (32, "32"), ("64-64", "64-64"), ("huber(delta=0.5)", "huber(delta=0.5)"), (True, "true"),
        ("False", "false"), (None, "none"), ("", "none"), ("none", "none"), ("1_000", "1_000"), ("nan", "nan"),
        ("inf", "inf"), (1e300, "1e+300"),
    ],
)  # fmt: skip
def test_text(label: object, expected: str) -> None:
    assert text(label) == expected
    assert text(text(label)) == expected


def test_number() -> None:
    assert number("1e-05") == 1e-5
    assert number("64-64") is None
    assert number("nan") is None

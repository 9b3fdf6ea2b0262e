"""Colours can be seen on their page, light and dark."""

import pytest

from experiments.report.figures.style import DARK, DASHES, LIGHT, MARKERS, SERIES


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, two: str) -> float:
    high, low = sorted([luminance(one), luminance(two)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(page: dict[str, str]) -> None:
    for role in ("ink", "muted", "good", "bad", "unsure"):
        assert contrast(page[role], page["surface"]) >= 4.5, role
    for role in (name for name in page if name.startswith("series")):
        assert contrast(page[role], page["surface"]) >= 3.0, role


def test_both_pages_have_the_same_roles_and_every_role_its_own_colour() -> None:
    assert list(LIGHT) == list(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_every_series_has_a_marker_and_a_dash() -> None:
    assert len(SERIES) == len(MARKERS) == len(DASHES) == len(set(MARKERS))

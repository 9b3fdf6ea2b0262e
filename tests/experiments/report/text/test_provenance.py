"""Dates, spans and what was not recorded."""

import pytest

from experiments.report.text.provenance import duration, moment, provenance


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24T10:04:30+02:00", "2026-11-24 08:04 UTC"),
        ("2026-11-24T10:04:30", "2026-11-24 10:04"),
        (None, "not recorded"),
        ("yesterday", "yesterday"),
    ],
)
def test_moment(text, expected: str) -> None:
    assert moment(text) == expected


def test_spans() -> None:
    assert [duration(s) for s in (0.4, 59.6, 3600)] == ["0 s", "1 min 0 s", "1 h 0 min"]


def test_an_empty_manifest_is_not_recorded() -> None:
    rows = dict(provenance({}, 0.0))
    assert rows["Backend"] == rows["Started"] == rows["Code revision"] == "not recorded"


def test_the_time_of_a_stack_is_said_to_be_shared_out():
    label = "Training time, summed over trials"
    assert dict(provenance({}, 21.0, stacked=True))[label] == "21 s; a stack’s time is shared out over its trials"
    assert dict(provenance({}, 21.0))[label] == "21 s"


def test_seconds_that_nobody_took_are_not_recorded() -> None:
    assert dict(provenance({}, float("nan")))["Training time, summed over trials"] == "not recorded"

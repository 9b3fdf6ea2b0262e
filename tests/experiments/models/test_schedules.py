"""Schedules: their ends, and that a study's trials have them."""

import math

import pytest

from experiments.errors import RequestError
from experiments.models import schedules
from tests.experiments.studies import tiny

OWN = """
import keras

def halved(learning_rate, steps, after=2):
    return keras.optimizers.schedules.PiecewiseConstantDecay([after], [learning_rate, learning_rate / 2])
"""


def rates(level, steps=8, rate=0.5, folder=None):
    (trial, *_) = tiny(schedule=level, learning_rate=rate).trials
    schedule = schedules.learning_rate(trial, steps, folder)
    return [float(schedule(step)) for step in range(steps + 1)]


def test_a_constant_rate_is_a_number():
    (trial, *_) = tiny(learning_rate=0.25).trials
    assert not schedules.is_scheduled(trial)
    assert schedules.learning_rate(trial, 10) == 0.25


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("cosine", lambda at: 0.5 * (1 + math.cos(math.pi * at / 8)) / 2),
        ({"name": "cosine", "end": 0.5}, lambda at: 0.5 * (0.5 + 0.5 * (1 + math.cos(math.pi * at / 8)) / 2)),
        ("linear", lambda at: 0.5 * (1 - at / 8)),
        ({"name": "exponential", "end": 0.25}, lambda at: 0.5 * 0.25 ** (at / 8)),
        ({"name": "step", "drops": 3, "factor": 0.5}, lambda at: 0.5 * 0.5 ** (at // 2)),
    ],
)
def test_formulas(level, expected):
    assert rates(level) == pytest.approx([expected(at) for at in range(9)], abs=1e-7)


def test_warmup_rises_from_nothing_to_the_rate():
    found = rates({"name": "cosine", "warmup": 0.5})
    assert found[:5] == pytest.approx([0, 0.125, 0.25, 0.375, 0.5])
    assert found[4:] == sorted(found[4:], reverse=True)
    assert found[-1] == pytest.approx(0, abs=1e-7)


def test_warmup_of_less_than_a_step_is_none():
    assert rates({"name": "cosine", "warmup": 0.01})[0] == 0.5


def test_a_schedule_of_the_users_own(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    assert rates({"name": f"{tmp_path}/own.py:halved", "after": 5})[4:8] == [0.5, 0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("level", "message"),
    [
        ("cosin", 'did you mean "cosine"'),
        ({"name": "cosine", "warmup": 1.0}, "below 1"),
        ({"name": "exponential", "end": 0.0}, "above 0"),
        ({"name": "constant", "end": 0.0}, "takes no settings"),
    ],
)
def test_what_is_not_allowed_is_told(level, message):
    with pytest.raises(RequestError, match=message):
        tiny(schedule=level)

"""A schedule that is written out has the rates of the project's own at every step."""

import keras
import numpy as np
import pytest

from experiments.models.schedules import learning_rate
from experiments.report.code.names import Names
from experiments.report.code.rate import _SCHEDULES, rate_lines
from experiments.study import catalog
from tests.experiments.report.code.declared import study_of

LEVELS = ["cosine", {"name": "cosine", "warmup": 0.3, "end": 0.1}, {"name": "cosine", "warmup": 0.01},
          {"name": "cosine", "warmup": 0.99}, {"name": "linear", "end": 0.2}, "exponential", "step",
          {"name": "step", "drops": 30, "factor": 0.5}]  # fmt: skip


@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_the_rates_are_those_of_the_project(level) -> None:
    trial = study_of(task={"name": "xor", "n": 60}, epochs=3, batch_size=10, schedule=level).trials[0]
    names = Names()
    lines, rate = rate_lines(trial.settings, names)
    found = {"train": range(36)}
    exec("\n".join([*names.lines, *lines]), found)
    assert found["steps"] == 12
    expected = learning_rate(trial, 12)
    for step in range(13):
        np.testing.assert_allclose(float(found[rate](step)), float(expected(step)), rtol=1e-6, atol=1e-12)
    assert isinstance(found[rate], keras.optimizers.schedules.LearningRateSchedule)


def test_every_schedule_is_written() -> None:
    assert {"constant", *_SCHEDULES} - {"warm"} == set(catalog.SCHEDULES)

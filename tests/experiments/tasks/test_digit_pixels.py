"""Pixels as numbers from 0 to 1, to be learned with squared error and with cross-entropy alike."""

import numpy as np
import pytest

from experiments.recipes.recipe import recipe_of, task_of
from experiments.study.study_table import read
from experiments.tasks.digit_pixels import digit_pixels
from experiments.tasks.digits import digits


@pytest.mark.parametrize("binarize", [False, True])
def test_targets_are_the_images_as_a_model_sees_them(binarize):
    grey, data = digits().draw(1), digit_pixels(binarize=binarize).draw(1)
    expected = grey.x / 16 if not binarize else grey.x >= 8
    np.testing.assert_allclose(data.y, expected)
    np.testing.assert_allclose(data.x * data.scale, expected)
    np.testing.assert_array_equal(data.validation, grey.validation)


def test_a_study_of_them_takes_both_losses_and_the_constant_guess_is_the_mean_image():
    table = {"task": {"name": "digit_pixels", "binarize": True}, "model": {"kind": "autoencoder"}}
    study = read({"name": "a", **table, "factors": {"loss": ["cross_entropy", "mean_squared_error"]}})
    task = task_of(study, study.base)
    data = task.draw(0)
    mean = data.y[data.train].astype(float).mean(axis=0)
    expected = np.abs(data.y[data.validation] - mean).mean()
    assert task.metrics[0] == "mean_absolute_error"
    assert recipe_of(study).constant_score(task, data) == pytest.approx(expected)

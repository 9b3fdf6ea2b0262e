"""A saved model that can't be loaded is told with what its class needs."""

import keras
import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.models.saved import load_saved


def test_a_class_that_keras_can_not_make_again_is_named(tmp_path):
    class Unregistered(keras.Model):
        def call(self, x):
            return x

    model = Unregistered()
    model(np.zeros((1, 2), np.float32))
    model.save(tmp_path / "best.keras")
    with pytest.raises(RequestError, match=r"Could not locate class 'Unregistered'; a class of your own needs @keras"):
        load_saved(tmp_path / "best.keras")

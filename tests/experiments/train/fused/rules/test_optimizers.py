"""Optimizers of a stack where numbers run over: as Keras', and each trial by itself."""

import keras
import numpy as np
from keras import ops

from experiments.train.fused.rules.optimizers import Stacked


def test_a_global_norm_that_runs_over_spreads_as_in_keras_and_only_in_its_trial():
    gradients = np.array([[1.0, 2.0], [1e20, 1.0]], "float32")  # of two cells; 1e40 is no float32
    weights = np.ones((1, 2, 2), "float32")
    stacked = Stacked(keras.optimizers.SGD(0.5, global_clipnorm=1.0), [1])
    numbers = {"learning_rate": 0.5, "global_clipnorm": 1.0}
    (ours,), _ = stacked.apply(
        numbers.get, [ops.convert_to_tensor(weights)], [ops.convert_to_tensor(gradients[None])], [[]], 1
    )
    for cell, gradient in enumerate(gradients):
        one = keras.optimizers.SGD(0.5, global_clipnorm=1.0)
        variable = keras.Variable(weights[0, cell])
        one.apply([ops.convert_to_tensor(gradient)], [variable])
        np.testing.assert_allclose(np.asarray(ours)[0, cell], np.asarray(variable), rtol=1e-6)
    assert np.isfinite(np.asarray(ours)[0, 0]).all()
    assert np.isnan(np.asarray(ours)[0, 1]).all()

"""Steps of Keras taken at once: where a model takes a few of them, they are sooner done than compiled."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import tensorflow as tf
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer


@contextmanager
def eager_steps():
    """Let `fit` and `evaluate` run without compiling, and no warning tell of it."""
    tf.config.run_functions_eagerly(True)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Even though the `tf.config.experimental_run_functions_eagerly`")
            yield
    finally:
        tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def _steps_of_keras_at_once() -> Iterator[None]:
    """Let what Keras trains run without compiling, and what is stacked be compiled as it is for users."""
    make = TensorFlowTrainer._make_function

    def at_once(model, step):
        before, model.run_eagerly = model.run_eagerly, True
        try:
            return make(model, step)
        finally:
            model.run_eagerly = before

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TensorFlowTrainer, "_make_function", at_once)
        yield

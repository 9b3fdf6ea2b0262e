"""Steps of Keras taken at once: where a model takes a few of them, they are sooner done than compiled."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import tensorflow as tf
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

# for tests within a fixture: pytest has filters of its own in each
OF_EAGER_STEPS = pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")


@contextmanager
def eager_steps() -> Iterator[None]:
    """Let `fit` and `evaluate`, and stacks too, run without compiling, and no warning tell of it."""
    with _eagerly(True), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Even though the `tf.config.experimental_run_functions_eagerly`")
        yield


@contextmanager
def compiled_steps() -> Iterator[None]:
    """The other way round, within `eager_steps`."""
    with _eagerly(False):
        yield


@contextmanager
def _eagerly(wanted: bool) -> Iterator[None]:
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(wanted)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


@contextmanager
def steps_of_keras_at_once() -> Iterator[None]:
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


@pytest.fixture(scope="module")
def _all_steps_at_once() -> Iterator[None]:
    with eager_steps():
        yield


@pytest.fixture(scope="module")
def _steps_of_keras_at_once() -> Iterator[None]:
    with steps_of_keras_at_once():
        yield

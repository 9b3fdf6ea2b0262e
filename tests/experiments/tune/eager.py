"""Steps of Keras taken at once: where a model takes a few of them, they are sooner done than compiled."""

import warnings
from contextlib import contextmanager

import tensorflow as tf


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

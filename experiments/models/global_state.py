"""What a user's function may change for the whole process, put back: settings of Keras and backend, random state."""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras
import numpy as np

from custom.keras_internals import global_attribute, set_global_attribute
from experiments.study.types import OwnPart

_POLICY = "dtype_policy"  # as Keras keeps it; None until a layer is made, or one is set
_RANDOM = ("global_random_seed", "global_seed_generator")
_FLAGS = ("jax_enable_x64", "jax_default_matmul_precision", "jax_debug_nans", "jax_disable_jit")
_Pair = tuple[Callable[[], OwnPart], Callable[[OwnPart], object]]  # what reads a setting, what sets it


@contextmanager
def keep_settings() -> Iterator[None]:
    """Float type, epsilon, dtype policy, image format, and the backend's flags are afterwards as they were before.

    Inside, as in a fresh process, layers have the float type where no other policy was set.

    >>> with keep_settings():
    ...     keras.config.set_floatx("float64")
    >>> keras.config.floatx()
    'float32'
    """
    kept = [(read, put, read()) for read, put in _settings()]
    policy = global_attribute(_POLICY)
    if getattr(policy, "name", None) == keras.config.floatx():
        set_global_attribute(_POLICY, None)  # made by the first layer, it would outlast a new float type
    try:
        yield
    finally:
        for read, put, value in kept:
            if read() != value:
                put(value)
        set_global_attribute(_POLICY, policy)


@contextmanager
def keep_randomness() -> Iterator[None]:
    """The random states of Python, NumPy, Keras and TensorFlow are afterwards as they were before.

    >>> np.random.seed(3)
    >>> with keep_randomness():
    ...     keras.utils.set_random_seed(0)
    >>> int(np.random.randint(100))
    24
    """
    python, arrays = random.getstate(), np.random.get_state()
    of_keras = {name: global_attribute(name) for name in _RANDOM}
    generator = of_keras[_RANDOM[1]]
    drawn = None if generator is None else keras.ops.convert_to_numpy(generator.state)
    of_tensorflow = _tensorflow_random()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(arrays)
        for name, value in of_keras.items():
            set_global_attribute(name, value)
        if generator is not None:
            generator.state.assign(drawn)
        _restore_tensorflow_random(of_tensorflow)


@contextmanager
def seeded(seed: int, batches: bool = False) -> Iterator[None]:
    """Draw from a seed; settings and random states are afterwards as they were before.

    batches: whether Keras' `fit` draws its batches inside. TensorFlow is not seeded then, for with a seed of its own
    `fit` would repeat one order of the examples in every epoch.

    >>> with seeded(3):
    ...     first = random.random()
    >>> with seeded(3):
    ...     random.random() == first
    True
    """
    with keep_settings(), keep_randomness():
        unseeded = _tensorflow_random()
        keras.utils.set_random_seed(seed)
        if batches:
            _restore_tensorflow_random(unseeded)
        yield


def forget_models() -> None:
    """Drop what Keras keeps of models that are gone; a dtype policy that was set stays."""
    policy = global_attribute(_POLICY)
    keras.utils.clear_session()
    set_global_attribute(_POLICY, policy)


def _settings() -> list[_Pair]:
    config = keras.config
    pairs: list[_Pair] = [
        (config.floatx, config.set_floatx),
        (config.epsilon, config.set_epsilon),
        (config.image_data_format, config.set_image_data_format),
        (config.max_epochs, config.set_max_epochs),
        (config.max_steps_per_epoch, config.set_max_steps_per_epoch),
        (config.is_traceback_filtering_enabled, _switch(config, "traceback_filtering")),
        (config.is_interactive_logging_enabled, _switch(config, "interactive_logging")),
        (np.geterr, lambda found: np.seterr(**found)),
    ]
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        pairs += [
            (tf.config.functions_run_eagerly, tf.config.run_functions_eagerly),
            (
                tf.config.experimental.tensor_float_32_execution_enabled,
                tf.config.experimental.enable_tensor_float_32_execution,
            ),
            (tf.config.optimizer.get_jit, tf.config.optimizer.set_jit),
        ]
    if keras.backend.backend() == "jax":
        import jax

        pairs += [
            (lambda name=name: getattr(jax.config, name), lambda value, name=name: jax.config.update(name, value))
            for name in _FLAGS
        ]
    return pairs


def _switch(config: object, name: str) -> Callable[[bool], None]:
    return lambda on: getattr(config, f"{'enable' if on else 'disable'}_{name}")()


def _tensorflow_random() -> OwnPart:
    """The seed and the state of TensorFlow's own generator; None where TensorFlow is not loaded."""
    if "tensorflow" not in sys.modules:
        return None
    own = _tensorflow_context()
    return own._seed, own._rng.getstate() if hasattr(own, "_rng") else None


def _restore_tensorflow_random(kept: OwnPart) -> None:
    if "tensorflow" not in sys.modules:
        return
    own, (seed, drawn) = _tensorflow_context(), kept or (None, None)
    if own._seed != seed:
        own._set_global_seed(seed)
    if drawn is not None:
        own._rng.setstate(drawn)


def _tensorflow_context() -> OwnPart:
    from tensorflow.python.eager import context

    return context.context()

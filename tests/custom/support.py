"""What the tests of `custom` share: value and gradient on either backend, points, and high-precision
formulas."""

import contextlib
import os

import keras
import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from keras import ops

mpmath.mp.dps = 40

ON_JAX = keras.backend.backend() == "jax"
# everything, however long it takes
ALL = os.environ.get("EQUALITY") == "all"

if keras.backend.backend() == "torch":
    import torch

    # NumPy gets the values of any tensor; PyTorch's own refuse where there is a gradient
    torch.Tensor.__array__ = lambda self, *arguments, **settings: (
        self.detach().numpy().__array__(*arguments, **settings)
    )

# Keras 3.15 copies its variables in a way that NumPy 2 calls deprecated; nothing here can mend it
KERAS_COPIES = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

# tests of few steps, each of which is soon taken; TensorFlow warns that it does so
AT_ONCE = [
    pytest.mark.usefixtures("_at_once"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`"),
]

# JAX compiles every single operation that it is asked for, with the compiler that it has for whole programs: what is
# right in a program is right eagerly too, and a program is sooner compiled than all of its operations
COMPILED = pytest.mark.parametrize(
    "compiled",
    [True] if ON_JAX and not ALL else [False, True],
    ids=lambda compiled: "compiled" if compiled else "eager",
)

# a new shape is a new program to compile, on JAX for every single operation: a few examples do, and their time says
# only how busy the machine is
FEW = settings(
    max_examples=6 if keras.backend.backend() == "tensorflow" else 3,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

# 0, ±tiny, ±1, ±large, ±huge, and what lies between
POINTS = [0.0, 1e-30, 1e-8, 1e-4, 1e-3, 0.1, 0.5, 0.999, 1.0, 1.001, 2.0, 10.0, 100.0, 1e4, 1e10, 1e30]
POINTS = np.array([*POINTS, *(-point for point in POINTS)])
# what one rounded operation may be off, times a few operations
TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 1e-6, "float64": 1e-14}
DTYPES = tuple(TOLERANCE)


@contextlib.contextmanager
def wide_floats():
    """float64 on JAX too, which has it switched off until asked."""
    if keras.backend.backend() != "jax":
        yield
        return
    import jax

    with jax.enable_x64(True):
        yield


def steps_at_once():
    """Let models take their few steps without compiling on TensorFlow; on JAX a program is sooner compiled."""
    if keras.backend.backend() != "tensorflow":
        return contextlib.nullcontext()
    from tests.experiments.eager import eager_steps

    return eager_steps()


def steps_compiled():
    """The other way round, within `steps_at_once`."""
    if keras.backend.backend() != "tensorflow":
        return contextlib.nullcontext()
    from tests.experiments.eager import compiled_steps

    return compiled_steps()


@pytest.fixture
def _at_once():
    with steps_at_once():
        yield


def value_and_gradient(function, x, *, compiled=True):
    """function(x) and the gradient of its sum in x, as arrays."""
    x = ops.convert_to_tensor(x)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        def both(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                value = function(x)
            return value, tape.gradient(value, x)

        value, gradient = tf.function(both, jit_compile=True)(x) if compiled else both(x)
    elif keras.backend.backend() == "torch":
        import torch

        x = x.detach().requires_grad_()
        value = function(x)
        gradient = torch.zeros_like(x)
        if value.requires_grad:
            (gradient,) = torch.autograd.grad(value.sum(), x)
    else:
        import jax

        def both(x):
            value, back = jax.vjp(function, x)
            return value, back(ops.ones_like(value))[0]

        value, gradient = jax.jit(both)(x) if compiled or not ALL else both(x)
    return as_array(value), as_array(gradient)


def at_once(function):
    """The function; on JAX as one program, where eagerly each of its operations would be a program of its own."""
    if not ON_JAX or ALL:
        return function
    import jax

    return jax.jit(function)


def type_of(function, x):
    """The float type of what a function gives; on JAX without computing it, which would be a program."""
    if ON_JAX and not ALL:
        import jax

        return keras.backend.standardize_dtype(jax.eval_shape(function, x).dtype)
    return keras.backend.standardize_dtype(function(x).dtype)


def as_array(tensor):
    """A tensor's values, bfloat16 as float32, which NumPy can compute with."""
    if keras.backend.standardize_dtype(tensor.dtype) == "bfloat16":
        tensor = ops.cast(tensor, "float32")
    return ops.convert_to_numpy(tensor)


def cast(array, dtype):
    """The array in a type of Keras', and the float64 values it then holds, which a reference starts from."""
    # what overflows becomes infinite, which is what a type does
    with np.errstate(over="ignore"):
        tensor = ops.cast(np.asarray(array, "float64"), dtype)
    return tensor, as_array(tensor).astype("float64")


def representable(points, dtype):
    """Those of the points that neither overflow nor vanish in the type."""
    _, held = cast(points, dtype)
    info = _limits(dtype)
    return points[np.isfinite(held) & ((points == 0) | (np.abs(held) >= info[0]))]


def assert_close(actual, expected, dtype, *, factor=1.0):
    """Equal to the type's rounding; below its smallest normal number a value may be flushed to zero."""
    smallest, largest = _limits(dtype)
    expected = np.asarray(expected, "float64")
    expected = np.where(np.abs(expected) > largest, np.copysign(np.inf, expected), expected)
    np.testing.assert_allclose(
        np.asarray(actual, "float64"), expected, rtol=factor * TOLERANCE[dtype], atol=2 * smallest
    )


def _limits(dtype):
    if dtype == "bfloat16":
        return 1.17549435e-38, 3.38953139e38
    info = np.finfo(dtype)
    return float(info.tiny), float(info.max)


def precise(formula, *arrays):
    """A formula of mpmath's numbers, elementwise over arrays."""
    return np.vectorize(lambda *numbers: float(formula(*(mpmath.mpf(float(n)) for n in numbers))))(*arrays)


def central_difference(function, x, *, step=1e-5):
    """The gradient of sum(function(x)) in float64, from values alone."""
    x, function = np.asarray(x, "float64"), at_once(function)
    gradient = np.zeros_like(x)
    with wide_floats():
        for index in np.ndindex(x.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = x.copy()
                moved[index] += sign * step
                ends.append(float(np.sum(as_array(function(ops.convert_to_tensor(moved, dtype="float64"))))))
            gradient[index] = (ends[0] - ends[1]) / (2 * step)
    return gradient

"""Maximum relative error of losses and activations in float32, value and gradient, beside Keras' own.

    python benchmarks/parts_accuracy.py            (KERAS_BACKEND=jax for the other backend; about 2 minutes)

The reference is mpmath with 60 digits, at the float32 number that each point is rounded to. A point
counts where the true value is a normal float32: below, the processor flushes to zero.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import mpmath
import numpy as np
from keras import ops

from custom.activations import hard_tanh, heaviside
from custom.losses import earth_mover, huber, log_cosh, wasserstein

mpmath.mp.dps = 60
POINTS = 100_000
RANGES = {"[−1e4, 1e4]": 1e4, "[−1e-3, 1e-3]": 1e-3}
SMALLEST, LARGEST = float(np.finfo("float32").tiny), float(np.finfo("float32").max)


def of_error(loss):
    """A loss as a function of the error, an example each."""

    def call(x):
        column = ops.expand_dims(x, -1)
        return loss(ops.zeros_like(column), column)

    return call


def clip(x, low, high):
    return min(max(x, mpmath.mpf(low)), mpmath.mpf(high))


def huber_value(delta):
    return lambda e: e * e / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)


# name: ours, Keras' or None, value, slope
FUNCTIONS = {
    "hard_tanh": (hard_tanh, keras.activations.hard_tanh, lambda x: clip(x, -1, 1), lambda x: int(abs(x) <= 1)),
    "heaviside": (
        lambda x: heaviside(x) + 0.0 * x,
        lambda x: ops.heaviside(x, 1.0) + 0.0 * x,
        lambda x: int(x >= 0),
        lambda x: 0,
    ),
    "heaviside, straight through": (
        lambda x: heaviside(x, straight_through=True),
        None,
        lambda x: int(x >= 0),
        lambda x: 1,
    ),
    "huber(δ=1)": (
        of_error(huber),
        of_error(keras.losses.huber),
        huber_value(mpmath.mpf(1)),
        lambda e: clip(e, -1, 1),
    ),
    "huber(δ=1e-4)": (
        of_error(lambda y, p: huber(y, p, delta=1e-4)),
        of_error(lambda y, p: keras.losses.huber(y, p, delta=1e-4)),
        huber_value(mpmath.mpf(float(np.float32(1e-4)))),
        lambda e: clip(e, -float(np.float32(1e-4)), float(np.float32(1e-4))),
    ),
    "log_cosh": (
        of_error(log_cosh),
        of_error(keras.losses.log_cosh),
        lambda e: mpmath.log(mpmath.cosh(e)),
        mpmath.tanh,
    ),
    "wasserstein": (of_error(wasserstein), None, lambda f: f, lambda f: 1),
    "earth_mover(1)": (of_error(earth_mover), None, abs, mpmath.sign),
    "earth_mover(2)": (of_error(lambda y, p: earth_mover(y, p, exponent=2)), None, lambda d: d * d, lambda d: 2 * d),
}


def value_and_gradient(function, x):
    """Both, jitted, as float64 arrays."""
    x = ops.convert_to_tensor(x)
    if keras.backend.backend() == "jax":
        import jax

        def both(x):
            value, back = jax.vjp(function, x)
            return value, back(ops.ones_like(value))[0]

        results = jax.jit(both)(x)
    else:
        import tensorflow as tf

        @tf.function(jit_compile=True)
        def both(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                value = function(x)
            return value, tape.gradient(value, x)

        results = both(x)
    return [ops.convert_to_numpy(result).astype("float64") for result in results]


def points(limit):
    """Half of them evenly spaced, half evenly on a logarithmic scale: the first would miss what is near 0."""
    far = np.geomspace(1e-30, limit, POINTS // 4)
    return np.concatenate([np.linspace(-limit, limit, POINTS // 2), far, -far]).astype("float32")


def reference(formula, x):
    return np.array([float(formula(mpmath.mpf(x_value))) for x_value in x.astype("float64").tolist()])


def largest_error(actual, expected):
    counts = (np.abs(expected) >= SMALLEST) & (np.abs(expected) <= LARGEST)
    wrong_zeros = (expected == 0) & (actual != 0)
    if wrong_zeros.any():
        return float("inf")
    return float(np.max(np.abs(actual - expected)[counts] / np.abs(expected)[counts], initial=0.0))


def main():
    print(f"Largest relative error, {POINTS:,} points each, float32, {keras.backend.backend()}, jitted\n")
    print("| function | range | value: ours | value: Keras | gradient: ours | gradient: Keras |")
    print("|---|---|---|---|---|---|")
    for name, (ours, theirs, value, slope) in FUNCTIONS.items():
        for shown, limit in RANGES.items():
            x = points(limit)
            expected = reference(value, x), reference(slope, x)
            errors = []
            for function in (ours, theirs):
                results = (None, None) if function is None else value_and_gradient(function, x)
                errors.append(
                    ["–" if r is None else f"{largest_error(r, e):.1e}" for r, e in zip(results, expected, strict=True)]
                )
            (v1, g1), (v2, g2) = errors
            print(f"| {name} | {shown} | {v1} | {v2} | {g1} | {g2} |", flush=True)


if __name__ == "__main__":
    main()

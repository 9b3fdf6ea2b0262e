"""Time of each part beside Keras' built-in or the naive composition: value, and value with gradient, jitted.

    python benchmarks/parts_speed.py               (KERAS_BACKEND=jax for the other backend; about 2 minutes)

The two run by turns, round after round, so that whatever else the machine does meets both. A figure is
the median over the rounds of the ratio ours / other, and in brackets its quartiles. Nothing is asserted.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import time

import keras
import numpy as np
from keras import ops

from custom.activations import hard_tanh, heaviside
from custom.constraints import SoftThreshold, WeightClip
from custom.layers import HardTanh, Perceptron, SparsityPenalty
from custom.losses import EarthMover, Huber, LogCosh, Wasserstein
from custom.optimizers import MovingAverageMomentum
from custom.regularizers import ElasticNet, KLSparsity

ROUNDS, CALLS = 41, 5
EXAMPLES, UNITS = 4096, 256
RNG = np.random.default_rng(0)
X = RNG.normal(size=(EXAMPLES, UNITS)).astype("float32")
Y = RNG.normal(size=(EXAMPLES, UNITS)).astype("float32")
# a critic has one score per example
SCORES, SIGNS = X.reshape(-1, 1), np.sign(Y).reshape(-1, 1)
SHARES = RNG.uniform(0.01, 0.99, size=(EXAMPLES, UNITS)).astype("float32")
P, Q = (RNG.dirichlet(np.ones(10), EXAMPLES).astype("float32") for _ in range(2))


def naive_straight_through(x):
    step = ops.cast(x >= 0.0, x.dtype)
    return x + ops.stop_gradient(step - x)


def naive_wasserstein(y, f):
    return -ops.mean(y * f, axis=-1)


def naive_earth_mover(exponent):
    def loss(y, p):
        difference = ops.cumsum(p, axis=-1) - ops.cumsum(y, axis=-1)
        return ops.sum(ops.abs(difference) if exponent == 1 else ops.square(difference), axis=-1)

    return loss


def naive_kl(a):
    mean = ops.clip(ops.mean(a, axis=0), 1e-7, 1 - 1e-7)
    return ops.sum(0.05 * ops.log(0.05 / mean) + 0.95 * ops.log(0.95 / (1 - mean)))


def penalty_of(layer):
    """What a layer adds to the loss; the layer is called inside the program that is timed."""

    def call(x):
        layer(x)
        return layer.losses[-1]

    return call


def naive_perceptron(kernel, bias):
    return lambda x: naive_straight_through(ops.matmul(x, kernel) + bias)


def perceptron():
    layer = Perceptron(UNITS)
    layer.build((None, UNITS))
    return layer, naive_perceptron(layer.kernel, layer.bias)


LAYER, COMPOSED = perceptron()
# name: ours, the other, what the other is, the inputs; a gradient is taken in the last of them
PAIRS = {
    "hard_tanh": (hard_tanh, keras.activations.hard_tanh, "keras hard_tanh", X),
    "HardTanh(0, 6)": (HardTanh(0.0, 6.0), keras.ops.relu6, "keras relu6", X),
    "heaviside": (heaviside, lambda x: ops.heaviside(x, 1.0), "keras ops.heaviside", X),
    "heaviside, straight through": (
        lambda x: heaviside(x, straight_through=True),
        naive_straight_through,
        "x + stop_gradient(step − x)",
        X,
    ),
    "Perceptron": (LAYER, COMPOSED, "matmul and the above", X),
    "Huber": (Huber(), keras.losses.Huber(), "keras Huber", Y, X),
    "LogCosh": (LogCosh(), keras.losses.LogCosh(), "keras LogCosh", Y, X),
    "Wasserstein": (Wasserstein().call, naive_wasserstein, "−mean(y·f)", SIGNS, SCORES),
    "EarthMover(1)": (EarthMover().call, naive_earth_mover(1), "two cumulative sums", P, Q),
    "EarthMover(2)": (EarthMover(2).call, naive_earth_mover(2), "two cumulative sums", P, Q),
    "ElasticNet": (ElasticNet(1e-4, 1e-4), keras.regularizers.L1L2(1e-4, 1e-4), "keras L1L2", X),
    "KLSparsity": (KLSparsity(0.05, 1.0), naive_kl, "clip and two logarithms", SHARES),
    "SparsityPenalty, l1": (
        penalty_of(SparsityPenalty(kind="l1")),
        penalty_of(keras.layers.ActivityRegularization(l1=1e-3)),
        "keras ActivityRegularization",
        SHARES,
    ),
    "WeightClip": (WeightClip(), lambda w: ops.clip(w, -0.01, 0.01), "keras ops.clip", X),
    "SoftThreshold": (
        SoftThreshold(0.5),
        lambda w: keras.activations.soft_shrink(w, threshold=0.5),
        "keras soft_shrink",
        X,
    ),
}


def programs(function, inputs):
    """Two jitted programs of the inputs: the value, and the value with the gradient of a weighted sum of it."""
    shape = function(*map(ops.convert_to_tensor, inputs)).shape
    # plain sums have slopes of one, which a compiler makes constants of
    slopes = RNG.normal(size=shape).astype("float32")
    if keras.backend.backend() == "jax":
        import jax

        both = jax.value_and_grad(lambda *x: ops.sum(slopes * function(*x)), argnums=len(inputs) - 1)
        return jax.jit(function), jax.jit(both)
    import tensorflow as tf

    @tf.function(jit_compile=True)
    def both(*x):
        with tf.GradientTape() as tape:
            tape.watch(x[-1])
            value = ops.sum(slopes * function(*x))
        return value, tape.gradient(value, x[-1], unconnected_gradients="zero")

    # a function with arguments left at their defaults costs tf.function a tenth of a millisecond per call
    @tf.function(jit_compile=True)
    def value(*x):
        return function(*x)

    return value, both


def optimizer_program(optimizer):
    """A step of an optimizer on a weight of the size of the other inputs."""
    weight = keras.Variable(X)
    optimizer.build([weight])
    if keras.backend.backend() == "jax":
        import jax

        state = [[weight.value], [variable.value for variable in optimizer.variables]]

        @jax.jit
        def step(gradient, trained, slots):
            return optimizer.stateless_apply(slots, [gradient], trained)

        return lambda gradient: step(gradient, *state)
    import tensorflow as tf

    # the weight itself, so that the program has something to give back
    @tf.function(jit_compile=True)
    def step(gradient):
        optimizer.apply([gradient], [weight])
        return weight.value[0, 0]

    return step


def seconds(program, inputs):
    start = time.perf_counter()
    for _ in range(CALLS):
        result = program(*inputs)
    wait(result)
    return (time.perf_counter() - start) / CALLS


def wait(result):
    if keras.backend.backend() == "jax":
        import jax

        jax.block_until_ready(result)
    else:
        import tensorflow as tf

        [np.asarray(tf.reshape(array, (-1,))[:1]) for array in tf.nest.flatten(result)]


def compare(ours, other, inputs):
    inputs = [ops.convert_to_tensor(x) for x in inputs]
    times = []
    for round_ in range(ROUNDS + 3):
        # who goes first changes from round to round; the first rounds compile and warm up
        order = (ours, other) if round_ % 2 else (other, ours)
        measured = {id(program): seconds(program, inputs) for program in order}
        times.append((measured[id(ours)], measured[id(other)]))
    times = np.array(times[3:])
    low, median, high = np.percentile(times[:, 0] / times[:, 1], [25, 50, 75])
    mine, theirs = np.median(times, axis=0) * 1e3
    return f"{mine:.3f} | {theirs:.3f} | {median:.2f} ({low:.2f}–{high:.2f})"


def main():
    size = f"{EXAMPLES} × {UNITS}"
    print(f"Milliseconds of a call on {size} float32 numbers, {keras.backend.backend()}, jitted, {ROUNDS} rounds\n")
    print("| part | beside | value: ours | other | ratio | with gradient: ours | other | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    # what is measured first would pay for the memory that the process has not got yet
    compare(*(programs(ops.tanh, [X])[0] for _ in range(2)), [X])
    for name, (ours, other, what, *inputs) in PAIRS.items():
        pairs = zip(programs(ours, inputs), programs(other, inputs), strict=True)
        cells = [compare(mine, theirs, inputs) for mine, theirs in pairs]
        print(f"| {name} | {what} | {' | '.join(cells)} |", flush=True)
    step = optimizer_program(MovingAverageMomentum(0.01, 0.9))
    heavy_ball = optimizer_program(keras.optimizers.SGD(0.001, momentum=0.9))
    print(f"| MovingAverageMomentum, a step | keras SGD(momentum) | {compare(step, heavy_ball, [X])} | – | – | – |")


if __name__ == "__main__":
    main()

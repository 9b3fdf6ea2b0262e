"""How fast this process trains, in steps of a stack that stands for all: products, and as much between them."""

import time

import keras
import numpy as np
from keras import ops

from custom.types import Tensor
from experiments.train.fused import backend

_TRIALS, _BATCH, _INPUTS, _UNITS, _STEPS = 4, 128, 784, 128, 20
_SECONDS = 1.0


def measure_speed() -> tuple[float, bool]:
    """Steps a second, and whether an accelerator does them."""
    generator = np.random.default_rng(0)
    x = ops.convert_to_tensor(generator.normal(size=(_TRIALS, _BATCH, _INPUTS)).astype("float32"))
    weights = ops.convert_to_tensor(generator.normal(size=(_TRIALS, _INPUTS, _UNITS)).astype("float32") / _INPUTS)

    def step(weights: Tensor, _: Tensor) -> Tensor:
        outputs = ops.tanh(ops.matmul(x, weights))
        gradient = ops.matmul(ops.transpose(x, (0, 2, 1)), outputs) / _BATCH
        return weights - 1e-3 * gradient / (ops.sqrt(ops.square(gradient)) + 1e-7)

    def take_steps(weights: Tensor, steps: Tensor) -> Tensor:
        return backend.scan(step, weights, steps)

    program = backend.compile_function(take_steps)
    steps = ops.arange(_STEPS)
    weights = program(weights, steps)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < _SECONDS:
        weights = program(weights, steps)
        ops.convert_to_numpy(weights)  # until it is done
        count += _STEPS
    return count / (time.perf_counter() - start), accelerated()


def device() -> str:
    """The kind of device that trains: "cpu", "gpu" or "tpu".

    >>> device() in ("cpu", "gpu", "tpu")
    True
    """
    kinds = [name.lower().partition(":")[0] for name in keras.distribution.list_devices()]
    return next((kind for kind in kinds if kind != "cpu"), "cpu")


def accelerated() -> bool:
    """Whether an accelerator trains."""
    return device() != "cpu"

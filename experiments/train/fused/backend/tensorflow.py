"""TensorFlow: XLA, a `while_loop` over the steps."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeAlias, TypeVar

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import ops

from custom.types import Tensor

T = TypeVar("T")

Native: TypeAlias = Any  # what this backend itself calls a tensor, or nested lists of them


def _settle() -> None:
    """Advance TensorFlow's counter of names to a round number.

    Compiled programs on disk are found by their names, which hold a count of all that was made before.
    """
    tf.function(lambda: tf.constant(0)).get_concrete_function()  # the first function of a process counts once more
    while (ops.uid() + 1) % 100_000:
        pass


def compile_function(function: Callable[..., T], xla: bool = True) -> Callable[..., T]:
    """One program, by XLA or by TensorFlow's own kernels."""
    program = tf.function(function, jit_compile=xla, autograph=False)
    settled = not xla  # others are not kept on disk

    def call(*arguments: object) -> T:
        nonlocal settled
        if not settled:
            _settle()
            settled = True
        return program(*arguments)

    return call


def gradients(function: Callable[[list[Tensor]], tuple[Tensor, T]], weights: list[Tensor]) -> tuple[list[Tensor], T]:
    """The gradients of the first of `function`'s results, and the second."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(weights)
        value, more = function(weights)
    return tape.gradient(value, weights, unconnected_gradients="zero"), more


def scan(body: Callable[[T, Native], T], state: T, steps: Native) -> T:
    """The state after `body` on each slice of `steps` along their leading axis."""
    count = tf.nest.flatten(steps)[0].shape[0]

    def more(index: Native, _: T) -> Native:
        return index < count

    def turn(index: Native, state: T) -> tuple[Native, T]:
        def at_index(values: Native) -> Native:
            return values[index]

        return index + 1, body(state, tf.nest.map_structure(at_index, steps))

    return tf.while_loop(more, turn, (0, state))[1]


def recur(step: Callable[[list[Tensor], Tensor], list[Tensor]], states: list[Tensor], inputs: Tensor) -> Tensor:
    """The first state after each step, along the leading axis of `inputs`."""
    return tf.scan(step, inputs, states)[0]


def draw(
    kind: str, seeds: np.ndarray, first: int, steps: int, shape: tuple[int, ...], dtype: str, every: int = 1
) -> Tensor:
    """Numbers as Keras draws them, outside XLA, where the same seed gives others.

    first: which draw of a seed comes first. every: of how many each step takes one.
    """
    return _draw(tf.constant(seeds), tf.constant(first), steps, shape, kind, dtype, every)


@tf.function(autograph=False)
def _draw(
    seeds: Native, first: Native, steps: int, shape: tuple[int, ...], kind: str, dtype: str, every: int
) -> Native:
    sample = tf.random.stateless_uniform if kind == "uniform" else tf.random.stateless_normal

    def of_step(step: Native) -> Native:
        # Keras cuts a seed's state to what TensorFlow's generators take
        states = [
            tf.math.floormod(seeds[at] + [0, first + every * step], tf.int32.max - 1) for at in range(seeds.shape[0])
        ]
        return tf.stack([sample(shape, seed=tf.cast(state, "int32"), dtype=dtype)[None] for state in states])

    return tf.map_fn(of_step, tf.range(steps), fn_output_signature=dtype)


def dropout(x: Native, rate: Native, draws: Native) -> Native:
    """As `tf.nn.experimental.stateless_dropout` has it."""
    return tf.where(draws >= rate, x * (1 / (1 - rate)), tf.zeros_like(x))


def structure(kind: type[T]) -> type[T]:
    """A dataclass of tensors, with what `tf.nest` asks of one."""
    made: Native = kind
    names = [field.name for field in fields(made)]

    def flatten(self: Native) -> tuple[tuple[()], tuple[Native, ...]]:
        return (), tuple(getattr(self, name) for name in names)

    def unflatten(cls: Native, metadata: tuple[()], values: tuple[Native, ...]) -> Native:
        return made(*values)

    made.__tf_flatten__, made.__tf_unflatten__ = flatten, classmethod(unflatten)
    return kind

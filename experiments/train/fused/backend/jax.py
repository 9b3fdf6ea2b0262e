"""JAX: `jit(scan)`."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, TypeAlias, TypeVar

import jax
import numpy as np
from jax import numpy as jnp

from custom.types import Tensor
from experiments.study.types import KerasPart

T = TypeVar("T")

Native: TypeAlias = Any  # what this backend itself calls a tensor, or nested lists of them


def compile_function(function: Callable[..., T], xla: bool = True) -> Callable[..., T]:
    """One XLA program, always."""
    return jax.jit(function)


def gradients(function: Callable[[list[Tensor]], tuple[Tensor, T]], weights: list[Tensor]) -> tuple[list[Tensor], T]:
    """The gradients of the first of `function`'s results, and the second."""
    return jax.grad(function, has_aux=True)(weights)


def scan(body: Callable[[T, Native], T], state: T, steps: Native) -> T:
    """The state after `body` on each slice of `steps` along their leading axis."""
    return jax.lax.scan(lambda state, step: (body(state, step), None), state, steps)[0]


def recur(step: Callable[[list[Tensor], Tensor], list[Tensor]], states: list[Tensor], inputs: Tensor) -> Tensor:
    """The first state after each step, along the leading axis of `inputs`."""

    def turn(states: list[Tensor], one: KerasPart) -> tuple[list[Tensor], Tensor]:
        states = step(states, one)
        return states, states[0]

    return jax.lax.scan(turn, states, inputs)[1]


def draw(
    kind: str, seeds: np.ndarray, first: int, steps: int, shape: tuple[int, ...], dtype: str, every: int = 1
) -> Tensor:
    """Numbers as Keras draws them. first: which draw of a seed comes first. every: of how many each step takes one."""
    return _draw(jnp.asarray(seeds), first, steps, shape, kind, dtype, every)


@partial(jax.jit, static_argnums=(2, 3, 4, 5, 6))
def _draw(
    seeds: Native, first: Native, steps: int, shape: tuple[int, ...], kind: str, dtype: str, every: int
) -> Native:
    sample = jax.random.uniform if kind == "uniform" else jax.random.normal

    def of_step(step: Native) -> Native:
        def of_seed(seed: Native) -> Native:
            return sample(
                seed + jnp.array([0, 1], seed.dtype) * (first + every * step).astype(seed.dtype), shape, dtype
            )[None]

        return jnp.stack([of_seed(seeds[at]) for at in range(seeds.shape[0])])

    return jax.lax.map(of_step, jnp.arange(steps))


def dropout(x: Native, rate: Native, draws: Native) -> Native:
    """As Keras' own on JAX has it: kept where a number is below the share to keep."""
    keep = 1.0 - rate
    return jnp.where(draws < keep, x / keep, jnp.zeros_like(x))


def structure(kind: type[T]) -> type[T]:
    """A dataclass of tensors, registered as a pytree."""
    made: KerasPart = kind
    jax.tree_util.register_dataclass(made, [field.name for field in fields(made)], [])
    return kind

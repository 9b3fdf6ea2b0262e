"""JAX: `jit(scan)`."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar

import jax
import numpy as np
from jax import numpy as jnp

T = TypeVar("T")


def compiled(function: Callable[..., Any], xla: bool = True) -> Callable[..., Any]:
    """One XLA program, always."""
    return jax.jit(function)


def gradients(function: Callable[[list[Any]], tuple[Any, Any]], weights: list[Any]) -> tuple[list[Any], Any]:
    """The gradients of the first of `function`'s results, and the second."""
    return jax.grad(function, has_aux=True)(weights)


def scan(body: Callable[[Any, Any], Any], state: Any, steps: Any) -> Any:
    """The state after `body` on each slice of `steps` along their leading axis."""
    return jax.lax.scan(lambda state, step: (body(state, step), None), state, steps)[0]


def recur(step: Callable[[list[Any], Any], list[Any]], states: list[Any], inputs: Any) -> Any:
    """The first state after each step, along the leading axis of `inputs`."""

    def turn(states: list[Any], one: Any) -> tuple[list[Any], Any]:
        states = step(states, one)
        return states, states[0]

    return jax.lax.scan(turn, states, inputs)[1]


def draw(kind: str, seeds: np.ndarray, first: int, steps: int, shape: tuple[int, ...], dtype: str) -> Any:
    """Numbers as a Keras layer draws them."""
    return _draw(jnp.asarray(seeds), first, steps, shape, kind, dtype)


@partial(jax.jit, static_argnums=(2, 3, 4, 5))
def _draw(seeds: Any, first: Any, steps: int, shape: tuple[int, ...], kind: str, dtype: str) -> Any:
    sample = jax.random.uniform if kind == "uniform" else jax.random.normal

    def of_step(step: Any) -> Any:
        def of_seed(seed: Any) -> Any:
            return sample(seed + jnp.array([0, 1], seed.dtype) * (first + step).astype(seed.dtype), shape, dtype)[None]

        return jnp.stack([of_seed(seeds[at]) for at in range(seeds.shape[0])])

    return jax.lax.map(of_step, jnp.arange(steps))


def dropout(x: Any, rate: Any, draws: Any) -> Any:
    """As Keras' own on JAX has it: kept where a number is below the share to keep."""
    keep = 1.0 - rate
    return jnp.where(draws < keep, x / keep, jnp.zeros_like(x))


def structure(kind: type[T]) -> type[T]:
    """A dataclass of tensors, registered as a pytree."""
    made: Any = kind
    jax.tree_util.register_dataclass(made, [field.name for field in fields(made)], [])
    return kind

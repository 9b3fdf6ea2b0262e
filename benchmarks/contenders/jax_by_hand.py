"""The grid written by hand in JAX: `jit(scan)` over `vmap`, one program for each activation and loss."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from cases import Case, draw_data

from experiments.study.trial import Trial


def ready(case: Case, trials: list[Trial]) -> Callable[[Path], None]:
    """JAX imported, the data in memory."""
    import jax  # noqa: F401

    data = {trial.seed: draw_data(case, trial) for trial in {trial.seed: trial for trial in trials}.values()}
    return partial(_all, case, trials, data)


def _all(case: Case, trials: list[Trial], data: dict[int, Any], folder: Path) -> None:
    groups: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        key = trial.settings["activation"]["name"], trial.settings["loss"]["name"]
        groups.setdefault(key, []).append(trial)
    rows, history = [], []
    for (activation, loss), group in groups.items():
        found = _group(case, activation, loss, group, data)
        for epoch, scores in enumerate(found["epochs"]):
            history.append(pd.DataFrame(scores).assign(epoch=epoch, trial=[trial.id for trial in group]))
        rows.append(pd.DataFrame({"trial": [trial.id for trial in group], "test_accuracy": found["test"]}))
    pd.concat(rows).to_csv(folder / "rows.csv")
    pd.concat(history).to_csv(folder / "history.csv")


def _group(case: Case, activation: str, loss: str, group: list[Trial], data: dict[int, Any]) -> dict[str, Any]:
    """Train the trials of one activation and loss."""
    import jax
    from jax import numpy as jnp

    numbers = jnp.asarray([_numbers(trial.settings) for trial in group])
    seeds = sorted(data)
    place = jnp.asarray([seeds.index(trial.seed) for trial in group])
    parts = [[_stacked([data[seed][part][side] for seed in seeds]) for side in (0, 1)] for part in range(3)]
    toy = case.name == "toy"
    sizes = [parts[0][0].shape[-1], *case.units, 1 if toy else 10]
    objective = _objective(activation, loss, toy)
    count, size = parts[0][0].shape[1], case.batch_size
    steps, rest = divmod(count, size)

    def epoch_of_one(state: Any, at: Any, number: Any, order: Any) -> Any:
        x, y = parts[0][0][at], parts[0][1][at]

        def turn(state: Any, index: Any) -> Any:
            return _step(objective, state, (x[index], y[index]), number)

        state, values = jax.lax.scan(turn, state, order[: steps * size].reshape(steps, size))
        total = values.sum() * size
        if rest:
            state, value = turn(state, order[steps * size :])
            total = total + value * rest
        return state, total / count

    def look(state: Any, at: Any, number: Any, x: Any, y: Any) -> Any:
        value, z = objective(state[0], x[at], y[at], number)
        right = (z > 0) == (y[at] > 0.5) if toy else (z.argmax(-1) == y[at][..., 0])[..., None]
        return value, right.mean()

    epoch = jax.jit(jax.vmap(epoch_of_one))
    looks = jax.jit(jax.vmap(look, (0, 0, 0, None, None)))
    weights = jax.jit(jax.vmap(partial(_start, sizes)))(jnp.stack([jax.random.key(trial.seed) for trial in group]))
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, zeros, jnp.zeros(len(group)))
    scores: dict[str, Any] = {"epochs": []}
    for at in range(case.epochs):
        orders = {seed: np.random.default_rng([seed, at]).permutation(count) for seed in seeds}
        order = jnp.asarray(np.stack([orders[trial.seed] for trial in group]).astype("int32"))
        state, train = epoch(state, place, numbers, order)
        loss_there, accuracy = looks(state, place, numbers, *parts[1])
        entry = {"train": train, "loss": loss_there, "accuracy": accuracy}
        scores["epochs"].append({name: np.asarray(value) for name, value in entry.items()})
    scores["test"] = np.asarray(looks(state, place, numbers, *parts[2])[1])
    return scores


def _numbers(settings: dict[str, Any]) -> tuple[float, float, float]:
    level = settings["regularizer"]
    return settings["learning_rate"], level.get("l1", 0.0), level.get("l2", 0.0)


def _stacked(arrays: list[np.ndarray]) -> Any:
    from jax import numpy as jnp

    return jnp.asarray(np.stack([array.reshape(len(array), -1) for array in arrays]))


def _start(sizes: list[int], key: Any) -> list[Any]:
    import jax
    from jax import numpy as jnp

    made = []
    for fan_in, fan_out in pairwise(sizes):
        key, own = jax.random.split(key)
        limit = (6 / (fan_in + fan_out)) ** 0.5
        made.append([jax.random.uniform(own, (fan_in, fan_out), minval=-limit, maxval=limit), jnp.zeros(fan_out)])
    return made


def _objective(activation: str, loss: str, toy: bool) -> Callable[..., Any]:
    """(weights, x, y, numbers) → the mean loss with its penalties, and the raw scores."""
    import jax
    from jax import numpy as jnp

    function = {
        "relu": jax.nn.relu,
        "tanh": jnp.tanh,
        "sigmoid": jax.nn.sigmoid,
        "hard_tanh": lambda x: jnp.clip(x, -1, 1),
    }[activation]

    def each(z: Any, y: Any) -> Any:
        if loss == "cross_entropy":
            if toy:
                return jnp.mean(jnp.logaddexp(0.0, z) - y * z, axis=-1)
            return -jnp.take_along_axis(jax.nn.log_softmax(z), y.astype(int), axis=-1)[..., 0]
        p, t = (jax.nn.sigmoid(z), y) if toy else (jax.nn.softmax(z), jax.nn.one_hot(y[..., 0], 10))
        e = p - t
        if loss == "mean_squared_error":
            return jnp.mean(e**2, axis=-1)
        size = jnp.abs(e)
        if loss == "huber":
            return jnp.mean(jnp.where(size <= 0.5, 0.5 * e**2, 0.5 * size - 0.125), axis=-1)
        return jnp.mean(size + jnp.log1p(jnp.exp(-2 * size)) - jnp.log(2.0), axis=-1)

    def objective(weights: list[Any], x: Any, y: Any, number: Any) -> Any:
        for w, b in weights[:-1]:
            x = function(x @ w + b)
        z = x @ weights[-1][0] + weights[-1][1]
        hidden = [w for w, _ in weights[:-1]]
        penalty = sum(number[1] * jnp.abs(w).sum() + number[2] * (w**2).sum() for w in hidden)
        return each(z, y).mean() + penalty, z

    return objective


def _step(objective: Callable[..., Any], state: Any, batch: Any, number: Any) -> Any:
    """A step of Adam, and the loss before it."""
    import jax
    from jax import numpy as jnp

    weights, first, second, count = state
    (value, _), gradient = jax.value_and_grad(objective, has_aux=True)(weights, *batch, number)
    count = count + 1
    tree = jax.tree.map
    first = tree(lambda m, g: m + 0.1 * (g - m), first, gradient)
    second = tree(lambda v, g: v + 0.001 * (g * g - v), second, gradient)
    rate = number[0] * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    weights = tree(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, first, second)
    return (weights, first, second, count), value

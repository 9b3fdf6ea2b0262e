"""A generator of the user's own as a world."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from hostile.world import World, cells_of

Own = Callable[[np.random.Generator], tuple[pd.DataFrame, dict[tuple[str, ...], float]]]


def own_world(target: str) -> World:
    """The world of `my_world.py:draw`.

    `draw(generator)` returns trials and truth: a DataFrame with one row per trial and the columns `seed`, `score` (an
    accuracy from 0 to 1, NaN where the trial diverged) and one per factor; and for every cell of the grid its labels,
    in the order of the factors' columns, with its true mean score, where a diverged trial scores 0.1. The first of them
    is the baseline. An attribute `CONSTANT` of the file is what a diverged trial scores instead, `PLANTED` the size
    from which true differences are expected to be found.

    Raises SystemExit where the file has no such function, or the cells are no grid.
    """
    path, _, name = target.partition(":")
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None or not Path(path).is_file():
        sys.exit(f'--world: got "{target}", expected a Python file and a function, such as my_world.py:draw')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    draw: Own | None = getattr(module, name, None)
    if draw is None:
        sys.exit(f'--world: {path} has no function "{name}"')
    return _world(Path(path).stem, draw, getattr(module, "CONSTANT", 0.1), getattr(module, "PLANTED", None))


def _world(name: str, draw: Own, constant: float, planted: float | None) -> World:
    trials, truth = draw(np.random.default_rng(0))
    columns = [name for name in trials.columns if name not in ("seed", "score")]
    factors = {name: tuple(dict.fromkeys(labels[at] for labels in truth)) for at, name in enumerate(columns)}
    cells = [tuple(cell.values()) for cell in cells_of(factors)]
    if {*cells} != {*truth}:
        sys.exit(f"--world: the truth names {len(truth)} cells, where the levels' grid has {len(cells)}")

    def scores(generator: np.random.Generator) -> np.ndarray:
        table = draw(generator)[0]
        wide = table.pivot(index=columns, columns="seed", values="score")
        return wide.loc[cells if len(columns) > 1 else [cell[0] for cell in cells]].to_numpy(float)

    mean, seeds = np.array([truth[cell] for cell in cells]), trials["seed"].nunique()
    return World(name, "your own generator", factors, scores, mean, seeds, constant=constant, planted=planted)

"""The fused trainer: the trials of a chunk, trained as one stack, give the rows that the serial trainer gives."""

import math
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from experiments.journal import Outcome
from experiments.tasks import Data, Task
from experiments.train import serial
from experiments.train.chunk import Chunk
from experiments.train.fused import backend
from experiments.train.fused.cell import Cell, Cells, constants
from experiments.train.fused.program import Program
from experiments.trial import Trial, canonical

_LOOK = 2500  # examples looked at in one call
_programs: dict[str, Program] = {}


class Trainer:
    """A chunk in training.

    chunk: which cells and seeds; trials: by cell and seed. cells: of the study. data: of each seed, in order.
    After `run`, `outcomes` and `model` tell what came of it.
    """

    def __init__(
        self,
        chunk: Chunk,
        trials: dict[tuple[str, int], Trial],
        cells: Cells,
        data: list[Data],
    ) -> None:
        self._start = time.perf_counter()
        self.chunk, self._task, self._data, self._source = chunk, cells.task, data, cells
        self._trials = [[trials[cell, seed] for cell in chunk.cells] for seed in chunk.seeds]
        self._cells = [cells.cell(trial) for trial in self._trials[0]]
        _check(self._cells, data)
        settings = self._trials[0][0].settings
        self._epochs, self._size = settings["epochs"], settings["batch_size"]
        self._program = _program(self._cells, chunk, cells.task, data[0].scale)
        self._numbers = self._program.numbers(self._cells)
        initial = [[cells.initial(trial) for trial in of_seed] for of_seed in self._trials]
        self._states = {at: np.stack([of_seed[0].states[at] for of_seed in initial]) for at in self._program.random}
        self._state = self._program.begin(initial)
        self._x, self._y, self._offsets = _together(data)
        shape = (len(chunk.seeds), len(chunk.cells))
        self._history: list[list[list[dict[str, Any]]]] = [[[] for _ in of_seed] for of_seed in self._trials]
        self._alive = np.ones(shape, bool)
        self._tested: dict[str, np.ndarray] = {}

    def run(self, note: Callable[[int], None] = lambda epoch: None) -> list[Outcome]:
        """Train to the end; `note` hears of every epoch that is done."""
        if not self._program.settled:
            backend.settle()
            self._program.settled = True
        for template in {id(cell.template): cell.template for cell in self._cells}.values():
            template.head.check(serial.examples(self._data[0], self._data[0].validation[:100])[0])
        for epoch in range(self._epochs):
            loss = self._train_epoch(epoch)
            found = {"train_loss": loss, **self._look("validation")}
            finite = np.isfinite(loss) & np.asarray(ops.convert_to_numpy(self._state["alive"]))
            self._alive &= finite & np.logical_and.reduce([np.isfinite(one) for one in found.values()])
            self._keep(epoch, found)
            note(epoch + 1)
            if not self._alive.any():
                break
        self._tested = self._look("test")
        return self._outcomes()

    def model(self, cell: str, seed: int) -> keras.Model:
        """A trial taken out of the stack: the ordinary Keras model that it is, giving probabilities."""
        s, c = self.chunk.seeds.index(seed), self.chunk.cells.index(cell)
        return self._source.model(self._trials[s][c], self._program.alone(self._state, s, c))

    def _train_epoch(self, epoch: int) -> np.ndarray:
        """Train an epoch; the mean loss of every trial over it, `[seeds, cells]`."""
        count = len(self._data[0].train)
        steps, rest = divmod(count, self._size)
        order = np.stack(
            [
                of_seed.train[np.random.default_rng([seed, epoch]).permutation(count)] + offset
                for seed, of_seed, offset in zip(self.chunk.seeds, self._data, self._offsets, strict=True)
            ]
        ).astype("int32")
        first = epoch * (steps + bool(rest))
        whole = last = None
        draws: list[Any] = []
        last_draws: list[Any] = []
        if steps:
            batches = order[:, : steps * self._size].reshape(len(order), steps, self._size)
            whole = ops.convert_to_tensor(np.ascontiguousarray(np.moveaxis(batches, 1, 0)))
            draws = self._program.draws(self._states, first, steps, self._size)
        if rest:
            last = ops.convert_to_tensor(np.ascontiguousarray(order[:, steps * self._size :]))
            last_draws = [one[0] for one in self._program.draws(self._states, first + steps, 1, rest)]
        self._state = self._program.epoch(self._state, self._numbers, self._x, self._y, whole, draws, last, last_draws)
        return np.asarray(ops.convert_to_numpy(self._state["loss"]), np.float64) / count

    def _look(self, part: str) -> dict[str, np.ndarray]:
        """The loss of every trial on a part of the data (of the test part none), and every metric."""
        index = np.stack([getattr(one, part) + at for one, at in zip(self._data, self._offsets, strict=True)])
        count = index.shape[1]
        size = self._block()
        losses, metrics, penalties, weights = [], [], [], []
        for start in range(0, count, size):
            block = index[:, start : start + size]
            here = block.shape[1]
            if here < size and not self._program.looks_whole:  # one compiled shape: the surplus is cut off again
                block = np.concatenate([block, np.repeat(block[:, -1:], size - here, axis=1)], axis=1)
            penalty, loss, found = self._program.look(
                self._state["trained"],
                self._state["others"],
                self._numbers,
                self._x,
                self._y,
                ops.convert_to_tensor(np.ascontiguousarray(block.astype("int32"))),
            )
            losses.append(np.asarray(ops.convert_to_numpy(loss))[..., :here])
            metrics.append({name: np.asarray(ops.convert_to_numpy(one))[..., :here] for name, one in found.items()})
            penalties.append(np.asarray(ops.convert_to_numpy(penalty), np.float64))
            weights.append(here)
        means = {
            f"{part}_{name}": np.mean(np.concatenate([one[name] for one in metrics], axis=-1), axis=-1, dtype=float)
            for name in self._task.metrics
        }
        if part == "test":
            return means
        penalty = np.average(penalties, axis=0, weights=weights)
        with np.errstate(over="ignore", invalid="ignore"):
            mean_loss = np.mean(np.concatenate(losses, axis=-1), axis=-1, dtype=float) + penalty
        return {f"{part}_loss": mean_loss, **means}

    def _block(self) -> int:
        """How many examples a look takes at once: the same for validation and test, so that one program does."""
        if self._program.looks_whole:
            return serial.CHUNK  # as the serial trainer does
        sizes = [len(self._data[0].validation), len(self._data[0].test)]
        return max(math.ceil(size / math.ceil(size / _LOOK)) for size in sizes)

    def _keep(self, epoch: int, found: dict[str, np.ndarray]) -> None:
        for s, c in np.argwhere(self._alive):
            entry = {name: float(values[s, c]) for name, values in found.items()}
            self._history[s][c].append({"epoch": epoch + 1} | entry)

    def _outcomes(self) -> list[Outcome]:
        tested = np.logical_and.reduce([np.isfinite(one) for one in self._tested.values()])
        seconds = round((time.perf_counter() - self._start) / len(self.chunk), 6)
        found = []
        for s, of_seed in enumerate(self._trials):
            for c, trial in enumerate(of_seed):
                history = self._history[s][c]
                ok = bool(self._alive[s, c] and tested[s, c])
                row: dict[str, Any] = {
                    "status": "ok" if ok else "diverged",
                    "parameters": self._cells[c].template.parameters,
                    "epochs_run": len(history),
                    "engine": "fused",
                    "seconds": seconds,
                }
                if ok:
                    row |= {key: value for key, value in history[-1].items() if key != "epoch"}
                    row |= {name: float(values[s, c]) for name, values in self._tested.items()}
                found.append(Outcome(trial.id, row, history))
        return found


def _check(cells: list[Cell], data: list[Data]) -> None:
    """ValueError where a plan does not fit what is there: a rule has changed since, or seeds' data differ in size."""
    for cell in cells:
        if cell.refuses or cell.signature != cells[0].signature:
            raise ValueError(f"the plan is of another version: {cell.refuses or 'cells differ'}")
    sizes = {(one.scale, len(one.train), len(one.validation), len(one.test)) for one in data}
    if len(sizes) > 1:
        raise ValueError(f"seeds' data differ in scale or size (scale, train, validation, test): {sorted(sizes)}")


def _program(cells: list[Cell], chunk: Chunk, task: Task, scale: float) -> Program:
    """The program of a chunk: one that is compiled already where there is one."""
    floatx = keras.config.floatx()
    fixed = constants(cells, chunk.varying)
    slices = [cell.slices for cell in cells]
    key = canonical([cells[0].signature, slices, chunk.varying, fixed, task.metrics, scale, floatx, len(chunk.seeds)])
    if key not in _programs:
        _programs[key] = Program(cells, chunk.varying, task.metrics, scale, floatx)
    return _programs[key]


def _together(data: list[Data]) -> tuple[Any, Any, list[int]]:
    """The examples of several seeds, kept once where they are the same; and where those of each seed start."""
    first = data[0]
    same = all(one is first or (np.array_equal(one.x, first.x) and np.array_equal(one.y, first.y)) for one in data[1:])
    kept = data[:1] if same else data
    x, y = (np.concatenate([getattr(one, name) for one in kept]) for name in ("x", "y"))
    offsets = [0] * len(data) if same else [int(at) for at in np.cumsum([0, *(len(one.x) for one in data[:-1])])]
    return ops.convert_to_tensor(x), ops.convert_to_tensor(y), offsets

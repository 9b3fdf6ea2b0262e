"""The fused trainer: the trials of a chunk, trained as one stack, give the rows that the serial trainer gives."""

import time
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np

from experiments.store.chunk import Chunk
from experiments.store.journal import Outcome
from experiments.study.columns import EpochRow, TrialRow
from experiments.study.trial import Trial
from experiments.study.types import PlainTable
from experiments.tasks import Data
from experiments.tasks.digest import digest_of_test_set
from experiments.train import serial
from experiments.train.epochs import best_epoch, better, is_exhausted
from experiments.train.fused.cell import Cell, CellSource
from experiments.train.fused.examples import Examples, Member
from experiments.train.fused.place import Place
from experiments.train.fused.saved_state import Progress
from experiments.train.fused.size import operations
from experiments.train.fused.stack import Specification, Stack
from experiments.train.fused.turns import MODEL

# Multiplications and additions in the time that compiling a program takes, about: a stack is made smaller where
# that saves more. (Judged by what is known beforehand, not by the clock: a second run must do the same.)
_COMPILING = 2e11


class _Seats(NamedTuple):
    """A stack, and which seeds and cells of the chunk it holds, by their places."""

    stack: Stack
    rows: np.ndarray
    columns: np.ndarray


class Trainer:
    """A chunk in training.

    chunk: which cells and seeds; trials: by cell and seed. cells: of the study. data: of each seed, in order. start:
    what the trials go on from, by cell and seed, all of them after the same epochs; without it from the beginning.
    After `run`, `model` takes a trial out, and `progress` what a longer training goes on from.
    """

    def __init__(
        self,
        chunk: Chunk,
        trials: dict[tuple[str, int], Trial],
        cells: CellSource,
        data: list[Data],
        start: dict[tuple[str, int], Progress] | None = None,
    ) -> None:
        self._start = time.perf_counter()
        self.chunk, self._task, self._data, self._source = chunk, cells.task, data, cells
        self._trials = [[trials[cell, seed] for cell in chunk.cells] for seed in chunk.seeds]
        self._cells = [cells.cell(trial) for trial in self._trials[0]]
        _check(self._cells, data)
        stacking = cells.stacking
        if isinstance(stacking, str):
            raise ValueError(f"the plan is of another version: {stacking}")
        self._settings = self._trials[0][0].settings
        initial = [[cells.initial(trial) for trial in of_seed] for of_seed in self._trials]
        examples = Examples.of(data)
        members = [Member(*of) for of in zip(chunk.seeds, data, examples.offsets, strict=True)]
        states = {at: np.stack([of_seed[0].states[at] for of_seed in initial]) for at in initial[0][0].states}
        if turns := self._cells[0].loss.turns:
            states[MODEL] = np.stack([turns.state(of_seed[0]) for of_seed in self._trials])
        before = [[start[cell, seed] for cell in chunk.cells] for seed in chunk.seeds] if start else None
        self._first = before[0][0].epoch if before else 0
        what = Specification(
            members=members,
            examples=examples,
            trials=self._trials[0],
            cells=self._cells,
            varying=tuple(map(Place.read, chunk.varying)),
            states=states,
            task=cells.task,
            stacking=stacking,
            folder=cells.study.folder,
        )
        stack = Stack.begin(what, before or initial, self._first)
        shape = len(chunk.seeds), len(chunk.cells)
        self._seats = [_Seats(stack, *map(np.arange, shape))]  # the last one trains, trials of earlier ones are done
        self._history: list[list[list[EpochRow]]] = (
            [[list(progress.history) for progress in of_seed] for of_seed in before]
            if before
            else [[[] for _ in of_seed] for of_seed in self._trials]
        )
        self._ok = np.ones(shape, bool)
        self._keeps_best = np.array(
            [[trial.settings.get("keep_epoch") == "best" for trial in row] for row in self._trials]
        )
        self._best: dict[tuple[int, int], float] = {}  # the score of the epoch that is kept
        self._tested = {f"test_{name}": np.full(shape, np.nan) for name in cells.task.metrics}
        self._right = np.zeros((*shape, len(data[0].test) if stacking.right else 0), bool)

    def run(self, note: Callable[[int], None] = lambda epoch: None) -> list[Outcome]:
        """Train to the end; `note` is called after every epoch."""
        epochs = self._settings["epochs"]
        running = self._ok.copy()
        for epoch in range(self._first, epochs):
            running = self._epoch(epoch, running)
            note(epoch + 1)
            if not running.any():
                break
            running = self._compact(running, epochs - epoch - 1)
        self._test()
        return self._outcomes()

    def _epoch(self, epoch: int, running: np.ndarray) -> np.ndarray:
        """Train an epoch and keep what comes of it; the trials that go on, as the stack has them."""
        stack, rows, columns = self._seats[-1]
        loss = stack.train(epoch)
        found = {"train_loss": loss, **stack.evaluate("validation")}
        fine = stack.alive & np.logical_and.reduce([np.isfinite(values) for values in found.values()])
        self._ok[np.ix_(rows, columns)] &= fine | ~running
        running = running & fine
        figures = stack.measure() if self._source.study.telemetry and running.any() else None
        kept = running.copy()
        for row, column in np.argwhere(running):
            entry = {name: float(values[row, column]) for name, values in found.items()}
            entry |= figures[row][column] if figures else {}
            history = self._history[rows[row]][columns[column]]
            history.append({"epoch": epoch + 1} | entry)
            kept[row, column] = self._counts((int(rows[row]), int(columns[column])), entry)
            losses = [row["validation_loss"] for row in history]
            patience = self._trials[rows[row]][columns[column]].settings["patience"]
            running[row, column] = not is_exhausted(losses, patience)
        if self._keeps_best.any() and kept.any():
            stack.keep(kept)
        stack.freeze(running)
        return running

    def _counts(self, place: tuple[int, int], entry: dict[str, float]) -> bool:
        """Whether the epoch that has just ended is the one of a trial that counts so far."""
        if not self._keeps_best[place]:
            return True
        study = self._source.study
        score = entry[f"validation_{study.primary}"]
        if better(score, self._best.get(place), study.direction):
            self._best[place] = score
            return True
        return False

    def _compact(self, running: np.ndarray, left: int) -> np.ndarray:
        """The trials that go on, where that pays in a smaller stack. left: how many epochs."""
        stack, rows, columns = self._seats[-1]
        kept = running.any(axis=1), running.any(axis=0)
        dropped = running.size - int(kept[0].sum() * kept[1].sum())
        saved = left * stack.steps * dropped * operations(self._cells[0])
        if 2 * dropped < running.size or saved < _COMPILING:
            return running
        self._test()
        few = [np.flatnonzero(flags) for flags in kept]
        self._seats.append(_Seats(stack.part(*few), rows[few[0]], columns[few[1]]))
        return running[np.ix_(*few)]

    def _test(self) -> None:
        stack, rows, columns = self._seats[-1]
        place = np.ix_(rows, columns)
        means, right = stack.test()
        for name, values in means.items():
            self._tested[f"test_{name}"][place] = values
        if right is not None:
            self._right[place] = right

    def model(self, cell: str, seed: int) -> keras.Model:
        """A trial taken out of the stack: the ordinary Keras model that it is, giving probabilities."""
        row, column = self.chunk.seeds.index(seed), self.chunk.cells.index(cell)
        return self._source.model(self._trials[row][column], self.weights(cell, seed))

    def weights(self, cell: str, seed: int) -> list[np.ndarray]:
        """The weights of a trial, in the order in which its layers compute."""
        stack, *place = self._seat(cell, seed)
        return stack.weights(*place)

    def progress(self, cell: str, seed: int) -> Progress:
        """What a longer training of a trial goes on from."""
        stack, *place = self._seat(cell, seed)
        history = self._history[self.chunk.seeds.index(seed)][self.chunk.cells.index(cell)]
        return Progress(history, stack.weights_now(*place), stack.slots(*place))

    def _seat(self, cell: str, seed: int) -> tuple[Stack, int, int]:
        """The stack that a trial was in last, and its place there."""
        row, column = self.chunk.seeds.index(seed), self.chunk.cells.index(cell)
        stack, rows, columns = next(
            seats for seats in self._seats[::-1] if row in seats.rows and column in seats.columns
        )
        return stack, int(np.flatnonzero(rows == row)[0]), int(np.flatnonzero(columns == column)[0])

    def _outcomes(self) -> list[Outcome]:
        ok = self._ok & np.logical_and.reduce([np.isfinite(values) for values in self._tested.values()])
        seconds = round((time.perf_counter() - self._start) / len(self.chunk), 6)
        test_sets = [digest_of_test_set(data) for data in self._data] if self._right.size else []
        constants = [serial.constant_column(self._source.constant_score(data)) for data in self._data]
        found = []
        for s, of_seed in enumerate(self._trials):
            for c, trial in enumerate(of_seed):
                history = self._history[s][c]
                row: TrialRow = {
                    "status": "ok" if ok[s, c] else "diverged",
                    "parameters": self._cells[c].template.parameters,
                    "epochs_run": len(history),
                    "engine": "fused",
                    "seconds": seconds,
                }
                if ok[s, c]:
                    row |= {key: value for key, value in self._counting_entry(s, c).items() if key != "epoch"}
                    row |= {name: float(values[s, c]) for name, values in self._tested.items()}
                row |= constants[s]
                right = serial.answers(test_sets[s], self._right[s, c]) if ok[s, c] and test_sets else None
                found.append(Outcome(trial.id, row, history, right))
        return found

    def _counting_entry(self, row: int, column: int) -> PlainTable:
        """The entry of a trial's epoch that counts."""
        history, study = self._history[row][column], self._source.study
        if not self._keeps_best[row, column]:
            return history[-1]
        trained = history[self._first :]
        return trained[best_epoch([row[f"validation_{study.primary}"] for row in trained], study.direction)]


def _check(cells: list[Cell], data: list[Data]) -> None:
    """ValueError where a plan does not fit what is there: a rule has changed since, or seeds' data differ in size."""
    for cell in cells:
        if cell.refuses or cell.signature != cells[0].signature:
            raise ValueError(f"the plan is of another version: {cell.refuses or 'cells differ'}")
    sizes = {(of_seed.scale, len(of_seed.train), len(of_seed.validation), len(of_seed.test)) for of_seed in data}
    if len(sizes) > 1:
        raise ValueError(f"seeds' data differ in scale or size (scale, train, validation, test): {sorted(sizes)}")

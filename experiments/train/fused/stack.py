"""Trials side by side: the state of all of them, trained and looked at together."""

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from custom.callbacks.telemetry import kernel_figures, measured_activation, output_figures
from custom.layers import HardTanh
from experiments.models import schedules
from experiments.recipes.supervised import telemetry
from experiments.recipes.supervised.metrics import score
from experiments.recipes.supervised.recipe import CHUNK
from experiments.study.trial import Trial, canonical
from experiments.tasks import Data, Task
from experiments.train.fused import backend
from experiments.train.fused.cell import Cell, constants
from experiments.train.fused.program import Program
from experiments.train.fused.scores import RAW, per_example

_LOOK = 2500  # examples looked at in one call
_DRAWN = 64 * 2**20  # bytes of random numbers held at once; an epoch that needs more is trained in parts
_programs: dict[str, Program] = {}


@dataclass(frozen=True)
class Examples:
    """The examples of several seeds, kept once where they are the same; and where those of each seed start."""

    x: Any
    y: Any
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, data: list[Data]) -> "Examples":
        """Those of each seed's data."""
        first = data[0]
        same = all(
            one is first or (np.array_equal(one.x, first.x) and np.array_equal(one.y, first.y)) for one in data[1:]
        )
        kept = data[:1] if same else data
        x, y = (np.concatenate([getattr(one, name) for one in kept]) for name in ("x", "y"))
        offsets = [0] * len(data) if same else np.cumsum([0, *(len(one.x) for one in data[:-1])])
        return cls(ops.convert_to_tensor(x), ops.convert_to_tensor(y), tuple(map(int, offsets)))


@dataclass(frozen=True)
class Member:
    """A seed of a stack: its data, and where they start among the stack's examples."""

    seed: int
    data: Data
    offset: int


class Stack:
    """Seeds by cells, each of which is a trial.

    members: the seeds. trials: of the first seed, which stand for the cells. cells: of these, in order. varying:
    names of the numbers that are inputs of the program. states: of the random layers, by layer and seed.
    initial: weights by seed and cell. whole: of a part of a larger stack the program of that one. epoch: how many are
    done already, where `initial` is progress made before.
    """

    def __init__(
        self,
        members: list[Member],
        trials: list[Trial],
        cells: list[Cell],
        varying: tuple[str, ...],
        task: Task,
        examples: Examples,
        states: dict[int, np.ndarray],
        initial: list[list[Any]],
        folder: str | None = None,
        whole: Program | None = None,
        epoch: int = 0,
    ) -> None:
        self._members, self._trials, self._cells, self._varying = members, trials, cells, varying
        self._task, self._examples, self._states, self._folder = task, examples, states, folder
        self._program = _program(cells, varying, task, members[0].data.scale, len(members), whole)
        self._numbers = self._program.numbers(cells)
        settings = trials[0].settings
        self._size, self._count = settings["batch_size"], len(members[0].data.train)
        self.steps = math.ceil(self._count / self._size)
        self._rates = self._learning_rates(settings["epochs"] * self.steps)
        self._state = self._program.begin(initial, epoch * self.steps) if initial else {}
        self._kept: dict[str, Any] = {}  # the weights of each trial's best epoch, where these are asked for

    def part(self, rows: np.ndarray, columns: np.ndarray) -> "Stack":
        """The trials of some seeds and cells, by their places, as a smaller stack in the same state."""
        small = Stack(
            [self._members[row] for row in rows],
            [self._trials[column] for column in columns],
            [self._cells[column] for column in columns],
            self._varying,
            self._task,
            self._examples,
            {at: state[rows] for at, state in self._states.items()},
            [],
            self._folder,
            self._program,
        )
        small._state = self._program.part(self._state, rows, columns)
        if self._kept:
            kept = self._program.part(self._counted, rows, columns)
            small._kept = {name: kept[name] for name in self._kept}
        return small

    def train(self, epoch: int) -> np.ndarray:
        """Train an epoch; the mean loss of every trial over it, `[seeds, cells]`."""
        whole, rest = divmod(self._count, self._size)
        order = np.stack(
            [
                one.data.train[np.random.default_rng([one.seed, epoch]).permutation(self._count)] + one.offset
                for one in self._members
            ]
        ).astype("int32")
        first = epoch * self.steps
        batches = order[:, : whole * self._size].reshape(len(order), whole, self._size)
        index = np.ascontiguousarray(np.moveaxis(batches, 1, 0))
        last = self._given(order[None, :, whole * self._size :], first + whole) if rest else None
        last = None if last is None else [one if isinstance(one, tuple) else _only(one) for one in last]
        self._state = {**self._state, "loss": ops.zeros_like(self._state["loss"])}
        cuts = _cuts(whole, self._drawn_bytes())
        for start, stop in cuts:
            given = self._given(index[start:stop], first + start)
            self._step(given, last if stop == whole else None)
        if not cuts:
            self._step(None, last)
        return np.asarray(ops.convert_to_numpy(self._state["loss"]), np.float64) / self._count

    def _step(self, steps: Any, last: Any) -> None:
        examples = self._examples
        self._state = self._program.epoch(self._state, self._numbers, examples.x, examples.y, steps, last)

    def _given(self, index: np.ndarray, first: int) -> list[Any]:
        """What steps from `first` on take: examples by index, random draws, learning rates where they change."""
        steps, _, size = index.shape
        rates = self._rates[first : first + steps] if len(self._rates) else ()
        return [ops.convert_to_tensor(index), self._program.draws(self._states, first, steps, size), rates]

    def _drawn_bytes(self) -> int:
        """Bytes of random numbers of a step."""
        return 4 * len(self._members) * self._size * self._program.drawn

    def _learning_rates(self, steps: int) -> Any:
        """The rates `[steps, cells]` of a whole training, where they change; else nothing."""
        if not schedules.is_scheduled(self._trials[0]):
            return ()
        found: dict[str, Any] = {}
        columns = []
        for trial in self._trials:
            key = canonical([trial.settings["schedule"], trial.settings["learning_rate"]])
            if key not in found:
                schedule = schedules.learning_rate(trial, steps, self._folder)
                every = backend.compiled(lambda at, schedule=schedule: ops.map(schedule, at), xla=False)
                found[key] = np.asarray(ops.convert_to_numpy(every(ops.arange(steps))))
            columns.append(found[key])
        return ops.convert_to_tensor(np.stack(columns, axis=1).astype(keras.config.floatx()))

    @property
    def alive(self) -> np.ndarray:
        """The trials that are trained on, `[seeds, cells]`: those whose weights and loss have been finite."""
        return np.array(ops.convert_to_numpy(self._state["alive"]))

    def freeze(self, alive: np.ndarray) -> None:
        """Leave all trials but these as they are from now on."""
        self._state = {**self._state, "alive": ops.convert_to_tensor(alive)}

    def keep(self, trials: np.ndarray) -> None:
        """Keep the weights of these trials `[seeds, cells]` as they are now: theirs count, whatever comes later.

        At the first call those of all trials are kept.
        """
        self._kept = self._program.kept(self._counted, self._state, trials)

    @property
    def _counted(self) -> dict[str, Any]:
        """The state whose weights count: as kept, or else as they are now."""
        return {**self._state, **self._kept}

    def evaluate(self, part: str) -> dict[str, np.ndarray]:
        """The loss of every trial on a part of the data, and every metric, `[seeds, cells]`."""
        penalty, losses, metrics = self._examined(part, self._state)
        with np.errstate(over="ignore", invalid="ignore"):
            loss = np.mean(losses, axis=-1, dtype=float) + penalty
        return {f"{part}_loss": loss} | {f"{part}_{name}": one for name, one in self._means(part, metrics).items()}

    def test(self) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
        """Every metric on the test examples, `[seeds, cells]`, with the weights that count.

        And where accuracy is among them which examples came out right, `[seeds, cells, examples]`.
        """
        found = self._examined("test", self._counted)[2]
        return self._means("test", found), found["accuracy"].astype(bool) if "accuracy" in found else None

    def _means(self, part: str, found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Every metric of every trial: means over examples, and what is computed from all raw scores at once."""
        means = {name: np.mean(one, axis=-1, dtype=float) for name, one in found.items() if name != RAW}
        if RAW not in found:
            return means
        for name, scorer in self._task.scorers.items():
            means[name] = np.array([
                [score(scorer, one.data.y[getattr(one.data, part)], z.T.astype(float)) for z in of_seed]
                for one, of_seed in zip(self._members, found[RAW], strict=True)
            ])  # fmt: skip
        return {name: means[name] for name in self._task.metrics}

    def _examined(self, part: str, state: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """The penalties `[seeds, cells]`, and of every example of a part of the data the loss and the metrics."""
        index = np.stack([getattr(one.data, part) + one.offset for one in self._members])
        count = index.shape[1]
        size = self._block()
        losses, metrics, penalties, weights = [], [], [], []
        for start in range(0, count, size):
            block = index[:, start : start + size]
            here = block.shape[1]
            if here < size and not self._program.evaluates_whole:  # one compiled shape: the surplus is cut off again
                block = np.concatenate([block, np.repeat(block[:, -1:], size - here, axis=1)], axis=1)
            penalty, loss, found = self._program.evaluate(
                state["trained"],
                state["others"],
                self._numbers,
                self._examples.x,
                self._examples.y,
                ops.convert_to_tensor(np.ascontiguousarray(block.astype("int32"))),
            )
            losses.append(np.asarray(ops.convert_to_numpy(loss))[..., :here])
            metrics.append({name: np.asarray(ops.convert_to_numpy(one))[..., :here] for name, one in found.items()})
            penalties.append(np.asarray(ops.convert_to_numpy(penalty), np.float64))
            weights.append(here)
        found = {name: np.concatenate([one[name] for one in metrics], axis=-1) for name in per_example(self._task)}
        with np.errstate(over="ignore", invalid="ignore"):
            penalty = np.average(penalties, axis=0, weights=weights)
        return penalty, np.concatenate(losses, axis=-1), found

    def _block(self) -> int:
        """How many examples are evaluated at once: the same for validation and test, so that one program does."""
        if self._program.evaluates_whole:
            return CHUNK  # as the serial trainer does
        data = self._members[0].data
        return max(math.ceil(size / math.ceil(size / _LOOK)) for size in (len(data.validation), len(data.test)))

    def measure(self) -> list[list[dict[str, float]]]:
        """The figures of every trial's layers, by seed and cell."""
        index = np.stack([telemetry.probe(one.data) + one.offset for one in self._members]).astype("int32")
        squares, outputs = self._program.measure(
            self._state["trained"],
            self._state["others"],
            self._numbers,
            self._examples.x,
            self._examples.y,
            ops.convert_to_tensor(index),
        )
        squares, outputs = ([np.asarray(ops.convert_to_numpy(one)) for one in some] for some in (squares, outputs))
        return [
            [
                self._figures(row, column, [one[row, column] for one in squares], [one[row, column] for one in outputs])
                for column in range(len(self._cells))
            ]
            for row in range(len(self._members))
        ]

    def _figures(self, row: int, column: int, squares: list[Any], outputs: list[Any]) -> dict[str, float]:
        """The figures of a trial: squared gradients by trained weight, outputs by measured layer."""
        template, weights = self._cells[column].template, self.weights_now(row, column)
        named = telemetry.names(template.raw.layers)
        places = {id(layer): at for at, layer in enumerate(template.layers)}
        of_outputs = dict(zip(self._program.measured, outputs, strict=True))
        found = {}
        for name, layer in zip(named, template.raw.layers, strict=True):
            if (at := places.get(id(layer))) is None:
                continue  # the input
            own = {w.name: value for w, value in zip(self._program.weights, weights, strict=True) if w.layer == at}
            trained = [square for w, square in zip(self._program.trained, squares, strict=True) if w.layer == at]
            kernels = [own[w.name] for w in self._program.trained if w.layer == at and own[w.name].ndim > 1]
            figures = {"gradient_norm": float(np.sqrt(sum(trained)))} if trained else {}
            if activation := measured_activation(layer):
                bounds = _bounds(layer, own) if isinstance(layer, HardTanh) else None
                figures |= output_figures(of_outputs[at], activation, bounds=bounds)
            found |= {f"{figure}/{name}": value for figure, value in (figures | kernel_figures(kernels)).items()}
        return found

    def weights(self, row: int, column: int) -> list[np.ndarray]:
        """The weights of one trial that count, layer by layer."""
        return self._program.alone(self._counted, row, column)

    def weights_now(self, row: int, column: int) -> list[np.ndarray]:
        """The weights of one trial after the last epoch, layer by layer."""
        return self._program.alone(self._state, row, column)

    def slots(self, row: int, column: int) -> list[list[np.ndarray]]:
        """What the optimizer holds of one trial, by trained weight."""
        return self._program.slots(self._state, row, column)


def _bounds(layer: HardTanh, weights: dict[str, np.ndarray]) -> tuple[float, float]:
    """The bounds of a trial's hard tanh."""
    if not layer.learn_bounds:
        return layer.min_value, layer.max_value
    lower = float(weights["lower"])
    return lower, lower + float(np.exp(weights["log_width"]))


def _cuts(steps: int, drawn: int) -> list[tuple[int, int]]:
    """Where the parts of an epoch start and stop, of which each draws no more at once than it may.

    >>> _cuts(5, _DRAWN // 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    parts = math.ceil(steps * drawn / _DRAWN) or 1
    length = max(1, math.ceil(steps / min(parts, steps or 1)))
    return [(start, min(start + length, steps)) for start in range(0, steps, length)]


def _only(one: Any) -> Any:
    """The first of each, along the leading axis."""
    return [each[0] for each in one] if isinstance(one, list) else one[0]


def _program(
    cells: list[Cell], varying: tuple[str, ...], task: Task, scale: float, seeds: int, whole: Program | None
) -> Program:
    """The program of a stack: one that is compiled already where there is one."""
    floatx = keras.config.floatx()
    fixed = constants(cells, varying)
    slices = [cell.slices for cell in cells]
    layout = [sorted(whole.merged), whole.measured] if whole else None
    key = canonical([cells[0].signature, slices, varying, fixed, per_example(task), scale, floatx, seeds, layout])
    if key not in _programs:
        _programs[key] = Program(cells, varying, per_example(task), scale, floatx, whole)
    return _programs[key]

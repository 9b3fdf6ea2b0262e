"""Trials side by side: the state of all of them, trained and evaluated together."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import keras
import numpy as np
from keras import ops

from custom.types import Tensor
from experiments.models import schedules
from experiments.recipes import telemetry
from experiments.recipes.batches import CHUNK
from experiments.recipes.stacking import Stacking
from experiments.recipes.turns import Turns
from experiments.study.trial import Trial, canonical
from experiments.study.types import OwnPart
from experiments.tasks import Task
from experiments.train.fused import backend, state
from experiments.train.fused.axes import Span
from experiments.train.fused.cell import Cell
from experiments.train.fused.examples import Examples, Member
from experiments.train.fused.layer_figures import figures_of
from experiments.train.fused.place import Place
from experiments.train.fused.program import Program, program_of
from experiments.train.fused.state import Start, State, Weights
from experiments.train.fused.step import Steps

_EVALUATED = 2500  # examples evaluated in one call
_OUTPUTS = "outputs"
_DRAWN = 64 * 2**20  # bytes of random numbers held at once; an epoch that needs more is trained in parts


@dataclass(frozen=True)
class Specification:
    """What a stack is made of: seeds by cells, each pair of which is a trial.

    members: the seeds. examples: of all of them. trials: of the first seed, which stand for the cells. cells: of
    these, in order. varying: the numbers that are inputs of the program. states: of the random layers, by layer and
    seed. task: as their recipe learns it. stacking: how the recipe stacks. folder: of the study.
    """

    members: list[Member]
    examples: Examples
    trials: list[Trial]
    cells: list[Cell]
    varying: tuple[Place, ...]
    states: dict[int, np.ndarray]
    task: Task
    stacking: Stacking
    folder: str | None = None

    @property
    def turns(self) -> Turns | None:
        """How networks learn in turns, where they do."""
        return self.cells[0].loss.turns

    @property
    def batch(self) -> int:
        """How many examples a step takes."""
        size: int = self.trials[0].settings["batch_size"]
        return size * self.turns.parts if self.turns else size

    def part(self, rows: np.ndarray, columns: np.ndarray) -> "Specification":
        """Some of the seeds and cells, by their places."""
        return replace(
            self,
            members=[self.members[row] for row in rows],
            trials=[self.trials[column] for column in columns],
            cells=[self.cells[column] for column in columns],
            states={at: states[rows] for at, states in self.states.items()},
        )

    def program(self, whole: Program | None = None) -> Program:
        """The program of such a stack. whole: of a larger stack, of which it is a part."""
        metrics = dict(self.stacking.metrics)
        if self.needs_outputs:
            metrics[_OUTPUTS] = _outputs
        learned = [type(self.stacking).__module__, type(self.stacking).__qualname__, self.task.head, self.task.outputs]
        scale, layout = self.members[0].data.scale, whole.layout if whole else None
        return program_of(self.cells, self.varying, metrics, scale, len(self.members), learned, layout)

    @property
    def needs_outputs(self) -> bool:
        """Whether some metrics of the task are no means over examples: they need the outputs of all at once."""
        return not {*self.task.metrics} <= {*self.stacking.metrics}


class Stack:
    """Seeds by cells, each of which is a trial, in training.

    kept: the weights of each trial's best epoch, where these are asked for.
    """

    def __init__(self, what: Specification, program: Program, now: State, kept: Weights | None = None) -> None:
        self._what, self._program, self._state, self._kept = what, program, now, kept
        self._numbers = program.numbers(what.cells)
        settings = what.trials[0].settings
        self._size, self._count = what.batch, len(what.members[0].data.train)
        self.steps = math.ceil(self._count / self._size)
        self._rates = self._learning_rates(settings["epochs"] * self.steps)

    @classmethod
    def begin(cls, what: Specification, start: Sequence[Sequence[Start]], epoch: int = 0) -> "Stack":
        """A stack before training, from what trials begin from, by seed and cell.

        epoch: how many are done already, where `start` is progress that was saved.
        """
        program = what.program()
        steps = math.ceil(len(what.members[0].data.train) / what.batch)
        return cls(what, program, state.begin(program.layout, program.slots, start, epoch * steps))

    def part(self, rows: np.ndarray, columns: np.ndarray) -> "Stack":
        """The trials of some seeds and cells, by their places, as a smaller stack in the same state."""
        layout, small = self._program.layout, self._what.part(rows, columns)
        now = state.part(layout, self._state, rows, columns)
        kept = None if self._kept is None else state.part_of_weights(layout, self._kept, rows, columns)
        return Stack(small, small.program(self._program), now, kept)

    def train(self, epoch: int) -> np.ndarray:
        """Train an epoch; the mean loss of every trial over it, `[seeds, cells]`."""
        whole, rest = divmod(self._count, self._size)
        order = np.stack(
            [
                member.places(member.data.train[np.random.default_rng([member.seed, epoch]).permutation(self._count)])
                for member in self._what.members
            ]
        ).astype("int32")
        first = epoch * self.steps
        batches = order[:, : whole * self._size].reshape(len(order), whole, self._size)
        index = np.ascontiguousarray(np.moveaxis(batches, 1, 0))
        last = self._inputs_of_steps(order[None, :, whole * self._size :], first + whole) if rest else None
        last = None if last is None else [value if isinstance(value, tuple) else _only(value) for value in last]
        self._state = replace(self._state, loss=ops.zeros_like(self._state.loss))
        cuts = _cuts(whole, self._drawn_bytes())
        for cut in cuts:
            given = self._inputs_of_steps(index[cut.start : cut.stop], first + cut.start)
            self._run(given, last if cut.stop == whole else None)
        if not cuts:
            self._run(None, last)
        return np.asarray(ops.convert_to_numpy(self._state.loss), np.float64) / self._count

    def _run(self, steps: Steps | None, last: Steps | None) -> None:
        self._state = self._program.epoch(self._state, self._numbers, self._what.examples, steps, last)

    def _inputs_of_steps(self, index: np.ndarray, first: int) -> Steps:
        """What steps from `first` on take: examples by index, random draws, learning rates where they change."""
        steps, _, size = index.shape
        rates = self._rates[first : first + steps] if len(self._rates) else ()
        return [ops.convert_to_tensor(index), self._program.draws(self._what.states, first, steps, size), rates]

    def _drawn_bytes(self) -> int:
        """Bytes of random numbers of a step."""
        return 4 * len(self._what.members) * self._size * self._program.layout.drawn

    def _learning_rates(self, steps: int) -> OwnPart:
        """The rates `[steps, cells]` of a whole training, where they change; else nothing."""
        if not schedules.is_scheduled(self._what.trials[0]):
            return ()
        found: dict[str, np.ndarray] = {}
        columns: list[np.ndarray] = []
        for trial in self._what.trials:
            key = canonical([trial.settings["schedule"], trial.settings["learning_rate"]])
            if key not in found:
                schedule = schedules.learning_rate(trial, steps, self._what.folder)
                every = backend.compile_function(partial(ops.map, schedule), xla=False)
                found[key] = np.asarray(ops.convert_to_numpy(every(ops.arange(steps))))
            columns.append(found[key])
        return ops.convert_to_tensor(np.stack(columns, axis=1).astype(keras.config.floatx()))

    @property
    def alive(self) -> np.ndarray:
        """The trials that are trained on, `[seeds, cells]`: those whose weights and loss have been finite."""
        return np.array(ops.convert_to_numpy(self._state.alive))

    def freeze(self, alive: np.ndarray) -> None:
        """Leave all trials but these as they are from now on."""
        self._state = replace(self._state, alive=ops.convert_to_tensor(alive))

    def keep(self, trials: np.ndarray) -> None:
        """Keep the weights of these trials `[seeds, cells]` as they are now: theirs count, whatever comes later.

        At the first call those of all trials are kept.
        """
        wanted = ops.convert_to_tensor(trials)
        self._kept = state.choose_trials(self._program.layout, wanted, self._state.weights, self._counting_weights)

    @property
    def _counting_weights(self) -> Weights:
        """The weights that count: as kept, or else as they are now."""
        return self._state.weights if self._kept is None else self._kept

    def evaluate(self, part: str) -> dict[str, np.ndarray]:
        """The loss of every trial on a part of the data, and every metric, `[seeds, cells]`."""
        if self._what.turns:
            return self._evaluate_networks(self._what.turns, part, self._state.weights)
        penalty, losses, metrics = self._score_examples(part, self._state.weights)
        with np.errstate(over="ignore", invalid="ignore"):
            loss = np.mean(losses, axis=-1, dtype=float) + penalty
        means = self._means(part, metrics, self.weights_now)
        return {f"{part}_loss": loss} | {f"{part}_{name}": values for name, values in means.items()}

    def test(self) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
        """Every metric on the test examples, `[seeds, cells]`, with the weights that count.

        And where an example is right or wrong which of them came out right, `[seeds, cells, examples]`.
        """
        if self._what.turns:
            scores = self._evaluate_networks(self._what.turns, "test", self._counting_weights)
            return {name: scores[f"test_{name}"] for name in self._what.task.metrics}, None
        found, right = self._score_examples("test", self._counting_weights)[2], self._what.stacking.right
        return self._means("test", found, self.weights), found[right].astype(bool) if right else None

    def _evaluate_networks(self, turns: Turns, part: str, weights: Weights) -> dict[str, np.ndarray]:
        """The loss and every metric of networks that learn in turns."""

        def run(network: str, x: np.ndarray) -> np.ndarray:
            return self._program.run(weights, self._numbers, network, x)

        members = [(member.seed, member.data, getattr(member.data, part)) for member in self._what.members]
        found = turns.evaluate(run, self._program.layout.networks, members)
        return {f"{part}_{name}": values for name, values in found.items()}

    def _means(
        self, part: str, found: dict[str, np.ndarray], weights: Callable[[int, int], list[np.ndarray]]
    ) -> dict[str, np.ndarray]:
        """Every metric of every trial: means over examples, and what is computed from all outputs at once.

        weights: of the trial of a row and a column, with which it is scored.
        """
        what = self._what
        means = {name: np.mean(values, axis=-1, dtype=float) for name, values in found.items() if name != _OUTPUTS}
        if what.needs_outputs:
            rows = [
                [
                    what.stacking.scores(
                        member.data, getattr(member.data, part), z.T.astype(float), partial(weights, row, column)
                    )
                    for column, z in enumerate(found[_OUTPUTS][row])
                ]
                for row, member in enumerate(what.members)
            ]
            means |= {name: np.array([[of[name] for of in row] for row in rows]) for name in rows[0][0]}
        return {name: means[name] for name in what.task.metrics}

    def _score_examples(self, part: str, weights: Weights) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """The penalties `[seeds, cells]`, and of every example of a part of the data the loss and the metrics."""
        index = np.stack([member.places(getattr(member.data, part)) for member in self._what.members])
        count = index.shape[1]
        size = self._block()
        losses: list[np.ndarray] = []
        metrics: list[dict[str, np.ndarray]] = []
        penalties: list[np.ndarray] = []
        sizes: list[int] = []
        for start in range(0, count, size):
            block = index[:, start : start + size]
            here = block.shape[1]
            if here < size and not self._program.evaluates_whole:  # one compiled shape: the surplus is cut off again
                block = np.concatenate([block, np.repeat(block[:, -1:], size - here, axis=1)], axis=1)
            penalty, loss, found = self._program.scores(weights, self._numbers, self._what.examples, block)
            losses.append(np.asarray(ops.convert_to_numpy(loss))[..., :here])
            metrics.append(
                {name: np.asarray(ops.convert_to_numpy(values))[..., :here] for name, values in found.items()}
            )
            penalties.append(np.asarray(ops.convert_to_numpy(penalty), np.float64))
            sizes.append(here)
        found = {name: np.concatenate([block[name] for block in metrics], axis=-1) for name in metrics[0]}
        with np.errstate(over="ignore", invalid="ignore"):
            penalty = np.average(penalties, axis=0, weights=sizes)
        return penalty, np.concatenate(losses, axis=-1), found

    def _block(self) -> int:
        """How many examples are evaluated at once: the same for validation and test, so that one program does."""
        if self._program.evaluates_whole:
            return CHUNK  # as the serial trainer does
        data = self._what.members[0].data
        return max(math.ceil(size / math.ceil(size / _EVALUATED)) for size in (len(data.validation), len(data.test)))

    def measure(self) -> list[list[dict[str, float]]]:
        """The figures of every trial's layers, by seed and cell."""
        if self._what.turns:
            return [[{} for _ in self._what.cells] for _ in self._what.members]
        index = np.stack([member.places(telemetry.probe(member.data)) for member in self._what.members])
        squares, outputs = self._program.figures(self._state.weights, self._numbers, self._what.examples, index)
        every = [[np.asarray(ops.convert_to_numpy(tensor)) for tensor in some] for some in (squares, outputs)]

        def of_trial(row: int, column: int) -> dict[str, float]:
            template, weights = self._what.cells[column].template, self.weights_now(row, column)
            own_squares, own_outputs = ([values[row, column] for values in some] for some in every)
            return figures_of(self._program.layout, template, weights, own_squares, own_outputs)

        columns = range(len(self._what.cells))
        return [[of_trial(row, column) for column in columns] for row in range(len(self._what.members))]

    def weights(self, row: int, column: int) -> list[np.ndarray]:
        """The weights of one trial that count, layer by layer."""
        return state.weights_of(self._program.layout, self._counting_weights, row, column)

    def weights_now(self, row: int, column: int) -> list[np.ndarray]:
        """The weights of one trial after the last epoch, layer by layer."""
        return state.weights_of(self._program.layout, self._state.weights, row, column)

    def slots(self, row: int, column: int) -> list[list[np.ndarray]]:
        """What the optimizer holds of one trial, by trained weight."""
        return state.slots_of(self._program.layout, self._state, row, column)


def _outputs(y: Tensor, outputs: Tensor) -> Tensor:
    """The outputs themselves, examples last, as metrics have them."""
    return ops.moveaxis(outputs, -1, -2)


def _cuts(steps: int, drawn: int) -> list[Span]:
    """The parts of an epoch, of which each draws no more at once than it may.

    >>> _cuts(3, _DRAWN // 2)
    [Span(start=0, stop=2), Span(start=2, stop=3)]
    """
    parts = math.ceil(steps * drawn / _DRAWN) or 1
    length = max(1, math.ceil(steps / min(parts, steps or 1)))
    return [Span(start, min(start + length, steps)) for start in range(0, steps, length)]


def _only(one: Tensor | list[Tensor]) -> Tensor | list[Tensor]:
    """The first of each, along the leading axis."""
    return [each[0] for each in one] if isinstance(one, list) else one[0]

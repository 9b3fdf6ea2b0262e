"""Whether trials train faster as a stack than one by one: measured on this machine, where there is much to train."""

import math
import time
from dataclasses import replace

from experiments.store.chunk import Chunk
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import Data
from experiments.train import serial
from experiments.train.fused.cell import Cells
from experiments.train.fused.size import operations
from experiments.train.fused.trainer import Trainer

# Multiplications and additions of all trials below which measuring takes longer than it may save: about a minute's.
_MATTERS = 5e12
_MEASURED = 2e10  # of a stack in a measured epoch
_EPOCHS = 4  # the first ones also compile


def seconds_a_trial(
    study: Study, chunk: Chunk, trials: dict[tuple[str, int], Trial], cells: Cells, data: list[Data], count: int
) -> tuple[float, float] | None:
    """Seconds of a trial in a stack and by itself, over the same few steps; None where it doesn't matter.

    chunk: a stack of the kind; trials: by cell and seed. data: of its seeds. count: how many trials of the kind
    there are.
    """
    first = trials[chunk.trials[0]]
    size, of_step = first.settings["batch_size"], operations(cells.cell(first))
    steps = math.ceil(len(data[0].train) / size)
    if of_step * steps * first.settings["epochs"] * count < _MATTERS:
        return None
    few = max(2, min(steps, round(_MEASURED / (of_step * len(chunk)))))
    cut = [
        replace(
            of_seed, train=of_seed.train[: few * size], validation=of_seed.validation[:size], test=of_seed.test[:size]
        )
        for of_seed in data
    ]
    short = {
        pair: replace(trial, settings=trial.settings | {"epochs": _EPOCHS, "patience": 0})
        for pair, trial in trials.items()
    }
    stack = _Clock()
    Trainer(chunk, short, cells, cut).run(stack.note)
    alone = _Clock()
    serial.train(study, short[chunk.trials[0]], cells.task, cut[0], alone.note)
    found = stack.seconds / len(chunk), alone.seconds
    return found if math.isfinite(sum(found)) else None  # some diverged before there was an epoch to measure


class _Clock:
    """The time of an epoch, the fastest of those after the first two."""

    def __init__(self) -> None:
        self._ends: list[float] = []

    def note(self, epoch: int) -> None:
        self._ends.append(time.perf_counter())

    @property
    def seconds(self) -> float:
        return min((b - a for a, b in zip(self._ends[1:], self._ends[2:], strict=False)), default=math.inf)

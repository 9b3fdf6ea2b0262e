"""Which trials train as one stack: buckets of one structure, cut into chunks that fit the cache."""

import math
from collections.abc import Sequence

import numpy as np

from experiments.errors import said
from experiments.store.chunk import Chunk
from experiments.study.trial import Trial, canonical, digest
from experiments.train.fused.cell import Cell, CellSource, StackedStudy, varying_numbers
from experiments.train.fused.size import trial_bytes
from experiments.train.fused.speed import accelerated
from experiments.train.messages import PLANNED, PLANNING, say

# Bytes that a chunk works on at once: of a process about what a core has of the last cache; of an accelerator what
# leaves the most of its memory free.
_CACHE, _DEVICE = 12 * 2**20, 2 * 2**30
_FEWEST = 2  # cells and seeds in a chunk, where there are so many
_MOST, _MOST_ON_DEVICE = 512, 4096  # trials in a chunk: more gain nothing, and a crash would lose more


def plan(study: StackedStudy, trials: Sequence[Trial], cells: CellSource) -> tuple[list[Chunk], dict[str, str]]:
    """Chunks, and for cells that can't be stacked the reason, by id."""
    if isinstance(cells.stacking, str):
        return [], {trial.cell: cells.stacking for trial in trials}
    seeds: dict[str, list[int]] = {}
    first: dict[str, Trial] = {}
    for trial in trials:
        seeds.setdefault(trial.cell, []).append(trial.seed)
        first.setdefault(trial.cell, trial)
    buckets: dict[str, list[Cell]] = {}
    refused: dict[str, str] = {}
    for trial in first.values():
        say((PLANNING, trial.cell))
        cell, bucket = None, ""
        try:
            cell = cells.cell(trial)
            why = cell.refuses
            bucket = "" if why else _bucket(study, cell, seeds[cell.id])
        except (Exception, SystemExit) as error:  # whatever a user's part raises; the trial's own row has it in full
            why = f"it could not be planned: {said(error)}"
        say((PLANNED, trial.cell))
        if cell is None or why:
            refused[trial.cell] = " ".join((why or "").split())[:200]
        else:
            buckets.setdefault(bucket, []).append(cell)
    return [chunk for bucket in buckets.values() for chunk in _chunks(bucket, seeds[bucket[0].id])], refused


def _bucket(study: StackedStudy, cell: Cell, seeds: list[int]) -> str:
    """What the cells of a stack have in common, data included."""
    settings = {name: cell.settings[name] for name in ("batch_size", "epochs", *study.task_settings)}
    states = [state.tolist() for state in cell.template.initial.states.values()]  # one draw serves all cells
    return canonical([cell.signature, settings, seeds, states])


def _chunks(bucket: list[Cell], seeds: list[int]) -> list[Chunk]:
    room, most = (_DEVICE, _MOST_ON_DEVICE) if accelerated() else (_CACHE, _MOST)
    width = max(_FEWEST, min(most, room // trial_bytes(bucket[0])))
    names = tuple(map(str, varying_numbers(bucket)))
    blocks = deal(bucket, width)
    together = max(1, width // max(map(len, blocks)))
    groups = np.array_split(np.asarray(seeds), math.ceil(len(seeds) / together))
    found = []
    for of_group in groups:
        for block in blocks:
            slices = [cell.slices for cell in block]
            program = digest([block[0].signature, block[0].settings["batch_size"], slices, names, len(of_group)])
            found.append(Chunk(tuple(cell.id for cell in block), tuple(map(int, of_group)), names, program))
    return found


def deal(bucket: list[Cell], width: int) -> list[list[Cell]]:
    """Blocks of at most `width` cells, equal slices side by side, and as few different rows of slices as can be."""
    by_slices: dict[str, list[Cell]] = {}
    for cell in bucket:
        by_slices.setdefault(cell.slices, []).append(cell)
    kinds = [by_slices[key] for key in sorted(by_slices)]
    blocks = []
    for group in np.array_split(np.arange(len(kinds)), math.ceil(len(kinds) / width)):
        of_group = [kinds[at] for at in group]
        most = max(map(len, of_group))
        rounds = math.ceil(most / max(1, width // len(of_group)))
        each = math.ceil(most / rounds)
        for start in range(0, most, each):
            blocks.append([cell for kind in of_group for cell in kind[start : start + each]])
    return blocks

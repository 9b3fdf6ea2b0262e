"""A task whose training examples are changed, by the levels of data factors."""

from dataclasses import dataclass, replace

import numpy as np

from experiments.errors import RequestError
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.seeds import stream
from experiments.study.types import Settings
from experiments.tasks.prepared import Prepared
from experiments.tasks.task import Data, Draw, Task


def change(task: Task, levels: Settings) -> Task:
    """The task with other training examples; the task itself where no level changes any.

    levels: by setting, of `catalog.OF_DATA`; what is not there is at its default. Validation and test examples stay as
    they are. What is drawn follows from the seed of the data alone. What a task fits to its training part (`Prepared`)
    is fitted afterwards.

    Raises RequestError for a factor that makes no sense for the task's head.

    >>> from experiments.tasks.moons import moons
    >>> task = change(moons(), {"label_noise": 0.5, "train_size": 100})
    >>> clean, data = moons().draw(0), task.draw(0)
    >>> len(data.train), float((data.y != clean.y)[data.train].mean()), int((data.y != clean.y)[data.test].sum())
    (100, 0.5, 0)
    """
    active: dict[str, Settings] = {}
    for name, part in catalog.DATA_FACTORS.items():
        own = {key: levels.get(key, setting.default) for key, setting in part.settings.items()}
        if own[name] == part.settings[name].default:
            continue
        if task.head not in part.heads:
            heads = ", ".join(part.heads)
            raise RequestError(f"{name}: the task has the head {task.head}, allowed are tasks with the head {heads}")
        active[name] = own
    return replace(task, draw=_applied(task, task.draw, active)) if active else task


def _applied(task: Task, draw: Draw, active: dict[str, Settings]) -> Draw:
    if isinstance(draw, Prepared):
        return Prepared(_applied(task, draw.draw, active), draw.fit)
    return Changed(draw, classes_of(task), active)


def classes_of(task: Task) -> int | None:
    """How many classes a task has; None where its targets are values."""
    return catalog.HEADS[task.head].classes(task.outputs)


@dataclass(frozen=True, eq=False)
class Changed:
    """A seed → the data of another draw, changed by data factors.

    classes: how many; None where y is not one class. active: by factor its settings.
    """

    draw: Draw
    classes: int | None
    active: dict[str, Settings]

    def __call__(self, seed: int) -> Data:
        data = self.draw(seed)
        for name, settings in self.active.items():
            generator = np.random.default_rng(stream(seed, "factors", name))
            data = load(catalog.DATA_FACTORS[name].target)(data, self.classes, generator, **settings)
        return data

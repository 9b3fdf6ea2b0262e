"""The lines that load a task's data."""

from experiments.report.code.loss import targets
from experiments.report.code.names import Names
from experiments.study import catalog
from experiments.study.imports import is_target
from experiments.study.types import Settings


def data_lines(task: Settings, loss: str, head: str, names: Names, recipe: str) -> list[str]:
    """Examples scaled, targets as the loss wants them, the three parts of the split.

    recipe: how the study learns the task.
    """
    load = names.of("experiments.tasks.load:load")
    name = " ".join(task["name"].split())
    own = [f"# your own task, looked for from where this runs: {name}"] if is_target(name) else []
    loaded = f"{load}({task!r})"
    if recipe != catalog.SUPERVISED:
        loaded = f"{names.of(catalog.RECIPES[recipe].target)}().learned({loaded})"
    return [
        *own,
        f"task = {loaded}",
        "data = task.draw(0)",
        'x = data.x.astype("float32") * data.scale',
        f"y = {targets(loss, head)}",
        "train, validation, test = data.train, data.validation, data.test",
    ]

"""A task by its level: a name in the catalog, or a user's import target."""

import inspect

from experiments.errors import RequestError, unknown
from experiments.study import catalog, imports
from experiments.study.types import Settings
from experiments.tasks.factors import change
from experiments.tasks.task import Task


def load(level: Settings, folder: str | None = None) -> Task:
    """The task of a level such as `{"name": "digits", "resample": True}`.

    level: "name" is in `catalog.TASKS`, or `"package.module:attribute"` or `"path/to/file.py:attribute"` of a
    Task or of a function that returns one; the other keys are the function's settings, or else data factors
    (`catalog.OF_DATA`).
    folder: where relative paths and modules are looked for.

    Raises RequestError for a name that is neither, for settings that the function does not take or refuses,
    and where the result is no Task.

    >>> load({"name": "xor", "noise": 0.0}).head
    'sigmoid'
    """
    name = level["name"]
    options = {key: value for key, value in level.items() if key != "name"}
    if name not in catalog.TASKS and not imports.is_target(name):
        raise RequestError(unknown("task", name, catalog.TASKS) + ', or "package.module:attribute" for your own')
    target = catalog.TASKS[name].target if name in catalog.TASKS else name
    task = imports.load(target, folder)
    own = {*inspect.signature(task).parameters} if callable(task) else set[str]()
    levels = {key: options.pop(key) for key in catalog.OF_DATA if key in options and key not in own}
    if callable(task):
        task = imports.call("task", name, task, options)
    elif options:
        raise RequestError(f"task: {name} is no function, so it takes no settings, got {', '.join(options)}")
    if not isinstance(task, Task):
        raise RequestError(f"task: {name} gave a {type(task).__name__}, allowed is an experiments.tasks.Task")
    return change(task, levels)

"""Tasks: a data set, its split, head and metrics. For your own: `from_arrays`, or a `Task` and `split`."""

from experiments.tasks.arrays import from_arrays
from experiments.tasks.several import Output
from experiments.tasks.split import split
from experiments.tasks.task import Data, Modes, Task

__all__ = ["Data", "Modes", "Output", "Task", "from_arrays", "split"]

"""What may be done to the training examples of any task, as factors of a study; one file each.

`catalog.DATA_FACTORS` names them, with their settings and the heads of the tasks that they make sense for. A function
takes the data, how many classes there are (None where y is not one of them), a generator of its own, and its settings,
and returns other data; arrays that it is given stay as they are. Draws are made for every example of the data, in its
order, so that another level, or another factor beside it, changes none of them: cells of a seed stay pairs.
"""

from experiments.tasks.factors.changed import change

__all__ = ["change"]

"""The loss, and the form in which it takes targets."""

from experiments.report.code.names import Names
from experiments.report.code.parts import make
from experiments.study import catalog
from experiments.study.types import Settings

# With one output: losses of labels and scores from −1 to 1, as functions.
_ON_SIGNS = {"wasserstein": "custom.losses:wasserstein", "hinge": "keras.losses:hinge"}
_BY_LINK = {("cross_entropy", "sigmoid"): "keras.losses.BinaryCrossentropy()"}
_ROWS = 'data.y.reshape(len(data.y), -1).astype("float32")'
_TARGETS = {
    "softmax": "keras.utils.to_categorical(data.y, task.outputs)",
    "sigmoid": 'data.y.reshape(-1, 1).astype("float32")',
    "ordinal": '(data.y[:, None] > range(task.outputs)).astype("float32")',
}


def targets(loss: str, head: str) -> str:
    """The targets that a loss wants, as an expression."""
    return "data.y" if loss == "sparse_cross_entropy" else _TARGETS.get(head, _ROWS)


def loss_lines(level: Settings, head: str, names: Names) -> tuple[list[str], str]:
    """The lines that a loss needs before it is used, and the loss as an expression.

    >>> loss_lines({"name": "cross_entropy"}, "sigmoid", Names())
    ([], 'keras.losses.BinaryCrossentropy()')
    """
    link = catalog.HEADS[head].link
    if (level["name"], link) in _BY_LINK:
        return [], _BY_LINK[level["name"], link]
    if link == "sigmoid" and level["name"] in _ON_SIGNS:
        function = names.of(_ON_SIGNS[level["name"]])
        return [
            "def loss(y_true, y_pred):  # labels and probabilities, on a scale from -1 to 1",
            f"    return {function}(2 * y_true - 1, 2 * y_pred - 1)",
            "",
            "",
        ], "loss"
    return [], make("loss", level, names)

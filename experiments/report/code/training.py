"""The lines that load the data, and that compile, train and test a model."""

from experiments.report.code.loss import targets
from experiments.report.code.names import Names, call
from experiments.report.code.parts import settings_of, target_of
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


# by what y is, the first to keep the best epoch by; of ordered classes Keras has none, but of their steps
_METRICS = {"class": ["accuracy"], "labels": ["binary_accuracy"], "fractions": ["mae", "mse"], "values": ["mae", "mse"]}
_OF_STEPS = ["binary_accuracy"]


def training_lines(levels: Settings, rate: str, loss: str, head: str, names: Names) -> list[str]:
    """compile, fit, evaluate. rate, loss: as expressions."""
    level = levels["optimizer"]
    optimizer = call(names.of(target_of("optimizer", level)), f"learning_rate={rate}", **settings_of(level))
    patience = levels["patience"]
    metrics = _OF_STEPS if head == "ordinal" else _METRICS[catalog.HEADS[head].target]
    callbacks = [f"keras.callbacks.EarlyStopping(patience={patience})"] if patience else []
    if levels.get("keep_epoch") == "best":
        # patience that never ends: it only gives the weights of the best epoch back
        mode = f'"val_{metrics[0]}", mode="{"min" if metrics[0] == "mae" else "max"}"'
        restored = f"patience={levels['epochs']}, restore_best_weights=True"
        callbacks.append(f"keras.callbacks.EarlyStopping({mode}, {restored})")
    stop = f", callbacks=[{', '.join(callbacks)}]" if callbacks else ""
    listed = ", ".join(f'"{metric}"' for metric in metrics)
    return [
        "model.compile(",
        f"    optimizer={optimizer},",
        f"    loss={loss},",
        f"    metrics=[{listed}],",
        ")",
        "model.fit(",
        f"    x[train], y[train], batch_size={levels['batch_size']}, epochs={levels['epochs']},",
        f"    validation_data=(x[validation], y[validation]){stop},",
        ")",
        "print(model.evaluate(x[test], y[test], return_dict=True))",
    ]

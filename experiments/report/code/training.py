"""The lines that compile, train and test a model."""

from experiments.report.code.names import Names, call
from experiments.report.code.parts import settings_of, target_of
from experiments.study.types import Settings

_METRICS = {"softmax": ["accuracy"], "sigmoid": ["accuracy"], "linear": ["mae", "mse"]}


def training_lines(levels: Settings, rate: str, loss: str, head: str, names: Names) -> list[str]:
    """compile, fit, evaluate. rate, loss: as expressions."""
    level = levels["optimizer"]
    optimizer = call(names.of(target_of("optimizer", level)), f"learning_rate={rate}", **settings_of(level))
    patience = levels["patience"]
    callbacks = [f"keras.callbacks.EarlyStopping(patience={patience})"] if patience else []
    if levels.get("keep_epoch") == "best":
        # patience that never ends: it only gives the weights of the best epoch back
        metric = _METRICS[head][0]
        mode = f'"val_{metric}", mode="{"min" if head == "linear" else "max"}"'
        restored = f"patience={levels['epochs']}, restore_best_weights=True"
        callbacks.append(f"keras.callbacks.EarlyStopping({mode}, {restored})")
    stop = f", callbacks=[{', '.join(callbacks)}]" if callbacks else ""
    metrics = ", ".join(f'"{metric}"' for metric in _METRICS[head])
    return [
        "model.compile(",
        f"    optimizer={optimizer},",
        f"    loss={loss},",
        f"    metrics=[{metrics}],",
        ")",
        "model.fit(",
        f"    x[train], y[train], batch_size={levels['batch_size']}, epochs={levels['epochs']},",
        f"    validation_data=(x[validation], y[validation]){stop},",
        ")",
        "print(model.evaluate(x[test], y[test], return_dict=True))",
    ]

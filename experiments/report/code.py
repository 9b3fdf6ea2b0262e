"""The recommended configuration as Keras code that runs where it is pasted."""

import ast
import re
from typing import Any

from experiments import catalog
from experiments.report.findings import Findings


def keras_code(findings: Findings) -> str:
    """Code that loads the task's data, builds, trains and tests the best cell's model; empty where there is none.

    There is some for a multilayer perceptron on a task of the project, all parts from the catalog, one set of
    conditions. Weights and the order of examples are Keras' own, so scores agree as far as seeds do.
    """
    study = findings.study
    if findings.best is None or study.conditions or study.model != "mlp" or study.task not in catalog.TASKS:
        return ""
    chosen = study.settings | {factor: findings.best[factor] for factor in study.factors}
    try:
        parts = {name: _part(name, chosen) for name in ("activation", "loss", "regularizer", "optimizer")}
    except LookupError:
        return ""  # a part of the user's own
    head = findings.results.manifest.get("head")
    other_targets = parts["loss"][0] == "wasserstein" or (head == "sigmoid" and parts["loss"][0] == "hinge")
    if chosen.get("schedule", "constant") != "constant" or other_targets or head is None:
        return ""
    imports = {"import keras", "from experiments.tasks.load import load"}
    layers = _layers(chosen, parts, head, imports)
    binary = head == "sigmoid" and parts["loss"][0] == "cross_entropy"
    loss = "keras.losses.BinaryCrossentropy()" if binary else _made(catalog.LOSSES, parts["loss"], imports)
    optimizer = _made(catalog.OPTIMIZERS, parts["optimizer"], imports, learning_rate=_value(chosen["learning_rate"]))
    metric = '"accuracy"' if head != "linear" else '"mae", "mse"'
    data = {"name": study.task} | {
        name: _value(chosen[name]) for name in catalog.TASKS[study.task].settings if name in chosen
    }
    stop = (
        f", callbacks=[keras.callbacks.EarlyStopping(patience={chosen['patience']})]"
        if chosen.get("patience", "0") != "0"
        else ""
    )
    lines = [
        f"# {findings.words(findings.best['cell'])}",
        *sorted(imports, key=lambda line: (line.startswith("from"), line)),
        "",
        f"data = load({data!r}).draw(0)",
        'x = data.x.astype("float32") * data.scale',
        *_targets(head, parts["loss"][0]),
        "train, validation, test = data.train, data.validation, data.test",
        "",
        "model = keras.Sequential(",
        "    [",
        *(f"        {layer}," for layer in layers),
        "    ]",
        ")",
        "model.compile(",
        f"    optimizer={optimizer},",
        f"    loss={loss},",
        f"    metrics=[{metric}],",
        ")",
        "model.fit(",
        f"    x[train], y[train], batch_size={chosen['batch_size']}, epochs={chosen['epochs']},",
        f"    validation_data=(x[validation], y[validation]){stop},",
        ")",
        "print(model.evaluate(x[test], y[test], return_dict=True))",
    ]
    return "\n".join(lines) + "\n"


def _layers(chosen: dict[str, str], parts: dict[str, Any], head: str, imports: set[str]) -> list[str]:
    """The lines of the model's layers."""
    name, options = parts["regularizer"]
    slot = catalog.REGULARIZERS[name].slot
    made = (
        f", {slot}={_made(catalog.REGULARIZERS, parts['regularizer'], imports)}"
        if slot.endswith("_regularizer")
        else ""
    )
    kernel, activity = (made if slot == one else "" for one in ("kernel_regularizer", "activity_regularizer"))
    rate = options["rate"] if slot == "dropout" else _value(chosen.get("dropout", "0"))
    start = chosen.get("initializer", "glorot_uniform")
    kernel += f', kernel_initializer="{start}"' if start != "glorot_uniform" else ""
    found = ["keras.Input(x.shape[1:])", "keras.layers.Flatten()"]
    for units in chosen["units"].split("-"):
        found.append(f"keras.layers.Dense({units}{kernel})")
        if chosen.get("batch_normalization") == "true":
            found.append("keras.layers.BatchNormalization()")
        found.append(_activation(parts["activation"], activity, imports))
        if rate:
            found.append(f"keras.layers.Dropout({rate})")
    outputs = {"softmax": "outputs", "sigmoid": "1", "linear": "y.shape[1]"}[head]
    return [*found, f'keras.layers.Dense({outputs}, activation="{head}")']


def _activation(part: tuple[str, dict[str, Any]], activity: str, imports: set[str]) -> str:
    target = catalog.ACTIVATIONS[part[0]].target
    if target.startswith("keras.activations:"):
        return f'keras.layers.Activation("{part[0]}"{activity})'
    made = _made(catalog.ACTIVATIONS, part, imports)
    return f"{made[:-1]}{activity if part[1] else activity.removeprefix(', ')})"


def _targets(head: str, loss: str) -> list[str]:
    if head == "softmax":
        rows = "y = data.y" if loss == "sparse_cross_entropy" else "y = keras.utils.to_categorical(data.y, outputs)"
        return ["outputs = int(data.y.max()) + 1", rows]
    return ['y = data.y.reshape(len(data.y), -1).astype("float32")']


def _part(name: str, chosen: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Name and settings of a level in its label's form, with the values of a range that it was drawn from."""
    label = chosen[name]
    found = re.fullmatch(r"(\w+)(?:\((.*)\))?", label)
    if not found or found[1] not in catalog.PARTS[name]:
        raise LookupError(label)
    known = catalog.PARTS[name][found[1]].settings
    options = {key: setting.default for key, setting in known.items()}
    for one in re.split(r",\s*", found[2]) if found[2] else ():
        key, _, value = one.partition("=")
        options[key] = _value(value)
    options |= {
        key: _value(chosen[f"{name}.{found[1]}.{key}"]) for key in known if f"{name}.{found[1]}.{key}" in chosen
    }
    return found[1], {key: value for key, value in options.items() if value is not None}


def _value(text: str) -> Any:
    """What a label's text stands for.

    >>> _value("0.01"), _value("true"), _value("none"), _value("tanh")
    (0.01, True, None, 'tanh')
    """
    words = {"true": True, "false": False, "none": None, "None": None}
    if text in words:
        return words[text]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _made(table: dict[str, Any], part: tuple[str, dict[str, Any]], imports: set[str], **more: Any) -> str:
    """A call that makes a part; of Keras by its path, of `custom` by an import."""
    name, options = part
    module, _, attribute = table[name].target.partition(":")
    if not module.startswith("keras."):
        imports.add(f"from {module} import {attribute}")
    call = f"{module}.{attribute}" if module.startswith("keras.") else attribute
    return f"{call}({', '.join(f'{key}={value!r}' for key, value in (more | options).items())})"

"""Private names of Keras and of keras-tuner are used in one file each, so that a release of either breaks one file."""

import ast
from pathlib import Path

import keras
import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(path for room in ("custom", "experiments") for path in (ROOT / room).rglob("*.py"))
KEPT = "custom/keras_internals.py"
# private names of others, which no public name replaces
OTHERS = {
    "experiments/models/global_state.py": "TensorFlow",
    "experiments/report/figures/figure.py": "matplotlib",
    "experiments/train/executors/child.py": "os",
    "experiments/tune/keras_tuner_internals.py": "keras-tuner",
}
OF_NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}  # public, for all their underscore


def private(name):
    return isinstance(name, str) and name.startswith("_") and not name.startswith("__")


def uses(tree):
    """(name, whether of the object itself) of private attributes, also of those that `getattr` and the like name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr):
            yield node.attr, isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        elif isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("getattr", "hasattr", "setattr"):
            texts = [part.value for part in ast.walk(node.args[1]) if isinstance(part, ast.Constant)]
            yield from ((text, False) for text in texts[:1] if private(text))


def definitions(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from (node.attr,) if getattr(node.value, "id", None) in ("self", "cls") else ()
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def names_of_keras():
    x = keras.Input((2,))
    y = keras.layers.Add()([x, keras.layers.Dense(2)(x)])
    model = keras.Model(x, y)
    model.compile("sgd", "mse", metrics=["mae"])
    sequential = keras.Sequential([x, keras.layers.Dense(2)])
    parts = (x, model, sequential, *model.layers, model.optimizer, model._compile_loss, model._compile_metrics)
    return {name for part in parts for name in dir(part) if private(name)}


def test_one_file_uses_private_names_of_keras():
    trees = {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in FILES}
    ours = {name for file, tree in trees.items() if file not in OTHERS for name in definitions(tree)}
    of_keras = names_of_keras()
    found = {file: [*uses(tree)] for file, tree in trees.items() if file != KEPT}
    foreign = {
        file: {name for name, _ in names} - ours - OF_NAMED_TUPLES
        for file, names in found.items()
        if file not in OTHERS
    }
    of_objects = {file: {name for name, own in names if not own} & of_keras for file, names in found.items()}
    assert {file: names for file, names in foreign.items() if names} == {}
    assert {file: names for file, names in of_objects.items() if names} == {}
    assert {name for name, _ in uses(trees[KEPT])} <= of_keras | {"_user_"}


@pytest.mark.parametrize(
    ("source", "file"), [("keras.src", KEPT), ("keras_tuner.src", "experiments/tune/keras_tuner_internals.py")]
)
def test_one_file_imports_the_source_of_keras(source, file):
    def imported(path):
        nodes = ast.walk(ast.parse(path.read_text()))
        return {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}

    files = [path for path in FILES if any(name.startswith(source) for name in imported(path))]
    assert [str(path.relative_to(ROOT)) for path in files] == [file]

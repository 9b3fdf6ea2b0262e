"""What a part of the project says of itself, without importing it."""

import ast
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def first_line(target: str) -> str:
    """The first line of the docstring of an import target of the project, unmarked; nothing for what lies elsewhere.

    target: `"module:attribute"`. The source is read, so that no library is loaded for it.

    >>> first_line("experiments.tasks.moons:moons")
    'Two half circles of radius 1 that reach into each other. x [n, 2] float32; y 0 or 1.'
    >>> first_line("keras.losses:MeanSquaredError")
    ''
    """
    module, _, attribute = target.partition(":")
    text = _docstrings(module).get(attribute, "")
    return text.split("\n", maxsplit=1)[0].replace("`", "")


@cache
def _docstrings(module: str) -> dict[str, str]:
    """The docstrings of a module's functions and classes, by name; of `partial(f, …)` that of f."""
    path = _ROOT / Path(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not module or not path.is_file():
        return {}
    found: dict[str, str] = {}
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        match statement:
            case ast.FunctionDef(name) | ast.ClassDef(name):
                found[name] = ast.get_docstring(statement) or ""
            case ast.Assign([ast.Name(name)], ast.Call(ast.Name("partial"), [ast.Name(of), *_])):
                found[name] = found.get(of, "")
    return found

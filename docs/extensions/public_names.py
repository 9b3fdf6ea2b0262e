"""The names that users import, and what each must have: a docstring, an example that runs, a place in the reference."""

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MODULES = {  # module → names, all that it exports where none are said
    "experiments.api": ("Study", "Results"),
    "experiments.ablation.ablation": ("Ablation",),
    "experiments.tasks": (),
    "experiments.tune": (),
    "experiments.train.fused.rules": (),
    **{f"custom.{name}": () for name in importlib.import_module("custom").__all__},
}
WITH_METHODS = ("experiments.api", "experiments.ablation")  # here every public method needs a docstring too
REFERENCE = Path(__file__).parents[1] / "reference"


def public_names() -> Iterator[tuple[str, Any]]:
    """Each public name with its module in front, and what it stands for."""
    for place, names in MODULES.items():
        module = importlib.import_module(place)
        for name in names or module.__all__:
            yield f"{place}.{name}", getattr(module, name)


def faults_of(name: str, thing: Any, pages: str) -> list[str]:
    """What a public name lacks. pages: the text of the reference.

    >>> faults_of("some.place.name", lambda x: x, "")
    ['some.place.name: no docstring', 'some.place.name: not in the reference']
    """
    told = inspect.getdoc(thing) if thing.__doc__ else ""
    found = ["no docstring"] if not told else [] if ">>> " in told else ["no example"]
    if name.startswith(WITH_METHODS):
        methods = [key for key, member in vars(thing).items() if not key.startswith("_") and _is_part(member)]
        found += [f"{key}: no docstring" for key in methods if not getattr(thing, key).__doc__]
    if not any(place in pages for place in (f"{name}\n", f"{name}(")):
        found.append("not in the reference")
    return [f"{name}: {fault}" for fault in found]


def faults() -> list[str]:
    """What all public names lack."""
    pages = "".join(f"{page.read_text(encoding='utf-8')}\n" for page in sorted(REFERENCE.glob("*.md")))
    return [fault for name, thing in public_names() for fault in faults_of(name, thing, pages)]


def _is_part(one: Any) -> bool:
    return inspect.isfunction(one) or isinstance(one, classmethod | staticmethod | property)


def setup(app: Any) -> dict[str, bool]:
    """As Sphinx asks for it: each fault is a warning, and `make docs` fails on warnings."""
    from sphinx.util.logging import getLogger

    def check(app: Any) -> None:
        for fault in faults():
            getLogger(__name__).warning(fault)

    app.connect("builder-inited", check)
    return {"parallel_read_safe": True}

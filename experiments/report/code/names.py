"""The imports of a piece of code, and what they are called in it."""

import keyword
from pathlib import PurePath

TAKEN = ("keras", "math", "partial", "load", "task", "data", "x", "y", "train", "validation", "test", "steps", "warmup",
         "rate", "model", "loss")  # fmt: skip
_ORDER = ("functools", "math", "keras", "custom", "experiments")  # then a user's own


class Names:
    """Collects the imports that some code needs.

    >>> names = Names()
    >>> names.of("keras.losses:Hinge"), names.of("custom.losses:Huber"), names.lines
    ('keras.losses.Hinge', 'Huber', ['import keras', 'from custom.losses import Huber'])
    """

    def __init__(self) -> None:
        self._whole = {"keras"}
        self._from: dict[tuple[str, str], set[str]] = {}  # module and place → what is imported
        self._called: dict[str, str] = {}  # name → target

    @property
    def lines(self) -> list[str]:
        """The lines; a user's own parts come last, with a word on where they must be."""
        found = [(_place(module), f"import {module}") for module in self._whole]
        for (module, place), attributes in self._from.items():
            own = "" if _place(module) < len(_ORDER) else f"  # your own: {_where(place)}"
            found.append((_place(module), f"from {module} import {', '.join(sorted(attributes))}{own}"))
        return [line for _, line in sorted(found)]

    def need(self, module: str) -> None:
        """Import a whole module."""
        self._whole.add(module)

    def of(self, target: str) -> str:
        """What an import target is called.

        Raises LookupError for a target that no import names, or whose name is another's already.
        """
        place, _, attribute = target.rpartition(":")
        module = PurePath(place).stem if place.endswith(".py") else place
        if not all(part.isidentifier() and not keyword.iskeyword(part) for part in (*module.split("."), attribute)):
            raise LookupError(target)
        if module.split(".")[0] == "keras":
            return f"{module}.{attribute}"
        own = attribute in TAKEN and _place(module) == len(_ORDER)
        called = f"own_{attribute}" if own else attribute
        if self._called.setdefault(called, target) != target:
            raise LookupError(target)
        self._from.setdefault((module, place), set()).add(attribute + (f" as {called}" if own else ""))
        return called


def is_class(target: str) -> bool:
    """Whether a target names a class, by its spelling.

    >>> is_class("lab.parts:Swish"), is_class("lab.parts:swish")
    (True, False)
    """
    return target.rpartition(":")[2].lstrip("_")[:1].isupper()


def call(function: str, /, *given: str, **settings: object) -> str:
    """A call: arguments as they are written, and settings.

    >>> call("Dense", "8", use_bias=False)
    'Dense(8, use_bias=False)'
    """
    named = [f"{key}={value!r}" for key, value in settings.items()]
    return f"{function}({', '.join([*given, *named])})"


def _place(module: str) -> int:
    first = module.split(".", maxsplit=1)[0]
    return _ORDER.index(first) if first in _ORDER else len(_ORDER)


def _where(place: str) -> str:
    folder = f"its folder must be on Python's path: {' '.join(place.split())}"
    return folder if place.endswith(".py") else "Python must be able to import it"

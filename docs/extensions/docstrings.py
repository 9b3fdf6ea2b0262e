"""Turns docstrings, which are Markdown for readers of the code, into the reStructuredText that Sphinx reads.

They have paragraphs, code in backticks, indented formulas, sections such as `Arguments:`, and paragraphs that begin
with the name of an argument and a colon. No docstring has more Markdown than that.
"""

import inspect
import re
from typing import Any

SECTION = re.compile(r"(Arguments|Args|Raises|Returns|Example|Examples):$")
ENTRY = re.compile(r"^((?:\*{0,2}\w+)(?:, \*{0,2}\w+)*): (?=\S)")


def as_rst(lines: list[str], names: set[str]) -> list[str]:
    """The lines of a docstring in reStructuredText. names: of the arguments or attributes that it may tell of.

    >>> as_rst(["x: an `array`", "  of numbers."], {"x"})
    ['``x``', '   an ``array`` of numbers.', '']
    """
    found: list[str] = []
    for block in _blocks(lines):
        before = next((line for line in reversed(found) if line), "")
        if block[0].startswith(">>>"):
            found += [*block, ""]
        elif block[0].startswith("    "):
            found += [*_literal(block, before, found), ""]
        elif heading := SECTION.match(block[0]):
            found += [f".. rubric:: {heading[1].rstrip('s')}{'s' if heading[1].endswith('s') else ''}", ""]
            found += _entries([line[4:] for line in block[1:]], None)
        elif _begins_entry(block[0], names):
            found += _entries(block, names)
        else:
            found += [*map(_inline, block), ""]
    return found


def _blocks(lines: list[str]) -> list[list[str]]:
    """Runs of lines without an empty one; an example with its output, and an indented formula, stay whole."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _literal(block: list[str], before: str, found: list[str]) -> list[str]:
    """An indented block as it stands."""
    if before.startswith("    ") or before == ".. code-block:: text":  # the formula goes on after an empty line
        return block
    return [".. code-block:: text", "", *block]


def _begins_entry(line: str, names: set[str] | None) -> bool:
    entry = ENTRY.match(line)
    if not entry:
        return False
    return names is None or set(re.split(r", ", entry[1].replace("*", ""))) <= names


def _entries(block: list[str], names: set[str] | None) -> list[str]:
    """A list of definitions. names: those that a line may begin with; None for any, as sections have them."""
    text: list[tuple[str, list[str]]] = []
    for line in block:
        indented = line.startswith(" ")
        if _begins_entry(line, names):
            term, _, rest = line.partition(": ")
            text.append((term, [rest]))
        elif not indented and line.endswith(":") and names is None:
            text.append((line[:-1], []))
        elif text and (indented or names is not None):
            text[-1][1].append(line.strip())
        else:
            text.append(("", [line.strip()]))
    found: list[str] = []
    for term, words in text:
        told = _inline(" ".join(words))
        found += [f"``{term}``", f"   {told}", ""] if term else [told, ""]
    return found


def _inline(text: str) -> str:
    """Code in double backticks, and the signs that reStructuredText reads as its own written out."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"`{part}`" if part.startswith("`") and len(part) > 1 else re.sub(r"([*|\\]|(?<=\w)_(?!\w))", r"\\\1", part)
        for part in parts
    )


def _names(documented: Any) -> set[str]:
    """The arguments of a function, or those and the fields of a class."""
    found: set[str] = set(getattr(documented, "__annotations__", {}))
    for part in (documented, getattr(documented, "__init__", None)):
        try:
            found |= set(inspect.signature(part).parameters)
        except (TypeError, ValueError):
            continue
    return found | {"settings"}


def _docstring(app: Any, what: str, name: str, documented: Any, options: Any, lines: list[str]) -> None:
    lines[:] = as_rst(lines, _names(documented))


def signature_of(name: str, documented: Any) -> str:
    """The arguments of a function or class; of a protocol none.

    Of a class they are those of `__init__`, where Sphinx would find Keras' `__new__`. In `custom` the docstring tells
    types in words; the type of whatever can be an array would take three lines.

    >>> def mean(x: list[float], *, axis: int = -1) -> float: ...
    >>> signature_of("custom.mean", mean), signature_of("experiments.mean", mean)
    ('(x, *, axis=-1)', '(x: list[float], *, axis: int = -1) -> float')
    """
    if getattr(documented, "_is_protocol", False):
        return ""
    is_class = inspect.isclass(documented)
    found = inspect.signature(documented.__init__ if is_class else documented)
    parameters = list(found.parameters.values())[int(is_class) :]
    if name.startswith("custom."):
        bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
        return str(inspect.Signature(bare))
    return str(found.replace(parameters=parameters))


def _signature(
    app: Any, what: str, name: str, documented: Any, options: Any, signature: str | None, returned: str | None
) -> tuple[str, str | None] | None:
    if name.startswith("custom.") or signature == "(*args, **kwargs)":
        return signature_of(name, documented), None
    return None


def setup(app: Any) -> dict[str, bool]:
    """As Sphinx asks for it."""
    app.connect("autodoc-process-docstring", _docstring)
    app.connect("autodoc-process-signature", _signature)
    return {"parallel_read_safe": True}

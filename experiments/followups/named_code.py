"""Whether the code that a study file names is the code that results were made with, found without running it.

Results may come from someone else, and their manifest names a study file. Reading a study imports the parts that it
names, so they are compared first.
"""

import ast
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from experiments.errors import RequestError
from experiments.study import catalog, study_file
from experiments.study.imports import is_target
from experiments.study.types import Plain, PlainTable


def check_code(place: str, sources: dict[str, str]) -> None:
    """RequestError unless all code that the study file at a place names has the digest that the results have kept.

    sources: digests by import target, of the results. Nothing is imported.
    """
    path = study_file.find(place)
    if path.parent == study_file.STUDIES:
        return
    for target in sorted(find_named_code(study_file.table(path))):
        if target not in sources:
            why = "which is not among the code that made the results"
        elif sources[target] in _digests(target, path.resolve().parent):
            continue
        else:
            why = "whose source may not be the one that made the results"
        raise RequestError(f"{path}: names the code {target}, {why}; --file {path} runs it all the same")


def find_named_code(table: PlainTable) -> set[str]:
    """The import targets that reading a study imports, from its table.

    >>> sorted(find_named_code({"task": "a:b", "factors": {"loss": ["huber", {"name": "c.py:d"}]}, "question": "e:f"}))
    ['a:b', 'c.py:d']
    """
    tables = [table, *(table.get(key) for key in ("model", "factors", "baseline", "without"))]
    given = [table.get("task"), *(part.get("kind") for part in tables[1:2] if isinstance(part, dict))]
    given += [part[name] for part in tables if isinstance(part, dict) for name in catalog.PARTS if name in part]
    return {name for value in given for name in _names(value) if name is not None and is_target(name)}


def _names(given: Plain) -> Iterator[str | None]:
    for value in given if isinstance(given, list) else [given]:
        yield value.get("name") if isinstance(value, dict) else value


def _digests(target: str, folder: Path) -> set[str]:
    """What `imports.source_digest` gives for a target, as far as its file shows; none where there is no such file."""
    place, attribute = target.rsplit(":", 1)
    file = _file(place, folder)
    if file is None:
        return set()
    source = file.read_bytes()
    digests = {_digest(source)}
    try:
        nodes = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return digests
    for node in nodes:  # a part that comes from another file counts with that
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            other = _file(node.module, folder)
            if other and any((alias.asname or alias.name) == attribute for alias in node.names):
                digests.add(_digest(*sorted({source, other.read_bytes()})))
    return digests


def _digest(*sources: bytes) -> str:
    return hashlib.sha256(b"".join(sources)).hexdigest()[:16]


def _file(place: str, folder: Path) -> Path | None:
    if place.endswith(".py"):
        return path if (path := folder / place).is_file() else None
    parts = place.split(".")
    for entry in (*sys.path, str(folder)):
        for path in (Path(entry, *parts).with_suffix(".py"), Path(entry, *parts, "__init__.py")):
            if path.is_file():
                return path
    return None

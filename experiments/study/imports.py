"""Parts named by import target: `"package.module:attribute"` or `"path/to/file.py:attribute"`."""

import hashlib
import importlib
import importlib.util
import inspect
import sys
import traceback
from pathlib import Path
from types import ModuleType

from experiments.errors import RequestError, nearest, said
from experiments.study.types import Build, OwnPart, Settings


def is_target(name: object) -> bool:
    """Whether a name says where to import from.

    >>> is_target("my_parts:swish"), is_target("relu")
    (True, False)
    """
    return isinstance(name, str) and ":" in name and all(name.rsplit(":", 1))


def add_folder(folder: str | None) -> None:
    """Append a study file's folder to the import path: never first, so that it hides nothing."""
    if folder and folder not in sys.path:
        sys.path.append(folder)


def _module(place: str, folder: str | None) -> ModuleType:
    if not place.endswith(".py"):
        add_folder(folder)
        return importlib.import_module(place)
    path = Path(folder or ".", place).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}")
    add_folder(str(path.parent))
    name = f"{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def load(target: str, folder: str | None = None, field: str = "") -> OwnPart:
    """The object that a target names; `folder` is where relative paths and modules are looked for.

    Raises RequestError, naming `field`, when the module can't be imported or the attribute is not there.

    >>> load("math:tau")
    6.283185307179586
    """
    place, attribute = target.rsplit(":", 1)
    prefix = f"{field}: " if field else ""
    try:
        module = _module(place, folder)
    except (ImportError, FileNotFoundError, SyntaxError) as error:
        raise RequestError(f'{prefix}"{target}" can\'t be imported: {_text(error)}') from error
    except (Exception, SystemExit) as error:  # whatever a user's module raises
        raise RequestError(f'{prefix}"{target}" can\'t be imported: {said(error)} ({_place(error)})') from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        names = [name for name in vars(module) if not name.startswith("_")]
        raise RequestError(f'{prefix}"{target}": {place} has no "{attribute}"{nearest(attribute, names)}') from None


def _text(error: BaseException) -> str:
    return said(error).partition(": ")[2]


def _place(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}, line {last.lineno}"


def source_digest(target: str, folder: str | None = None, field: str = "") -> str:
    """A digest of the source that a target lies in, so that changed code counts as a changed study.

    It covers the file that the target names and, for a function or class that comes from elsewhere, its own.
    """
    found = load(target, folder, field)
    modules: list[ModuleType | None] = [_module(target.rsplit(":", 1)[0], folder)]
    if inspect.isroutine(found) or inspect.isclass(found):
        modules.append(inspect.getmodule(found))
    files = {Path(file) for module in modules if (file := getattr(module, "__file__", None))}
    contents = sorted({path.read_bytes() for path in files if path.is_file()})
    return hashlib.sha256(b"".join(contents)).hexdigest()[:16] if contents else ""


def call(field: str, name: str, function: Build, settings: Settings) -> OwnPart:
    """A user's function called with settings; RequestError where it does not take them, refuses them, or fails.

    A ValueError is how a function refuses settings; of another exception the message has file and line as well.

    >>> call("task", "half", lambda n: n / 2, {"n": 3})
    1.5
    """
    try:
        inspect.signature(function).bind(**settings)
    except (TypeError, ValueError) as error:
        raise RequestError(f"{field}: {name} does not take these settings: {error}") from None
    try:
        return function(**settings)
    except RequestError:
        raise
    except ValueError as error:
        raise RequestError(f"{field}: {name} refused its settings: {_text(error)}") from error
    except (Exception, SystemExit) as error:
        raise RequestError(f"{field}: {name} failed: {said(error)} ({_place(error)})") from error

"""The forms that results can be exported in. Imports none of the tools before one is asked for."""

import shlex
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from experiments.errors import RequestError, said, unknown


class Format(NamedTuple):
    """A form of results.

    says: what comes of it, in a few words.
    writer: "module:function" that is given the folder of results and the target.
    next: what to do with it; `{target}` is the folder, as a shell takes it, `{path}` the whole path.
    """

    says: str
    writer: str
    next: str


FORMATS = {
    "tensorboard": Format(
        "HParams and scalars",
        "experiments.interchange.exports.tensorboard:export_tensorboard",
        "look at it with: tensorboard --logdir {target}",
    ),
    "parquet": Format(
        "typed tables of trials and epochs",
        "experiments.interchange.exports.parquet:export_parquet",
        'read it with: pandas.read_parquet("{path}/trials.parquet")',
    ),
    "mlflow": Format(
        "an SQLite store",
        "experiments.interchange.exports.mlflow:export_mlflow",
        "look at it with all of mlflow installed: mlflow ui --backend-store-uri {store}",
    ),
    "wandb": Format(
        "offline runs",
        "experiments.interchange.exports.wandb:export_wandb",
        "send it with: cd {target} && wandb sync",
    ),
}


def write_export(results_folder: Path, form: str, target: Path) -> Path:
    """Writes the trials of `results/<study>/` to a folder in a form of FORMATS; returns the folder.

    Raises RequestError for an unknown form, where its library is not installed, where there are no results, and
    where the folder holds something else; OSError where it can't be written.
    """
    if form not in FORMATS:
        raise RequestError(unknown("--to", form, FORMATS))
    module, _, name = FORMATS[form].writer.partition(":")
    write: Callable[[Path, Path], Path] = getattr(import_module(module), name)
    try:
        return write(results_folder, target)
    except (TypeError, ValueError) as error:  # a level that the form has no word for
        if isinstance(error, RequestError):
            raise
        raise RequestError(f"{results_folder}: can't be exported as {form}: {said(error)}") from error


def next_step(form: str, target: Path) -> str:
    """What to do with an export, in one line.

    >>> next_step("tensorboard", Path("my board"))
    "look at it with: tensorboard --logdir 'my board'"
    """
    path = target.resolve().as_posix()
    store = shlex.quote(f"sqlite:///{path}/mlflow.db")
    return FORMATS[form].next.format(target=shlex.quote(str(target)), path=path, store=store)


def choices() -> str:
    """The forms and what comes of each, for a help text.

    >>> choices().split("; ")[0]
    'tensorboard: HParams and scalars'
    """
    return "; ".join(f"{name}: {form.says}" for name, form in FORMATS.items())

"""What has changed since results were written: code, versions, data. It goes to standard error, never onto a page."""

import csv
from collections.abc import Iterator
from pathlib import Path

from experiments.errors import RequestError, TaskUnavailable
from experiments.store import software
from experiments.store.files import file_digest
from experiments.store.manifest_file import read_manifest
from experiments.store.read_back import level_of
from experiments.study import catalog
from experiments.study.labels import text
from experiments.study.types import PlainTable
from experiments.tasks import keras_cache
from experiments.tasks.digest import data_digest
from experiments.tasks.load import load

MOST_EXAMPLES = 20_000  # of a task that is drawn again to see whether it is the same: a fraction of a second
_SAME = {"tensorflow-cpu": "tensorflow"}  # the same program in a smaller package


def changes(results_folder: Path) -> str:
    """A line on what has changed since the results were written; empty where nothing has, or nothing is known.

    Neither TensorFlow nor a network is needed, nor is a user's own code run.
    """
    try:
        manifest = read_manifest(results_folder / "manifest.json")
        said = [*_code(manifest), *_versions(manifest), *_data(manifest, results_folder)]
    except (RequestError, OSError, LookupError, TypeError, ValueError, AttributeError, csv.Error):
        return ""  # a manifest that a hand has changed: the page itself has complained of what it needs
    return f"{results_folder.name}: {'; '.join(said)}; the page shows them as they were" if said else ""


def _code(manifest: PlainTable) -> Iterator[str]:
    kept, revision = manifest.get("code_digest"), manifest.get("git_revision")
    where = f" (revision {revision})" if revision else ""
    if kept is None:
        if revision and software.changed_since(revision):
            yield f"the code that trains has changed since these results were written{where}"
        return
    if kept != software.code_digest():
        yield f"the code that trains has changed since these results were written{where}"
    elif manifest.get("earlier_code_digests"):
        yield "a part of these results was written before the code that trains was changed"


def _versions(manifest: PlainTable) -> Iterator[str]:
    kept, now = (
        {_SAME.get(name, name): version for name, version in some.items()}
        for some in (manifest.get("versions") or {}, software.versions())
    )
    other = [
        f"{name} {version} (now {now.get(name, 'none')})" for name, version in kept.items() if now.get(name) != version
    ]
    if other:
        yield f"other versions wrote these results: {', '.join(other)}"


def _data(manifest: PlainTable, folder: Path) -> Iterator[str]:
    task = manifest["study"].get("task", "")
    file = manifest.get("imported", {}).get("file_digest")
    if file:
        path = Path(manifest["imported"]["path"])
        if path.is_file() and file_digest(path) != file:
            yield f"{path.name} has changed since it was read"
    elif task in keras_cache.FILES:
        try:
            keras_cache.is_cached(task)
        except TaskUnavailable as error:
            yield str(error)
    elif task in catalog.TASKS and manifest.get("data_digest"):
        level = _drawn_task(task, manifest.get("data_trial"), folder)
        if level and data_digest(load(level[0]).draw(level[1])) != manifest["data_digest"]:
            yield f"the data of {task} have changed since these results were written"


def _drawn_task(task: str, trial: str | None, folder: Path) -> tuple[PlainTable, int] | None:
    """The task of the trial whose data have a digest, and its seed; None where its row is not there, or it is large."""
    with (folder / "trials.csv").open(encoding="utf-8", newline="") as file:
        row = next((row for row in csv.DictReader(file) if row["trial"] == trial), None)
    if row is None:
        return None
    known = catalog.OF_DATA | catalog.TASKS[task].settings
    levels = {name: level_of(name, text(row[name]), setting, {}) for name, setting in known.items() if name in row}
    return ({"name": task, **levels}, int(row["seed"])) if levels.get("n", 0) <= MOST_EXAMPLES else None

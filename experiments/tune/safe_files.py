"""keras-tuner's files of a search, whole at every moment; and what is left where one is not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import keras_tuner
from keras_tuner.engine.trial import Trial

from experiments.study.types import PlainTable
from experiments.tune.keras_tuner_internals import (
    oracle_file,
    project_folder,
    restore_grid,
    save_with,
    set_waiting_trials,
    trial_file,
    waiting_trials,
)

if TYPE_CHECKING:
    from experiments.tune.keras_tuner_internals import AnyOracle

_BEFORE = ".before"  # what a file held before it was last written


@contextmanager
def whole_files(oracle: "AnyOracle") -> Iterator[None]:
    """Let an oracle write whole files, whatever crashes, within the block.

    keras-tuner writes in place. An oracle that saves in a way of its own goes on to do so, and the proxy that a
    worker has writes nothing.
    """

    def save(oracle: keras_tuner.Oracle) -> None:
        _write(oracle_file(oracle), oracle.get_state())

    def save_trial(oracle: keras_tuner.Oracle, trial: Trial) -> None:
        _write(trial_file(oracle, trial), trial.get_state())

    with save_with(oracle, save, save_trial):
        yield


def _write(path: Path, state: PlainTable) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(state), encoding="utf-8")
    if path.exists():
        path.replace(path.with_name(path.name + _BEFORE))
    partial.replace(path)


def read(path: Path) -> PlainTable | None:
    """What a file holds, or what it held before; None where neither can be read."""
    for place in (path, path.with_name(path.name + _BEFORE)):
        try:
            return json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
    return None


def reload_oracle(oracle: keras_tuner.Oracle) -> None:
    """Take up a search where its files leave it: the one before is read where a file is broken.

    keras-tuner stops at the first file that it can't read. A trial whose file is broken is trained again; nothing else
    is lost.

    Raises RuntimeError where the oracle's own file and the one before are broken, or are of another kind of oracle.
    """
    if type(oracle).reload is not keras_tuner.Oracle.reload:
        oracle.reload()
        return
    folder = project_folder(oracle)
    for place in sorted(folder.glob("trial_*")):
        state = read(place / "trial.json")
        if state is not None:
            trial = Trial.from_state(state)
            oracle.trials[trial.trial_id] = trial
    state = read(folder / "oracle.json")
    if state is None:
        raise RuntimeError(f"{folder / 'oracle.json'} can't be read; overwrite=True begins anew, its trials are lost")
    try:
        oracle.set_state(state | {"ongoing_trials": {}})
    except (KeyError, AttributeError, TypeError) as error:
        raise RuntimeError(
            f"Error reloading `Oracle` from the existing project {folder}: it is not one of a {type(oracle).__name__} "
            f"({type(error).__name__}: {error}). Change the `project_name`, or pass `overwrite=True` to begin anew"
        ) from error
    ended = [name for name in oracle.end_order if name in oracle.trials and oracle.trials[name].status != "RUNNING"]
    oracle.start_order = [name for name in oracle.start_order if name in oracle.trials]
    oracle.end_order = ended
    waiting = [name for name in waiting_trials(oracle) if name in oracle.trials]
    again = [name for name in oracle.start_order if name not in ended and name not in waiting]
    set_waiting_trials(oracle, waiting + again[::-1])
    if isinstance(oracle, keras_tuner.oracles.GridSearchOracle):
        restore_grid(oracle)

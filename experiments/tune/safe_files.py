"""keras-tuner's files of a search, whole at every moment; and what is left where one is not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cmp_to_key
from pathlib import Path

import keras_tuner
from keras_tuner.engine.trial import Trial

from experiments.study.types import PlainTable

_BEFORE = ".before"  # what a file held before it was last written


@contextmanager
def whole_files(oracle: "keras_tuner.Oracle") -> Iterator[None]:
    """Let an oracle write whole files, whatever crashes, within the block.

    keras-tuner writes in place. An oracle that saves in a way of its own goes on to do so, and the proxy that a
    worker has writes nothing.
    """
    kind = type(oracle)
    writers = {
        "save": lambda: _write(Path(oracle._get_oracle_fname()), oracle.get_state()),
        "_save_trial": lambda trial: _write(
            Path(oracle._get_trial_dir(trial.trial_id), "trial.json"), trial.get_state()
        ),
    }
    own = [name for name in writers if getattr(kind, name, None) is getattr(keras_tuner.Oracle, name)]
    own = [name for name in own if name not in vars(oracle)]
    for name in own:
        setattr(oracle, name, writers[name])
    try:
        yield
    finally:
        for name in own:
            delattr(oracle, name)


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
    folder = Path(oracle._project_dir)
    for place in sorted(folder.glob("trial_*")):
        state = read(place / "trial.json")
        if state is not None:
            trial = Trial.from_state(state)
            oracle.trials[trial.trial_id] = trial
    state = read(folder / "oracle.json")
    if state is None:
        raise RuntimeError(f"{folder / 'oracle.json'} can't be read; overwrite=True begins anew, its trials are lost")
    state["ongoing_trials"] = {}
    try:
        oracle.set_state(state)
    except (KeyError, AttributeError, TypeError) as error:
        raise RuntimeError(
            f"Error reloading `Oracle` from the existing project {folder}: it is not one of a {type(oracle).__name__} "
            f"({type(error).__name__}: {error}). Change the `project_name`, or pass `overwrite=True` to begin anew"
        ) from error
    ended = [name for name in oracle.end_order if name in oracle.trials and oracle.trials[name].status != "RUNNING"]
    oracle.start_order = [name for name in oracle.start_order if name in oracle.trials]
    oracle.end_order = ended
    queued = [name for name in oracle._retry_queue if name in oracle.trials]
    again = [name for name in oracle.start_order if name not in ended and name not in queued]
    oracle._retry_queue = queued + again[::-1]  # the last is taken first
    if isinstance(oracle, keras_tuner.oracles.GridSearchOracle):
        _resume_grid(oracle)


def _resume_grid(oracle: keras_tuner.Oracle) -> None:
    """Give a grid back what keras-tuner keeps of it in memory alone: the order of its trials, and whose next to try."""

    def compared(first: str, other: str) -> int:
        return oracle._compare(*(oracle.trials[name].hyperparameters.values for name in (first, other)))

    ordered = sorted(oracle.start_order, key=cmp_to_key(compared))
    for name in ordered:
        oracle._ordered_ids.insert(name)
    oracle._populate_next = ordered

"""A worker process: reads jobs from its standard input, trains, answers on its standard output.

Run as `python -c "from experiments.train.worker import main; main()"`, so that it neither needs nor runs
the caller's main module. Everything that libraries print goes to standard error.
"""

import gc
import os
import pickle
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from experiments.imports import add_folder
from experiments.journal import Outcome
from experiments.study import Study
from experiments.trial import Trial

_KEPT = 4  # data sets kept in memory: trials of a seed follow one another
_recent: dict[str, Any] = {}


def train(study: Study, trial: Trial) -> Outcome:
    """A trial's outcome; whatever a user's part raises becomes a row with status "failed"."""
    from experiments.train import serial

    start = time.perf_counter()
    try:
        task, data = _drawn(study, trial)
        return serial.train(study, trial, task, data)[0]
    except Exception as error:
        traceback.print_exc()
        return failed(trial, f"{type(error).__name__}: {error}", time.perf_counter() - start)


def failed(trial: Trial, error: str, seconds: float = 0.0) -> Outcome:
    """The outcome of a trial that could not be trained; its error in one line."""
    row = {"status": "failed", "epochs_run": 0, "engine": "serial", "seconds": round(seconds, 3)}
    return Outcome(trial.id, row | {"error": " ".join(error.split())[:500]})


def save(study: Study, trial: Trial, path: Path) -> dict[str, Any]:
    """Train a trial again and write its model, giving probabilities; its row comes back."""
    from experiments.train import serial

    task, data = _drawn(study, trial)
    outcome, model = serial.train(study, trial, task, data)
    partial = path.with_name(f".{path.name}.partial.keras")
    model.save(partial)
    partial.replace(path)
    return outcome.row


def describe(study: Study, trial: Trial) -> dict[str, Any]:
    """What this process trains with: backend, device, float type; and a digest of the data of one trial."""
    import keras

    from experiments.tasks.digest import data_digest

    return {
        "backend": keras.backend.backend(),
        "device": ", ".join(keras.distribution.list_devices()),
        "floatx": keras.config.floatx(),
        "data_digest": data_digest(_drawn(study, trial)[1]),
    }


def _drawn(study: Study, trial: Trial) -> tuple[Any, Any]:
    """A trial's task and data."""
    from experiments.tasks.load import load
    from experiments.trial import canonical

    if "task" in study.objects:
        task = study.objects["task"]
        return task, task.draw(trial.seed)
    add_folder(study.folder)
    settings = {name: trial.settings[name] for name in study.task_settings}
    task = load({"name": study.task, **settings}, study.folder)
    key = canonical([study.task, study.folder, settings, trial.seed])
    if key not in _recent:
        if len(_recent) == _KEPT:
            _recent.pop(next(iter(_recent)))
        _recent[key] = task.draw(trial.seed)
    return task, _recent[key]


def _forget() -> None:
    """Drop what Keras keeps of models that are gone.

    Keras collects garbage for that, which looks at every object there is: those of the libraries, which never
    become garbage, are set aside the first time. It took a third of a worker's time.
    """
    if "keras" not in sys.modules:
        return
    sys.modules["keras"].utils.clear_session()
    if not gc.get_freeze_count():
        gc.freeze()


def _end_with_parent() -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    """Answer jobs `(function, arguments)` with `(True, value)` or `(False, error)` until the input ends."""
    jobs: BinaryIO = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, arguments = pickle.load(jobs)
        except EOFError:
            return
        try:
            answer = (True, function(*arguments))
        except Exception as error:
            traceback.print_exc()
            answer = (False, error)
        pickle.dump(answer, answers)
        answers.flush()
        _forget()

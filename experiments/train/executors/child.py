"""A process of the executor `processes`: it reads jobs from its standard input and answers on its standard output.

Run as `python -c "from experiments.train.executors.child import main; main()"`, so that it neither needs nor runs
the caller's main module. Everything that libraries print goes to standard error; for them, and for a user's own parts,
standard input is empty.
"""

import os
import pickle
import sys
import threading
import time
from typing import BinaryIO

from experiments.train.executors.call import carry_out, forget
from experiments.train.executors.frames import frame


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes of jobs and answers, taken from standard input and output, which others may use as they like."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (open as long as the process)
    return jobs, answers


def _end_with_parent() -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    """Answer jobs `(function, arguments)` with `(True, value)` or `(False, error)` until the input ends.

    What a job says on its way goes before that, as `(None, note)`.
    """
    jobs, answers = _take_pipes()
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def send(answer: tuple[bool | None, object]) -> None:
        answers.write(frame(answer))
        answers.flush()

    while True:
        try:
            function, arguments = pickle.load(jobs)
        except EOFError:
            return
        send(carry_out(function, arguments, lambda note: send((None, note))))
        forget()

"""A job's call in a process that an executor has for nothing but jobs."""

import gc
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from experiments.errors import RequestError, said
from experiments.train.messages import listen_with

_PLAIN = (str, int, float, bool, bytes, type(None))
_of_jobs = False


def carry_out(
    function: Callable[..., object], arguments: tuple[object, ...], say: Callable[[object], None] = lambda note: None
) -> tuple[bool, object]:
    """`(True, value)` of a call, or `(False, error)`, an exception that can be pickled; its traceback is printed.

    say: is called with what the job says while it runs. Raises nothing, whatever the function does; so an interrupt of
    this process must not reach it as KeyboardInterrupt.

    >>> import operator
    >>> carry_out(operator.add, (1, 2))
    (True, 3)
    """
    global _of_jobs  # noqa: PLW0603
    _of_jobs = True
    try:
        with listen_with(say):
            return True, function(*arguments)
    except BaseException as error:
        log_error()
        return False, _portable(error)


def in_process_of_jobs() -> bool:
    """Whether this process does nothing but jobs. If not, a KeyboardInterrupt is its user's Ctrl-C, not a job's."""
    return _of_jobs


def log_error() -> None:
    """Print the exception that is being handled, in full, to standard error."""
    with suppress(Exception):  # a user's own exception may have no text
        traceback.print_exc()


def _portable(error: BaseException) -> Exception:
    """An exception that can be read without the libraries, or the user's module, that it came from."""
    ours = isinstance(error, RequestError) and type(error).__module__.startswith("experiments.")
    plain = type(error).__module__ == "builtins" and isinstance(error, Exception)
    if (ours or plain) and all(type(argument) in _PLAIN for argument in error.args):
        return error
    return RuntimeError(said(error))


def forget() -> None:
    """Drop what Keras keeps of the models of earlier jobs; call it between jobs, when the result is on its way.

    Keras collects garbage for that, which looks at every object there is: those of the libraries, which never
    become garbage, are set aside the first time. It took a third of a worker's time.
    """
    if "keras" not in sys.modules:
        return
    from experiments.models.global_state import forget_models

    forget_models()
    if not gc.get_freeze_count():
        gc.freeze()

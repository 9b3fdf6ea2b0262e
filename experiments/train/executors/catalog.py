"""The executors that there are, by the names that `--executor` takes; the only place that makes one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import RequestError, unknown
from experiments.study.imports import load
from experiments.train.executors.executor import Executor


@dataclass(frozen=True)
class Options:
    """What a user may ask of an executor; each takes what it has a use for.

    log: the file for what libraries print where jobs run. workers: how many jobs at the same time, 1 or more; None: as
    many as is fastest. address: what stands behind the colon in `--executor NAME:ADDRESS`, else empty.
    """

    log: Path
    workers: int | None = None
    address: str = ""


# Each a function that takes `Options` and gives an `Executor`; it is imported when a user asks for the name.
EXECUTORS: dict[str, str] = {
    "processes": "experiments.train.executors.processes:processes",
    "inline": "experiments.train.executors.inline:inline",
}
DEFAULT = "processes"
FOR_OBJECTS = "inline"  # where a study holds objects that can't leave this process


def make_executor(wanted: str, log: Path, workers: int | None = None) -> Executor:
    """The executor of a name. Close it with `stop`.

    wanted: a name of `EXECUTORS`, or `NAME:ADDRESS` where an executor takes an address. log, workers: as in `Options`.

    Raises RequestError where there is no such executor, it takes no address, or what it needs is not installed.

    >>> make_executor("inline", Path("log.txt")).capacity
    1
    """
    name, _, address = wanted.partition(":")
    if name not in EXECUTORS:
        raise RequestError(unknown("executor", name, EXECUTORS))
    make: Callable[[Options], Executor] = load(EXECUTORS[name], field="executor")
    return make(Options(log, workers or None, address))


def no_address(name: str, options: Options) -> None:
    """Refuse an address, for an executor that takes none."""
    if options.address:
        raise RequestError(f'executor: got "{name}:{options.address}", allowed is "{name}" alone')

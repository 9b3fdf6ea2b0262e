"""A results folder, locked for one run: its journal, and old results set aside."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from experiments.errors import RequestError
from experiments.store import manifest, rebuilt
from experiments.store.database import Damaged
from experiments.store.journal import NAME, Journal
from experiments.study.study import Study


@contextmanager
def open_results(study: Study, folder: Path, fresh: bool, say: Callable[[str], None]) -> Iterator[Journal]:
    """The journal of a results folder, locked for this run; where it is gone or damaged, made again from CSVs."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f".{folder.name}.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise RequestError(f"{folder}: another run is at work on it; wait for it, or give another --results") from None
    except OSError as error:
        raise _write_error(folder, error) from None
    with lock:
        if fresh and folder.exists():
            try:
                aside = set_aside(folder)
            except OSError as error:
                raise _write_error(folder, error) from None
            say(f"the old results are now {aside}")
        if (source := manifest.imported_from(folder)) is not None:
            raise RequestError(f"{folder}: results imported from {source}; --fresh sets them aside")
        try:
            folder.mkdir(exist_ok=True)
            journal = _journal(study, folder, say)
        except OSError as error:
            raise _write_error(folder, error) from None
        try:
            _make_whole(study, journal, folder, say)
            yield journal
        except BrokenPipeError:  # of the terminal, not of a file
            raise
        except OSError as error:  # a disk that is full, for one
            raise _write_error(folder, error) from None
        finally:
            journal.close()


def _write_error(folder: Path, error: OSError) -> RequestError:
    return RequestError(f"{folder}: can't be written: {error.strerror or error}")


def _journal(study: Study, folder: Path, say: Callable[[str], None]) -> Journal:
    """The journal in a folder; a damaged one is renamed, once the CSVs are known to hold its rows."""
    path = folder / NAME
    try:
        journal = Journal(path)
        try:
            journal.check()
        except BaseException:
            journal.close()
            raise
    except Damaged as error:
        try:
            rebuilt.rebuild(study, folder)
        except RequestError:
            raise RequestError(f"{error}; --fresh sets these results aside") from None
        beside = _free_path(folder, f"{NAME}.damaged")
        for end in ("-wal", "-shm", ""):  # a log must never come to lie beside another journal
            if (one := path.with_name(path.name + end)).exists():
                one.rename(beside.with_name(beside.name + end))
        say(f"{error}; it is now {beside.name}")
        return Journal(path)
    return journal


def _make_whole(study: Study, journal: Journal, folder: Path, say: Callable[[str], None]) -> None:
    """Take rows of `trials.csv` that the journal lacks back into it, so that no file is written with fewer rows."""
    lacking = rebuilt.trials_in(folder) - set(journal.statuses())
    if not lacking:
        return
    found = rebuilt.rebuild(study, folder)
    known = journal.record.completed(found.record)
    journal.keep(**vars(known))  # before the rows: rows of an unknown study could be mixed with any others
    journal.add(*(outcome for outcome in found.outcomes if outcome.trial in lacking))
    say(f"{folder}: restored rows of trials.csv that the journal lacked: {len(lacking)}")


def _free_path(folder: Path, name: str) -> Path:
    """The first free path of `name`, `name.1`, `name.2`, …"""
    tried = (folder / (f"{name}.{number}" if number else name) for number in itertools.count())
    return next(path for path in tried if not path.exists())


def set_aside(folder: Path) -> Path:
    """Rename a folder to the first free `<name>.<n>`."""
    numbered = (folder.with_name(f"{folder.name}.{number}") for number in itertools.count(1))
    return folder.rename(next(place for place in numbered if not place.exists()))

"""Which row is a run's result: where a table has a row per epoch, the last one of every run."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field

from experiments.errors import RequestError
from experiments.interchange.imports.table.choices import NO_COLUMN
from experiments.interchange.imports.table.column import is_missing
from experiments.interchange.imports.table.delimited import Delimited
from experiments.interchange.imports.table.number import Number, number
from experiments.interchange.imports.table.words import count, quote

RUNS = ("run_id", "trial_id", "run id", "trial id", "id", "trial", "run", "number", "name", "trial_index")
EPOCHS = ("epoch", "step", "global_step", "iteration", "training_iteration", "iter", "round", "timestep", "epochs")


@dataclass(frozen=True)
class Runs:
    """places: of the rows that count. name: the column that tells runs apart, or None. said: what was decided."""

    places: list[int]
    name: str | None = None
    said: list[str] = field(default_factory=list)


def runs_of(
    table: Delimited,
    cells: Sequence[Hashable],
    seeds: Sequence[int | None] | None,
    score: str,
    taken: Collection[str],
    run: str | None = None,
) -> Runs:
    """The rows that are results of runs.

    cells, seeds: of every row its configuration and its seed, None where the table has no seeds. score: the column
    that is compared. taken: the columns of factors, score, seed and state. run: the column that tells runs apart,
    `none` where each row is a run of its own.

    A run is what shares its name, its configuration and its seed. Without a column of names it is what shares
    configuration and seed. Where it has several rows, these must be its epochs, and the last counts.

    Raises RequestError where a run has several rows and its last one is not clear, or where runs can't be told apart.
    """
    everything = list(range(len(table)))
    if run == NO_COLUMN and run not in table.columns:
        return Runs(everything)
    name = _find_name(table, run, cells, seeds, taken)
    epochs = columns_called(table, EPOCHS, taken)
    if name is None and seeds is None:
        _refuse_epochs(table, cells, epochs)
        return Runs(everything)
    keys = table.cells(name) if name else [(cell, seed) for cell, seed in zip(cells, seeds or [], strict=True)]
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        groups[key].append(at)
    once, said = _once(table, groups)
    several = {key: places for key, places in once.items() if len(places) > 1}
    if not several:
        return Runs(
            sorted(places[0] for places in once.values()), name, said + _note_uneven(table, name, epochs, score)
        )
    for column in epochs:
        last = _last(table, once, column, score, sure=run is not None)
        if last is not None:
            ends = sorted({value for value, _ in last.values()})
            at = f"epoch {ends[0]}" if len(ends) == 1 else f"{ends[0]} to {ends[-1]}"
            of = f"run (column {name})" if name else "configuration and seed"
            said.append(f"The table has one row per epoch (column {column}): of each {of} the last one counts, {at}.")
            if len(ends) > 1:
                said.append("Runs end at different epochs, so their scores are of unequal training.")
            return Runs(sorted(at for _, at in last.values()), name, said)
    if name is not None and (run is not None or seeds is None):
        _refuse_rows(table, name, several, run)
    return Runs(everything, None, [])


def _find_name(
    table: Delimited,
    run: str | None,
    cells: Sequence[Hashable],
    seeds: Sequence[int | None] | None,
    taken: Collection[str],
) -> str | None:
    """The column of runs' names: as asked for, else the first with a known name that is full and splits no run."""
    for column in [run] if run else columns_called(table, RUNS, taken):
        names = table.cells(column)
        of_run: dict[str, Hashable] = {}
        whole = all(names)
        for at, name in enumerate(names):
            what = (cells[at], seeds[at] if seeds else None)
            whole = whole and of_run.setdefault(name, what) == what
        if whole:
            return column
        if run:
            raise RequestError(
                f"--run {column}: a run has one configuration and seed, and a name; in this column some cells are "
                "empty, or stand for several"
            )
    return None


def columns_called(table: Delimited, known: Sequence[str], taken: Collection[str]) -> list[str]:
    """The columns with a known name, whatever its capitals and the path before it, in the order of `known`."""
    own = {name: name.casefold().rsplit("/", 1)[-1].lstrip("_") for name in table.columns if name not in taken}
    return [name for wanted in known for name, short in own.items() if short == wanted]


def _once(table: Delimited, groups: dict[Hashable, list[int]]) -> tuple[dict[Hashable, list[int]], list[str]]:
    """Every run's rows without those that repeat another to the letter."""
    once = {}
    for key, places in groups.items():
        once[key] = sorted({tuple(table.rows[at]): at for at in reversed(places)}.values())
    left = len(table) - sum(map(len, once.values()))
    return once, [f"Rows that repeat others to the letter, left out: {left}."] if left else []


def _last(
    table: Delimited, runs: dict[Hashable, list[int]], column: str, score: str, *, sure: bool
) -> dict[Hashable, tuple[Number, int]] | None:
    """Every run's last epoch and its row; None where the column does not count epochs.

    sure: whether the user says what a run is. Else all must begin alike, for what looks like a run may be several.

    Raises RequestError where an earlier epoch has a score and the last has none.
    """
    epochs, scores = [number(cell) for cell in table.cells(column)], table.cells(score)
    last_rows: dict[Hashable, tuple[Number, int]] = {}
    first: set[Number] = set()
    for key, places in runs.items():
        by_epoch: dict[Number, list[int]] = defaultdict(list)
        for at in places:
            epoch = epochs[at]
            if epoch is None:
                return None
            by_epoch[epoch].append(at)
        scored = {epoch: [at for at in rows if not _empty(scores[at])] for epoch, rows in by_epoch.items()}
        if any(len(rows) > 1 for rows in scored.values()):
            return None
        last = max(by_epoch)
        first.add(min(by_epoch))
        if any(scored.values()) and not scored[last]:
            before = max(epoch for epoch, rows in scored.items() if rows)
            raise RequestError(
                f"{score}: empty in row {table.numbers[by_epoch[last][0]]}, the last of its run ({column} {last}), and "
                f"not at {column} {before}; leave out rows without a score, or write nan where training broke down"
            )
        last_rows[key] = (last, (scored[last] or by_epoch[last])[0])
    return last_rows if sure or len(first) == 1 else None


def _empty(cell: str) -> bool:
    return is_missing(cell) and cell.casefold() != "nan"


def _note_uneven(table: Delimited, name: str | None, epochs: list[str], score: str) -> list[str]:
    """That runs of one row each end at different epochs, where they have a score."""
    for column in epochs[:1] if name else []:
        rows = zip(table.cells(column), table.cells(score), strict=True)
        ends = [number(epoch) for epoch, score_cell in rows if not is_missing(score_cell)]
        whole = [end for end in ends if end is not None]
        if whole and len(whole) == len(ends) and min(whole) != max(whole):
            span = f"{column} {min(whole)} to {max(whole)}"
            return [f"Runs end at different epochs ({span}), so their scores are of unequal training."]
    return []


def _refuse_epochs(table: Delimited, cells: Sequence[Hashable], epochs: list[str]) -> None:
    """RequestError where rows of one configuration, which nothing tells apart, differ in their epoch."""
    for column in epochs:
        if column.casefold().endswith("epochs"):
            continue  # how many there were, rather than which one it is
        seen: dict[Hashable, str] = {}
        for at, epoch in enumerate(table.cells(column)):
            if seen.setdefault(cells[at], epoch) != epoch:
                raise RequestError(
                    f"{table.place}: seems to have one row per epoch: {column} is {seen[cells[at]]} and {epoch} in "
                    "rows of one configuration. Leave the last row of every run, or name the column that tells runs "
                    "apart by --run, or seeds by --seed; say --run none if each row is a run of its own"
                )


def _refuse_rows(table: Delimited, name: str, several: dict[Hashable, list[int]], run: str | None) -> None:
    key, places = next(iter(several.items()))
    rows = ", ".join(str(table.numbers[at]) for at in places[:4]) + (", …" if len(places) > 4 else "")
    own = "" if run else f", or say --run {NO_COLUMN} if each row is a run of its own"
    raise RequestError(
        f"{name}: {quote(str(key))} is in {count(len(places), 'row')} ({rows}), and no column "
        f"({', '.join(EPOCHS[:4])}, …) tells which is its last; leave one row of every run{own}"
    )

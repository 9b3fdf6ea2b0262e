"""A CSV of any framework's results, an export of W&B or MLflow included: its rows are trials."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.smallest_effect import SHARES
from experiments.errors import RequestError, unknown
from experiments.imported.imported import Imported
from experiments.imported.keras_tuner_metrics import metric_names
from experiments.imported.keras_tuner_space import columns_of
from experiments.row import trial_columns
from experiments.trial import digest

KIND = "table"
_PREFIXES = ("", "params.", "metrics.", "config.", "config/", "summary.", "summary/")  # as MLflow and W&B export them
_IDS = ("trial", "run_id", "ID", "run", "Name", "name")
_STATES = ("status", "State", "state")
_RATE, _RATES = "learning_rate", ("lr", "learning-rate", "learningrate")  # a rate is tuned, not compared, beside others
_STATE, _ROW = "state in small letters", "row of the file"  # columns of our own
_SECONDS = ("seconds", "Runtime", "_runtime")
# states of MLflow, W&B and ours, in small letters; any other counts as ended
_FAILED = ("failed", "crashed", "killed", "error")
_RUNNING = ("running", "scheduled", "pending", "preempting", "preempted")
_LESS = re.compile(r"loss|error|mae$|mse$|rmse|perplexity|entropy|divergence", re.IGNORECASE)
_MORE = re.compile(r"acc|auc|f1|score|precision|recall|r2|bleu|iou|reward|return", re.IGNORECASE)
_WHICH_DATA = (
    "The table does not say on which data {score} was measured. If that was test data, the chosen configuration’s "
    "score flatters it, for it was chosen on the same examples."
)
_METHOD = (
    "A trial is one row of the table. {seeds} How configurations were trained, and on which split, the table does not "
    "tell."
)
_PAIRED = "Rows with the same {seed} are compared with each other, seed by seed; that sharpens a comparison as far as "
_PAIRED += "such rows share their draws (initial weights, order of batches, split)."
_COUNTED = (
    "The table has no seeds: the rows of every configuration are numbered in their order, and compared by these "
    "numbers. Such pairs share nothing, so intervals hold, but are wider than paired seeds would make them."
)


def table(
    place: Path,
    factors: Sequence[str] = (),
    score: str | None = None,
    seed: str | None = None,
    direction: str | None = None,
) -> Imported:
    """The rows of a CSV as trials.

    factors: columns in which configurations differ by design. score: the column that is compared. seed: the column
    of seeds, where there is one. direction: "max" or "min", where the score's name does not tell. A column may be
    named without the `params.`, `metrics.`, `config.` or `summary.` that exports put before it.

    A row without a finite score is diverged, or failed where its state says so; one that is still running is left out.

    Raises RequestError where a column is not there or not named, seeds or directions can't be told, nothing has ended,
    or rows of one configuration and seed differ in something else.
    """
    read = _read(place)
    every = list(read.columns)
    if not factors:
        raise RequestError(f"--factors: not given; which columns of {place} were varied? It has {', '.join(every)}")
    if score is None:
        raise RequestError(f"--score: not given; which column of {place} is compared? It has {', '.join(every)}")
    named = {name: _column("--factors", name, every) for name in dict.fromkeys(factors)}
    scored = _column("--score", score, every)
    seeded = _column("--seed", seed, every) if seed is not None else None
    if twice := [column for column in (scored, seeded) if column in named.values()]:
        raise RequestError(f'--factors: "{twice[0]}" is the {"score" if twice[0] == scored else "seed"} as well')
    ended, notes = _ended(read)
    if not len(ended):
        raise RequestError(f"{place}: none of its {len(read)} rows has ended")
    better = direction or _direction(score)
    own = metric_names([score], score)[score]
    values, percent = _scores(ended.set_index(_ROW)[scored], own, place)
    columns = columns_of(named, trial_columns([], [own]))
    rates = [name for name in named if name.lower() in _RATES]
    if len(rates) == 1 and _RATE not in columns.values():
        columns[rates[0]] = _RATE
    levels = {columns[name]: _levels(ended[column]) for name, column in named.items()}
    rows = _rows(ended, {columns[name]: column for name, column in named.items()}, seeded, place)
    kept = [row | _outcome(ended, at, values.iloc[at], own) for at, row in rows]
    if len(kept) < len(ended):
        notes.append(f"Rows that repeat others to the letter, left out: {len(ended) - len(kept)}.")
    return Imported(
        kind=KIND,
        place=place,
        question=f"What do the results in “{place.name}” show?",
        task=f"{KIND} {place.name}",
        model="as the table has it",
        factors=levels,
        settings={},
        metrics=[own],
        direction=better,
        rows=kept,
        history=[],
        tuner="",
        design="grid",
        caveats=_caveats(kept, levels, columns, score, seeded is None, percent),
        notes=notes,
        method=_METHOD.format(seeds=_COUNTED if seeded is None else _PAIRED.format(seed=seed)),
    )


def _read(place: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(place, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise RequestError(f"{place}: can't be read as a CSV: {error}") from None


def _column(option: str, name: str, every: list[str]) -> str:
    found = next((prefix + name for prefix in _PREFIXES if prefix + name in every), None)
    if found is None:
        raise RequestError(unknown(option, name, every))
    return found


def _ended(read: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The rows that have ended, with their states in small letters; and what is to be said of the others."""
    state = next((name for name in _STATES if name in read), None)
    states = read[state].str.lower() if state else pd.Series("", index=read.index)
    running = states.isin(_RUNNING)
    count = int(running.sum())
    left_out = f"{count} {'row had' if count == 1 else 'rows had'} not ended when the table was written: left out."
    notes = [left_out] if count else []
    return read.assign(**{_STATE: states, _ROW: range(1, len(read) + 1)})[~running].reset_index(drop=True), notes


def _scores(texts: pd.Series, own: str, place: Path) -> tuple[pd.Series, bool]:
    """Scores as numbers, shares as such; and whether they were given in per cent."""
    numbers = pd.to_numeric(texts.str.rstrip("%").str.strip(), errors="coerce")
    words = texts[numbers.isna() & ~texts.str.strip().str.lower().isin(("", "nan", "none", "null"))]
    if len(words):
        raise RequestError(f'--score: {place} has "{words.iloc[0]}" in row {words.index[0]}, allowed are numbers')
    percent = own in SHARES and bool((numbers[numbers.abs() < math.inf] > 1.5).any())
    return (numbers / 100 if percent else numbers), percent


def _direction(score: str) -> str:
    less, more = bool(_LESS.search(score)), bool(_MORE.search(score))
    if less == more:
        raise RequestError(f"--direction: whether more or less of {score} is better can't be told; give max or min")
    return "min" if less else "max"


def _levels(texts: pd.Series) -> list[Any]:
    """Distinct levels: numbers by size, others as they come."""
    seen = list(dict.fromkeys(map(_level, texts)))
    numbers = [one for one in seen if isinstance(one, int | float)]
    return sorted(numbers) if len(numbers) == len(seen) else seen


def _level(cell: str) -> Any:
    """
    >>> _level("0.10"), _level("1"), _level(""), _level("relu")
    (0.1, 1, 'none', 'relu')
    """
    try:
        number = float(cell)
    except ValueError:
        return cell.strip() or "none"
    if not math.isfinite(number):
        return "none" if math.isnan(number) else cell.strip()
    return int(number) if cell.strip().lstrip("+-").isdecimal() else number


def _rows(
    ended: pd.DataFrame, columns: dict[str, str], seeded: str | None, place: Path
) -> list[tuple[int, dict[str, Any]]]:
    """Where each row is, and its identity; a configuration has a seed once."""
    seeds = _seeds(ended[seeded]) if seeded else None
    name = next((one for one in _IDS if one in ended and ended[one].is_unique and ended[one].ne("").all()), None)
    counts: Counter[str] = Counter()
    taken: dict[tuple[str, int], int] = {}
    found = []
    for at, row in enumerate(ended.to_dict("records")):
        levels = {own: _level(row[column]) for own, column in columns.items()}
        cell = digest(levels)
        seed = seeds[at] if seeds else counts[cell]
        counts[cell] += 1
        if (cell, seed) in taken:
            _refuse_other(ended, taken[cell, seed], at, {*columns.values(), seeded}, place)
            continue
        taken[cell, seed] = at
        found.append((at, {"trial": row[name] if name else f"row-{row[_ROW]}", "cell": cell, "seed": seed, **levels}))
    return found


def _seeds(texts: pd.Series) -> list[int]:
    """Seeds as they are, or numbered in their order of appearance where they are no whole numbers."""
    whole = [_level(one) for one in texts]
    if all(isinstance(one, int) and one >= 0 for one in whole):
        return whole
    order = {one: at for at, one in enumerate(dict.fromkeys(texts))}
    return [order[one] for one in texts]


def _refuse_other(ended: pd.DataFrame, first: int, second: int, known: set[str | None], place: Path) -> None:
    """RequestError where two rows of one configuration and seed are not the same row twice."""
    one, other = ended.iloc[first], ended.iloc[second]
    differ = [name for name in ended if name not in {*known, _STATE, _ROW} and one[name] != other[name]]
    if differ:
        raise RequestError(
            f"{place}: rows {one[_ROW]} and {other[_ROW]} have the same factors and seed, but differ in "
            f"{', '.join(differ[:6])}; name what was varied among --factors, or the seeds by --seed"
        )


def _outcome(ended: pd.DataFrame, at: int, score: float, own: str) -> dict[str, Any]:
    row = ended.iloc[at]
    spent = next((_level(row[name]) for name in _SECONDS if name in ended), None)
    outcome: dict[str, Any] = {"seconds": spent} if isinstance(spent, int | float) else {}
    if row[_STATE] in _FAILED:
        return outcome | {"status": "failed", "error": f"its state is {row[_STATE]}"}
    if row[_STATE] == "diverged" or not math.isfinite(score):
        return outcome | {"status": "diverged"}
    return outcome | {"status": "ok", f"validation_{own}": float(score)}


def _caveats(
    rows: list[dict[str, Any]],
    levels: dict[str, Any],
    columns: dict[str, str],
    score: str,
    counted: bool,
    percent: bool,
) -> list[str]:
    found = [_WHICH_DATA.format(score=score)]
    wanted, cells = math.prod(map(len, levels.values())), len({row["cell"] for row in rows})
    if cells < wanted:
        found.append(
            f"Of {wanted} combinations of these levels {cells} are there. A level is compared where its partner is "
            "there as well, so different levels may be compared under different circumstances."
        )
    if counted:
        found.append("The table has no seeds (--seed names their column), so rows are compared by their order.")
    if percent:
        found.append(f"{score} was given in per cent, and is kept as a share.")
    renamed = {name: column for name, column in columns.items() if name != column}
    return found + [f"The column {name} is {column} here." for name, column in renamed.items()]

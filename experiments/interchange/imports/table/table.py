"""A table as results: its columns are decided one by one, then its rows become trials."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.errors import RequestError
from experiments.interchange.imports.imported import Imported
from experiments.interchange.imports.table.choices import Choices
from experiments.interchange.imports.table.delimited import Delimited, read_delimited
from experiments.interchange.imports.table.levels import Level
from experiments.interchange.imports.table.named import Named, find_columns, fits
from experiments.interchange.imports.table.others import describe_others
from experiments.interchange.imports.table.pairs import Pairs
from experiments.interchange.imports.table.rows import Rows
from experiments.interchange.imports.table.runs import runs_of
from experiments.interchange.imports.table.states import DIVERGED, FAILED, FINISHED, States, states_of
from experiments.interchange.imports.table.words import count
from experiments.study.types import PlainTable

KIND = "table"
_WHICH_DATA = (
    "The table does not say on which data {score} was measured. If that was test data, the chosen configuration’s "
    "score flatters it, for it was chosen on the same examples."
)
_METHOD = (
    "A trial is one row of the table. {seeds} How configurations were trained, and on which split, the table does not "
    "tell."
)
_BY_SEED = (
    "Rows with the same {seed} are compared with each other, seed by seed; that sharpens a comparison as far as such "
    "rows share their draws (initial weights, order of batches, split)."
)
_NONE_SHARED = "No two configurations have a {seed} in common, so their rows are compared as independent runs."
_SORTED = "Scores are in the order of {seed} in every configuration, so it pairs nothing: rows are independent runs."
_NO_SEEDS = (
    "The table has no seeds (--seed names their column), so its rows are compared as independent runs; what trials.csv "
    "calls a seed is the place of a row."
)


def table(place: Path, choices: Choices) -> Imported:
    """The rows of a CSV, or of another file of delimited text, as trials.

    A column may be named without the `params.`, `metrics.`, `config.` or `summary.` that exports put before it.

    What a cell means is decided from its whole column. Whatever is decided is among the notes and caveats: the
    separator, the decimal sign, what is in per cent, what states mean, which rows are left out, which epoch counts,
    how seeds pair, whether more is better.

    A row without a finite score is diverged, or failed where its state says so; what is pruned, waiting or still
    running is left out.

    Raises RequestError where a column is not there, not named or there twice, or something can't be decided; the
    message names the column, the value, and the option that decides it.
    """
    read = read_delimited(place, lambda header: fits(header, choices))
    if not len(read):
        raise RequestError(f"{place}: has no rows")
    named = find_columns(place, read.columns, choices)
    states = _states(read, named, choices)
    if not states.ended:
        raise RequestError(f"{place}: none of its {count(len(read), 'row')} has ended")
    rows = Rows(read.take(states.ended), named, choices, [states.meanings[at] for at in states.ended])
    runs = runs_of(rows.table, rows.cells, rows.seeds, named.score, named.taken, named.run)
    pairs = rows.pair_rows(runs.places, runs.name)
    places = [runs.places[at] for at in pairs.places]
    words = [states.words[states.ended[at]] for at in places]
    names = _names(rows.table, places, runs.name)
    kept = [
        {"trial": name, "cell": rows.cells[at], "seed": seed} | rows.levels_at(at) | _outcome(rows, at, word)
        for at, name, seed, word in zip(places, names, pairs.seeds, words, strict=True)
    ]
    factors = rows.factors(places)
    seeds = _seeds_sentence(choices, pairs)
    return Imported(
        kind=KIND,
        place=place,
        question=f"What do the results in “{place.name}” show?",
        task=f"{KIND} {place.name}",
        model="as the table has it",
        factors=dict(factors),
        settings={},
        metrics=[rows.metric],
        direction=rows.direction,
        rows=kept,
        history=[],
        tuner="",
        design="grid",
        caveats=[*_caveats(rows, kept, factors, places), *([_NO_SEEDS] if choices.seed is None else [])],
        notes=[*read.said, *states.said, *rows.said, *runs.said, *pairs.said],
        method=_METHOD.format(seeds=seeds.format(seed=choices.seed)),
        paired=pairs.paired,
        smallest_effect=rows.smallest_effect,
        failure_score=rows.failure_score,
    )


def _states(read: Delimited, named: Named, choices: Choices) -> States:
    if named.state is None:
        return States([FINISHED] * len(read), [""] * len(read))
    return states_of(named.state, read.cells(named.state), read.numbers, choices.meanings)


def _names(ended: Delimited, places: Sequence[int], run: str | None) -> list[str]:
    """The ids of trials: their runs' names where no two share one, else their rows in the file."""
    cells = ended.cells(run) if run else []
    names = [cells[at] for at in places] if run else []
    return names if run and len({*names}) == len(places) else [f"row-{ended.numbers[at]}" for at in places]


def _outcome(rows: Rows, at: int, word: str) -> PlainTable:
    spent = rows.seconds[at]
    outcome: PlainTable = {} if spent is None else {"seconds": spent}
    if rows.meanings[at] == FAILED:
        return outcome | {"status": "failed", "error": f"its state is {word}"}
    if rows.meanings[at] == DIVERGED or not math.isfinite(rows.score(at)):
        return outcome | {"status": "diverged"}
    return outcome | {"status": "ok", f"validation_{rows.metric}": rows.score(at)}


def _seeds_sentence(choices: Choices, pairs: Pairs) -> str:
    if choices.seed is None:
        return _NO_SEEDS
    if pairs.sorted:
        return _SORTED
    return _BY_SEED if pairs.paired else _NONE_SHARED.format(seed=choices.seed)


def _caveats(
    rows: Rows, kept: list[PlainTable], factors: Mapping[str, list[Level]], places: Sequence[int]
) -> list[str]:
    caveats = [_WHICH_DATA.format(score=rows.choices.score)]
    first = {name: levels[0] for name, levels in factors.items() if len(levels) > 1}
    if first:
        levels = ", ".join(f"{name} {level}" for name, level in first.items())
        caveats.append(f"The baseline is {levels} ({_why_first(rows)}).")
    wanted, there = math.prod(map(len, factors.values())), len({row["cell"] for row in kept})
    if there < wanted:
        caveats.append(
            f"Of {wanted} combinations of these levels {there} are there. A level is compared where its partner is "
            "there as well, so different levels may be compared under different circumstances."
        )
    empty = rows.empty & {*places}
    if empty:
        have = "row has" if len(empty) == 1 else "rows have"
        caveats.append(
            f"{len(empty)} {have} ended without a score, and count as diverged, since NaN is often written as an empty "
            "cell; leave them out where nothing was measured."
        )
    cells = [rows.cells[at] for at in places]
    return caveats + describe_others(
        rows.table.take(places), cells, rows.named.taken, seeded=rows.named.seed is not None
    )


def _why_first(rows: Rows) -> str:
    """Why the baseline is what it is."""
    rule = "the first level in order: numbers by size, names as in a dictionary, whatever the order of rows"
    return "as --baseline says" if rows.choices.baseline else f"{rule}; --baseline names another"

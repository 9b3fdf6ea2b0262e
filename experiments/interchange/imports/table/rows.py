"""The rows that have ended, and what each is: its levels, its seed, its score."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from experiments.analysis.declared import SHARES
from experiments.errors import RequestError
from experiments.interchange.imports.failure_score import failure_score_of
from experiments.interchange.imports.keras_tuner_metrics import metric_names
from experiments.interchange.imports.smallest_effect import choose_smallest_effect
from experiments.interchange.imports.table.choices import EXACT, Choices
from experiments.interchange.imports.table.column import Column, read_column, sure_sign
from experiments.interchange.imports.table.delimited import Delimited
from experiments.interchange.imports.table.direction import MAX, direction_of
from experiments.interchange.imports.table.factor_names import factor_names
from experiments.interchange.imports.table.levels import Level, Levels, levels_of
from experiments.interchange.imports.table.named import Named
from experiments.interchange.imports.table.number import COMMA, number
from experiments.interchange.imports.table.pairs import Pairs, are_numbered_by_score, by_seed, without_seeds
from experiments.interchange.imports.table.scores import scores_of
from experiments.interchange.imports.table.seeds import seeds_of
from experiments.interchange.imports.table.states import FAILED
from experiments.study.trial import digest

_SECONDS = ("seconds", "Runtime", "_runtime", "time_total_s")


class Rows:
    """Rows that have ended, every one with its configuration's id (`cells`) and its seed; all decided by columns.

    levels: by the name that the user gave. columns: how factors are called in results, by the same. metric, direction,
    smallest_effect, failure_score: of the score. empty: the places of rows without a score. seconds: how long each
    took, where that is known. said: what was decided.
    """

    def __init__(self, ended: Delimited, named: Named, choices: Choices, meanings: Sequence[str]) -> None:
        self.table, self.named, self.choices, self.meanings = ended, named, choices, meanings
        self._signs = {sign for column in set(ended.columns) if (sign := sure_sign(ended.cells(column)))}
        score = str(choices.score)
        self.metric = metric_names([score], score)[score]
        self.direction, direction_said, share = _direction(score, choices.direction)
        scored = [at for at, meaning in enumerate(meanings) if meaning != FAILED]
        column = self._column(named.score, scored)
        scores = scores_of(
            column,
            shown=self.metric in SHARES,
            share=share or self.metric in SHARES,
            reading=of_column(choices.readings, score, column),
        )
        self.smallest_effect, effect_said = choose_smallest_effect(
            score, self.metric, scores.values, choices.smallest_effect, hundredths=scores.hundredths
        )
        self.failure_score = failure_score_of(score, self.metric, choices.failure_score, hundredths=scores.hundredths)
        self._score_of = dict(zip(scored, scores.values, strict=True))
        self.empty = {scored[at] for at in scores.empty}
        self.levels: dict[str, Levels] = {}
        for name, column_name in named.factors.items():
            factor = self._column(column_name)
            comma = column.sign == COMMA
            self.levels[name] = levels_of(factor, of_column(choices.readings, name, factor), comma=comma)
        seeds = seeds_of(self._column(named.seed)) if named.seed else None
        self.seeds = seeds.rows if seeds else None
        self.columns, renamed = factor_names(self.levels, self.metric)
        every = zip(*(levels.rows for levels in self.levels.values()), strict=True)
        self.cells = [digest(dict(zip(self.columns.values(), row, strict=True))) for row in every]
        seconds = next((name for name in _SECONDS if name in ended.columns), None)
        self.seconds = [number(cell) for cell in ended.cells(seconds)] if seconds else [None] * len(ended)
        self.said = [
            direction_said,
            *scores.said,
            *effect_said,
            *(text for levels in self.levels.values() for text in levels.said),
        ]
        self.said += [*(seeds.said if seeds else []), *renamed]

    def _column(self, name: str, places: Sequence[int] | None = None) -> Column:
        rows = self.table if places is None else self.table.take(places)
        return read_column(name, rows.cells(name), rows.numbers, self.choices.decimal, self._signs)

    def score(self, at: int) -> float:
        """The score of a row that has not failed."""
        return self._score_of[at]

    def levels_at(self, at: int) -> dict[str, Level]:
        """A row's levels, by the names of factors in results."""
        return {self.columns[name]: levels.rows[at] for name, levels in self.levels.items()}

    def factors(self, places: Sequence[int]) -> dict[str, list[Level]]:
        """The levels of some rows in order, the baseline's first."""
        return {
            self.columns[name]: levels.order(
                [levels.rows[at] for at in places], of_column(self.choices.baseline, name, levels.column)
            )
            for name, levels in self.levels.items()
        }

    def pair_rows(self, places: Sequence[int], run: str | None) -> Pairs:
        """Some rows with their seeds. run: the column that tells runs apart."""
        rows, cells = self.table.take(places), [self.cells[at] for at in places]
        if self.seeds is None:
            return without_seeds(rows, cells, named=run is not None)
        seeds, scored = [self.seeds[at] for at in places], [self.meanings[at] != FAILED for at in places]
        column = str(self.named.seed)
        pairs = by_seed(rows, cells, seeds, column, scored, {*self.named.taken} - {self.named.score})
        scores = [self._score_of.get(places[at], math.nan) for at in pairs.places]
        forced = EXACT in (self.choices.readings.get(name) for name in (self.named.seed, self.choices.seed) if name)
        if forced or not are_numbered_by_score([cells[at] for at in pairs.places], pairs.seeds, scores):
            return pairs
        said = (
            f"In every configuration the score only rises, or only falls, with {column}: rows seem to have been "
            f"numbered once they were sorted by score, so they are compared as independent runs. --read {column}=exact "
            "pairs them all the same."
        )
        return replace(pairs, paired=False, sorted=True, said=[*pairs.said, said])


def of_column(given: Mapping[str, str], name: str, column: Column) -> str | None:
    """What was said of a column, by either of its names."""
    return given.get(name, given.get(column.name))


def _direction(score: str, given: str | None) -> tuple[str, str, bool]:
    """The direction, what is said of it, and whether no score can be above 1."""
    rule = direction_of(score)
    if given is not None:
        way, why = given, "as --direction says"
    elif rule is not None:
        way, why = rule.way, f"by its name ({rule.why}); --direction says otherwise"
    else:
        raise RequestError(f"--direction: whether more or less of {score} is better is not clear; give max or min")
    more = "More" if way == MAX else "Less"
    return way, f"{more} of {score} is better, {why}.", bool(rule and rule.share)

"""Where results are read from: the folder of a keras-tuner project, or a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from experiments.errors import RequestError
from experiments.interchange.imports.imported import Imported
from experiments.interchange.imports.keras_tuner_project import keras_tuner_project
from experiments.interchange.imports.table.choices import TableOptions, above_0, finite, parse_choices
from experiments.interchange.imports.table.table import table


def read_foreign(
    place: Path,
    *,
    objective: str | None = None,
    smallest_effect: str | None = None,
    failure_score: str | None = None,
    **of_table: Unpack[TableOptions],
) -> Imported:
    """The results in a folder or in a CSV.

    `objective` is for folders only; `of_table` for CSVs only; `smallest_effect` and `failure_score` for both.

    Raises RequestError where it can't be read, or an option is not for what it is.
    """
    is_table = place.is_file()
    misplaced: dict[str, object] = {"objective": objective} if is_table else {**of_table}
    for name, value in misplaced.items():
        given = value[:1] if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        if given not in ([], (), [None]):
            kind = "a CSV; --score names its score" if is_table else "a keras-tuner project, no CSV"
            raise RequestError(f'--{name}: got "{given[0]}", but {place} is {kind}')
    if is_table:
        return table(place, parse_choices(smallest_effect=smallest_effect, failure_score=failure_score, **of_table))
    effect, cost = above_0("--smallest-effect", smallest_effect), finite("--failure-score", failure_score)
    return keras_tuner_project(place, objective, effect, cost)

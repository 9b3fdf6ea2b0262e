"""Where results are read from: the folder of a keras-tuner project, or a table."""

from pathlib import Path

from experiments.errors import RequestError
from experiments.imported.imported import Imported
from experiments.imported.keras_tuner_project import keras_tuner_project
from experiments.imported.table import table


def read_source(
    place: Path,
    *,
    objective: str | None = None,
    factors: str | None = None,
    score: str | None = None,
    seed: str | None = None,
    direction: str | None = None,
) -> Imported:
    """The results in a folder (`objective` is asked of these) or in a CSV (all others are).

    factors: columns, with commas between them.

    Raises RequestError where it can't be read, or an option is not for what it is.
    """
    of_table = {"factors": factors, "score": score, "seed": seed, "direction": direction}
    is_table = place.is_file()
    for name, value in ({"objective": objective} if is_table else of_table).items():
        if value is not None:
            kind = "a CSV; --score names its score" if is_table else "a keras-tuner project, no CSV"
            raise RequestError(f'--{name}: got "{value}", but {place} is {kind}')
    if not is_table:
        return keras_tuner_project(place, objective)
    columns = [name.strip() for name in (factors or "").split(",") if name.strip()]
    return table(place, columns, score, seed, direction)

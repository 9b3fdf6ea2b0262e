"""How factors are called in results: by their columns, the learning rate by its own name."""

from collections.abc import Collection, Mapping

from experiments.interchange.imports.keras_tuner_space import columns_of
from experiments.interchange.imports.table.levels import RATES, Levels
from experiments.interchange.imports.table.words import examples
from experiments.study.columns import RATE, trial_columns


def factor_names(levels: Mapping[str, Levels], own: str) -> tuple[dict[str, str], list[str]]:
    """How factors are called in results, and what is to be said of it.

    levels: by the name that the user gave. own: the metric that is compared.

    The one rate among them is `learning_rate`, at whose best level others are compared, if all of it is above 0.
    """
    columns = columns_of(levels, trial_columns([], [own]))
    said: list[str] = []
    rates: list[str] = []
    for name in (column for column in levels if column.casefold() in RATES):
        odd = [level for level in dict.fromkeys(levels[name].rows) if isinstance(level, str) or level <= 0]
        if not odd:
            rates.append(name)
            continue
        if columns[name] == RATE:
            columns[name] = _free(RATE.replace("_", " "), columns.values())
        said.append(
            f"{name} has {examples(odd)}, which {'is no rate' if len(odd) == 1 else 'are no rates'}: it is compared "
            "like any other factor, none is tuned, and there are no curves over rates."
        )
    if len(rates) == 1 and RATE not in columns.values():
        columns[rates[0]] = RATE
    return columns, said + [
        f"The column {name} is {column} here." for name, column in columns.items() if name != column
    ]


def _free(name: str, taken: Collection[str]) -> str:
    return name if name not in taken else _free(f"{name} as named", taken)

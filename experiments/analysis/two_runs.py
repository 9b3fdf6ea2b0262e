"""Two runs side by side: the cells that both have, compared seed by seed."""

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.failure_cost import with_costs, without_costs
from experiments.analysis.pairs import compare


def varied_in_either(own: Declared, other: Declared) -> list[str]:
    """The settings that vary in a run or in the other."""
    return list(dict.fromkeys([*own.varied, *other.varied]))


def two_run_table(first: pd.DataFrame, second: pd.DataFrame, study: Declared, names: list[str]) -> pd.DataFrame:
    """Every cell that both runs have, by its levels of `names`, with `compare`'s columns: what the second run gains.

    first, second: rows of two runs, levels as text, with the same metric. study: the second's declaration, paired only
    where both runs are. They are one family: m is the number of cells in common. A row has the levels, and the mean
    scores `first, second` over each run's own seeds. Failures of both runs cost what the second's question says.
    """
    first, second = (with_costs(without_costs(run, study), study) for run in (first, second))
    cells = [run.drop_duplicates("cell").drop_duplicates(names).set_index(names)["cell"] for run in (first, second)]
    common = [levels for levels in cells[0].index if levels in cells[1].index]
    both = pd.concat([run.assign(cell=part + run["cell"]) for part, run in (("1 ", first), ("2 ", second))])
    rows = [(*_tuple(levels), "2 " + cells[1][levels], "1 " + cells[0][levels]) for levels in common]
    pairs = pd.DataFrame(rows, columns=[*names, "cell", "reference_cell"], dtype=object)
    table = compare(both, pairs, study, len(pairs))
    means = both.astype({study.validation: float}).groupby("cell")[study.validation].mean()
    return table.assign(first=table["reference_cell"].map(means), second=table["cell"].map(means))


def _tuple(levels: object) -> tuple[object, ...]:
    return levels if isinstance(levels, tuple) else (levels,)

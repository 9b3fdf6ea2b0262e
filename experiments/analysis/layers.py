"""What goes on inside the networks: figures of each layer after the last epoch, over seeds."""

from collections.abc import Sequence

import pandas as pd

from experiments.analysis.curves import BAND
from experiments.study.columns import telemetry_columns


def layer_table(trials: pd.DataFrame, cells: Sequence[str], figure: str) -> pd.DataFrame:
    """`cell, layer, place, mean, low, high, n` of the ok trials of some cells; low to high holds 80 % of the seeds.

    trials: with a column `<figure>/<layer>` for each measured layer. place: of the layer, from the input on.
    """
    names = [name for name in telemetry_columns(trials.columns) if name.split("/")[0] == figure]
    ok = trials[trials["status"].eq("ok") & trials["cell"].isin(list(cells))]
    long = ok.melt(id_vars="cell", value_vars=names, var_name="column", value_name="value").dropna(subset="value")
    groups = long.groupby(["cell", "column"])["value"]
    low, high = (groups.quantile(end) for end in BAND)
    table = pd.DataFrame({"mean": groups.mean(), "low": low, "high": high, "n": groups.size()}).reset_index()
    table["layer"] = table["column"].str.split("/", n=1).str[1]
    table["place"] = table["column"].map({name: place for place, name in enumerate(names)})
    order = {cell: at for at, cell in enumerate(cells)}
    table = table.assign(order=table["cell"].map(order)).sort_values(["order", "place"], ignore_index=True)
    return table[["cell", "layer", "place", "mean", "low", "high", "n"]]

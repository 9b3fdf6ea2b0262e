"""Every configuration against the baseline: which are shown to be better, and which worse."""

import pandas as pd

from experiments.analysis.arms import reference_cell
from experiments.analysis.declared import Declared
from experiments.analysis.effects import effects
from experiments.analysis.families import families
from experiments.analysis.pairs import compare

DECLARED = ["factor", "level", "reference", "condition", "reference_cell", "rate", "reference_rate"]


def against_baseline(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared) -> pd.DataFrame:
    """Every cell with a score compared with the reference: `cell, rank, reference_cell` and `compare`'s columns.

    cells: of `cell_table`. The reference is `reference_cell`'s; cells come in the order of their ranks. They are the
    family `configurations`, and m is their number, so that any of them may be named. Where the configurations are the
    levels (a single factor varies, or one at a time), these are the comparisons of `effects`, made in their family.
    Empty where there is no reference, or it did not run.
    """
    reference = reference_cell(cells, study)
    ranked = cells[cells["rank"].notna() & (cells["cell"] != reference)].sort_values("rank")
    if reference is None or "levels" not in families(study):
        ranked = ranked.iloc[:0]
    pairs = ranked[["cell", "rank"]].astype({"cell": object}).reset_index(drop=True).assign(reference_cell=reference)
    if "configurations" in families(study) or pairs.empty:
        return compare(trials, pairs, study, len(pairs), share=families(study).get("configurations", 1.0))
    made = effects(trials, cells, study).drop_duplicates("cell").drop(columns=[*DECLARED, "seeds_needed", "score"])
    return pairs.merge(made, on="cell")

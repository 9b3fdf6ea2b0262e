"""Every configuration against the baseline: which are shown to be better, and which worse."""

import pandas as pd

from experiments.analysis.arms import reference_cell
from experiments.analysis.declared import Declared
from experiments.analysis.families import families
from experiments.analysis.pairs import compare

PAIR = ["cell", "reference_cell"]


def against_baseline(trials: pd.DataFrame, cells: pd.DataFrame, study: Declared, levels: pd.DataFrame) -> pd.DataFrame:
    """Every cell with a score compared with the reference: `cell, rank, reference_cell` and `compare`'s columns.

    cells: of `cell_table`. levels: of `effects`, for the same trials. The reference is `reference_cell`'s. Cells come
    in the order of their ranks. Empty where there is no reference, or it did not run.

    A configuration that differs from the reference by one level is compared in `levels` already. It keeps that
    comparison, in that family, so that it has one verdict and spends nothing twice; `is_level` says which these are.
    The others are the family `configurations`, and m is their number, so that any of them may be named. Under a
    condition all configurations are that family, for there the levels of all conditions are judged together.
    """
    reference = reference_cell(cells, study)
    ranked = cells[cells["rank"].notna() & (cells["cell"] != reference)].sort_values("rank")
    if reference is None or "levels" not in families(study):
        ranked = ranked.iloc[:0]
    pairs = ranked[["cell", "rank"]].astype({"cell": object}).reset_index(drop=True).assign(reference_cell=reference)
    share = families(study).get("configurations", 0.0)
    known = levels.head(0) if study.held and share else levels.drop_duplicates(PAIR)
    is_level = pairs["cell"].isin(known.loc[known["reference_cell"] == reference, "cell"])
    others = pairs[~is_level & (share > 0)]
    compared = compare(trials, others, study, len(others), share=share).assign(is_level=False)
    singles = pairs[is_level].merge(known[known.columns.intersection(compared.columns)], on=PAIR).assign(is_level=True)
    filled = [table for table in (singles, compared) if len(table)] or [compared]
    return pd.concat(filled).sort_values("rank").reset_index(drop=True)

"""Comparisons on fresh seeds: by scores that chose nothing, on examples that chose nothing where there are some."""

from dataclasses import replace
from typing import Any

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.pairs import compare
from experiments.analysis.shared_examples import of_examples


def compare_fresh(
    fresh: pd.DataFrame,
    pairs: pd.DataFrame,
    study: Declared,
    comparisons: float,
    correct: pd.DataFrame | None = None,
    **judged: Any,
) -> pd.DataFrame:
    """`compare` on fresh seeds, which are looked at once.

    fresh: trials; all that is compared there spends the `fresh_share` of the page's 0.05 (`Declared.beside_fresh`).
    correct: which test examples they got right, of `correct.csv`. judged: further options of `compare`.

    Where the test part is sealed, test scores are compared: fresh seeds validate on examples on which others chose. The
    interval then allows for the test examples being a sample too, where other data are in question (`of_examples`).
    """
    once = replace(study, share=study.beside_fresh().fresh_share)
    if not (study.sealed and fresh[study.test].notna().any()):
        return compare(fresh, pairs, once, comparisons, **judged)
    shared = of_examples(fresh, pairs, study, pd.DataFrame() if correct is None else correct)
    return compare(fresh, pairs, once, comparisons, study.test, shared=shared, **judged)

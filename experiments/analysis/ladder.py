"""What a chosen cell scores, step by step: where it was chosen, on the test set, and on seeds that chose nothing."""

import numpy as np
import pandas as pd

from experiments.analysis.declared import Declared
from experiments.analysis.intervals import intervals
from experiments.analysis.right_answers import COUNTED, right_answers, seeds_and_images
from experiments.analysis.scores import score_matrix


def ladder(
    study: Declared,
    trials: pd.DataFrame,
    fresh: pd.DataFrame | None,
    cells: list[str],
    correct: pd.DataFrame,
    fresh_correct: pd.DataFrame,
) -> pd.DataFrame:
    """One row per cell and step with a score: `cell, step, n, mean, low, high, kind, examples, wide_low, wide_high`.

    trials, fresh: of the study's seeds and of fresh ones. correct, fresh_correct: of `correct.csv`, may be empty.

    low and high are over seeds alone, at 95 %. wide_low and wide_high take the test examples for a sample too
    (`seeds_and_images`); they are NaN, and examples 0, where seeds are tested on different examples, or the score does
    not count right answers.
    """
    sources = {"validation": (trials, None), "test": (trials, correct)}
    if fresh is not None:
        sources |= {"fresh validation": (fresh, None), "fresh test": (fresh, fresh_correct)}
    rows = []
    for cell in cells:
        for step, (table, answers) in sources.items():
            own = table[table["cell"] == cell]
            column = study.test if step.endswith("test") else study.validation
            if own.empty or not own[column].notna().any():
                continue
            overlap = study.overlap if column == study.validation else 0.0
            row = intervals(score_matrix(own, column), overlap=overlap).iloc[0]
            wide = seeds_and_images(_answers(answers, own, cell, study))
            known = np.isfinite(wide["low"])
            rows.append(
                {
                    "cell": cell,
                    "step": step,
                    **row[["n", "mean", "low", "high", "kind"]],
                    "examples": int(wide["examples"]) if known else 0,
                    "wide_low": wide["low"],
                    "wide_high": wide["high"],
                }
            )
    names = ["cell", "step", "n", "mean", "low", "high", "kind", "examples", "wide_low", "wide_high"]
    return pd.DataFrame(rows, columns=names)


def _answers(correct: pd.DataFrame | None, trials: pd.DataFrame, cell: str, study: Declared) -> pd.DataFrame:
    if correct is None or correct.empty or study.primary != COUNTED:
        return pd.DataFrame()
    return right_answers(correct, trials, cell)

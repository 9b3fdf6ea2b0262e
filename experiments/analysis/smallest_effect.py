"""Δ, the smallest effect of interest: a difference that is smaller makes no practical difference."""

import numpy as np

from experiments.analysis.declared import Declared

OF_SHARES, OF_IMAGES, RELATIVE = 0.005, 0.002, 0.05
UP_TO_ONE = ("r2_score", "quadratic_kappa")  # 1 is best and 0 is chance, of which 5 % would be nothing
IMAGES = ("mnist", "fashion_mnist")  # their test sets are large and fixed


def smallest_effects(study: Declared, references: np.ndarray) -> np.ndarray:
    """Δ for each reference score, in the units of the metric.

    What the study declares; else 0.5 percentage points of a share (0.005 of another number from 0 to 1, and of scores
    of which 1 is best), 0.2 on the image sets, and of any other metric 5 % of the reference score.
    """
    if study.smallest_effect is not None:
        return np.full(len(references), float(study.smallest_effect))
    if study.unit or study.primary in UP_TO_ONE:
        return np.full(len(references), OF_IMAGES if study.task in IMAGES else OF_SHARES)
    return RELATIVE * np.abs(references)

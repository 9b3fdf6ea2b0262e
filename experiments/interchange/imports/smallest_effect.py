"""The smallest difference of a score that matters, by the score's name; an error where the name does not say."""

import math
from collections.abc import Sequence

from experiments.analysis.declared import SHARES
from experiments.analysis.smallest_effect import OF_SHARES, RELATIVE
from experiments.errors import RequestError
from experiments.interchange.imports.table.direction import OPEN, SHARE, direction_of, phrases

_OF_PER_CENT = 100 * OF_SHARES
_DECIBEL = 0.1

# Of these 1 is the most, though some can be below 0.
_AT_MOST_1 = phrases(
    """
    r2; r squared; d2; explained variance; cohen kappa; kappa; mcc; matthews correlation; matthews corrcoef; phi
    coefficient; correlation; corr; pearson; pearsonr; spearman; spearmanr; kendall; kendall tau; ari; adjusted rand;
    rand; adjusted mutual info; fowlkes mallows; silhouette; cosine similarity; bleu; sacrebleu; rouge; rouge l; meteor;
    chrf; bertscore
    """
)
# Rates of errors that can be above 1.
_RATES = phrases("wer; cer; ter; der; word error rate; character error rate")
_IN_DECIBEL = phrases("psnr; snr")
# Sums and counts, of which no share is a difference that matters to anyone.
_SUMS = phrases("violations; regret; iou loss; dice loss; ssim loss")
_RELATIVE = set(phrases(OPEN["min"])) - set(_RATES) - set(_SUMS)


def smallest_effect_of(score: str, metric: str, scores: Sequence[float]) -> float | None:
    """Δ in the units of the scores; None where our own studies have a rule: for shares, and 5 % of a loss.

    score: its name, as the source has it; metric: as results have it. scores: all of them, finite or not.

    Shares of 1, and other scores of which 1 is the most, have 0.005, in per cent 0.5; decibels have 0.1; of losses,
    errors and distances above 0 it is 5 %.

    Raises RequestError where the name does not say.

    >>> smallest_effect_of("val_f1", "f1", [0.95, 0.98]), smallest_effect_of("acc1", "acc1", [95.0, 98.0])
    (0.005, 0.5)
    >>> smallest_effect_of("val_loss", "loss", [0.3, 0.2]) is None
    True
    """
    if metric in SHARES:
        return None
    found, finite = direction_of(score), [score for score in scores if math.isfinite(score)]
    known = set(found.metrics) if found else set()
    if known and known <= SHARE | set(_AT_MOST_1):
        return _OF_PER_CENT if max(finite, default=0.0) > 1 else OF_SHARES
    if known and known <= set(_RATES) and (max(finite, default=0.0) <= 1 or min(finite) > 2):
        return OF_SHARES if max(finite, default=0.0) <= 1 else _OF_PER_CENT
    if known and known <= set(_IN_DECIBEL):
        return _DECIBEL
    if known and known <= _RELATIVE and (all(score > 0 for score in finite) or all(score < 0 for score in finite)):
        return None
    raise RequestError(
        f"--smallest-effect: which difference in {score} matters is not clear from its name; give one, in the units "
        "of the score"
    )


def choose_smallest_effect(
    score: str, metric: str, scores: Sequence[float], given: float | None = None, *, hundredths: bool = False
) -> tuple[float | None, list[str]]:
    """`smallest_effect_of`, or what `--smallest-effect` says; and a line on which differences count as none.

    given: in the units of the source. hundredths: whether that has per cent where results have shares of 1.

    >>> choose_smallest_effect("acc", "accuracy", [0.9], 0.5, hundredths=True)[0]
    0.005
    """
    if given is None:
        effect, why = smallest_effect_of(score, metric, scores), "by its name; --smallest-effect says otherwise"
    else:
        effect, why = given / 100 if hundredths else given, "as --smallest-effect says"
    if effect is None and metric in SHARES:
        return None, []
    least = f"{100 * RELATIVE:.0f} % of the reference’s" if effect is None else f"{effect:.6g}"
    return effect, [f"A difference in {score} of less than {least} makes no practical difference, {why}."]

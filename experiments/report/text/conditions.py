"""Under which conditions a finding holds."""

from experiments.analysis.declared import Declared
from experiments.study.words import circumstance, count, short


def conditions(study: Declared) -> str:
    """Under which conditions a finding holds: `digits, 20 epochs`, `outliers, share 0.2, 40 epochs`."""
    parts = [short(study.task), *([circumstance(study.held)] if study.held else [])]
    if "epochs" in study.settings and "epochs" not in study.varied:
        parts.append(count(int(float(study.settings["epochs"])), "epoch"))
    return ", ".join(parts)

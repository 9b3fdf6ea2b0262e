"""Which cells a figure of lines shows: levels of the main factor, changes, or the best cells."""

from experiments.analysis.arms import arm
from experiments.analysis.rows import NamedRow, rows_of
from experiments.report.figures.style import SERIES
from experiments.report.page_findings import PageFindings
from experiments.study.columns import RATE
from experiments.study.words import level

MOST = len(SERIES)


def lines_of(findings: PageFindings) -> tuple[dict[str, str], str]:
    """Cell → its name in the legend, and what was chosen in words."""
    study, cells = findings.study, findings.cells
    ranked = cells[cells["rank"].notna()]
    if study.design == "leave-one-out" and findings.reference:
        cells_ = [findings.reference, *(row.cell for row in _measured_effects(findings))][:MOST]
        return {cell: findings.words(cell) for cell in cells_}, "the whole, and each part taken away"
    if study.design == "one-factor" and findings.reference:
        by_gain = sorted(_measured_effects(findings), key=lambda row: -row.mean)
        cells_ = [findings.reference, *(row.cell for row in by_gain)][:MOST]
        return {cell: findings.words(cell) for cell in cells_}, "the baseline and the changes that score best"
    factors = [factor for factor in study.main if factor != RATE]
    if study.design == "grid" and factors:
        factor = factors[0]
        arms = {own_level: arm(cells, study, {factor: own_level}) for own_level in study.factors[factor]}
        scored = set(ranked["cell"])
        lines = {cell: level(factor, own_level) for own_level, cell in arms.items() if cell and cell in scored}
        held = "other factors at the baseline" if len(study.varied) > 1 else "nothing else varied"
        rate = ", each at its own best learning rate" if findings.tuned else ""
        return dict(list(lines.items())[:MOST]), f"{held}{rate}"
    best = ranked.head(5)
    return {cell: findings.words(cell) for cell in best["cell"]}, "the best configurations"


def _measured_effects(findings: PageFindings) -> list[NamedRow]:
    table = findings.effects
    return list(rows_of(table[table["n"] > 0]))

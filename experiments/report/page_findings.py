"""What was found, and how a page writes it."""

from functools import cached_property

from experiments.report.text.scale import Scale, scale_of
from experiments.results.findings import Findings
from experiments.study.words import configuration, level, swap


class PageFindings(Findings):
    """Findings with the scale of their scores, and with cells in words."""

    @cached_property
    def scale(self) -> Scale:
        """How scores are written."""
        return scale_of(self.study.primary, self.study.direction, self.cells, self.study.unit == "share")

    def words(self, cell: str) -> str:
        """A cell in words: by its varied settings, or where single changes are studied by what it changes."""
        study, row = self.study, self.cell(cell)
        if study.design not in ("one-factor", "leave-one-out") or self.reference is None:
            return configuration(row, study.varied)
        removed = study.design == "leave-one-out"
        if cell == self.reference:
            return "the whole" if removed else "the baseline"
        changed = [factor for factor in study.varied if row[factor] != study.baseline[factor]]
        said = [
            swap(factor, row[factor], study.baseline[factor]) if removed else level(factor, row[factor])
            for factor in changed
        ]
        return " · ".join(said)

"""Which configuration a phrase of a page means."""

import re
from dataclasses import dataclass
from functools import cached_property

from hostile.sentences import BASELINE, BEST
from hostile.world import Levels

from experiments.analysis.declared import Declared
from experiments.report.page_findings import PageFindings
from experiments.study.columns import RATE
from experiments.study.words import level, name, short

BOUND = r"(?<![\w.·-])(?:{})(?![\w-]|\.\w)"


@dataclass(frozen=True)
class Names:
    """The words of one page."""

    findings: PageFindings

    @property
    def study(self) -> Declared:
        """The declaration."""
        return self.findings.study

    @cached_property
    def labels(self) -> dict[str, tuple[str, str]]:
        """How a level may be written → its factor and label; what two levels share is left out."""
        labels: dict[str, set[tuple[str, str]]] = {}
        for factor, levels in self.study.factors.items():
            for label in levels:
                for text in {level(factor, label), short(label), label, f"{name(factor)} {short(label)}"}:
                    for spelled in {text, text[:1].upper() + text[1:]}:  # as it begins a title
                        labels.setdefault(spelled, set()).add((factor, label))
        for factor, off in self.study.without.items():
            labels.setdefault(f"without {name(factor)}", set()).add((factor, off))
        return {text: next(iter(some)) for text, some in labels.items() if len(some) == 1}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds levels, the longest first."""
        texts = sorted(self.labels, key=len, reverse=True)
        return re.compile(BOUND.format("|".join(map(re.escape, texts)) or "(?!)"))

    def named(self, phrase: str) -> Levels | None:
        """The levels that a phrase names; None where it names two of one factor."""
        found: Levels = {}
        for text in self.pattern.findall(phrase):
            factor, label = self.labels[text]
            if found.setdefault(factor, label) != label:
                return None
        return found

    def cell_levels(self, cell: str | None) -> Levels | None:
        """The levels of a cell by its id."""
        if cell is None:
            return None
        row = self.findings.cell(cell)
        return {factor: str(row[factor]) for factor in self.study.factors}

    def reference(self, condition: Levels) -> Levels:
        """The baseline, at its best rate where rates are tuned; under a condition."""
        tuned = None if condition else self.cell_levels(self.findings.reference)
        return {**self.study.baseline, **(tuned or {}), **condition}

    def sides(self, one: str, other: str) -> tuple[Levels, Levels] | None:
        """The two configurations that are compared; None where the phrases do not say."""
        first, second = self._shared(one), self._shared(other)
        if first is None or second is None:
            return None
        (own, both), (theirs, also) = first, second
        both = both | also
        condition = {factor: label for factor, label in (own | both).items() if factor in self.study.conditions}
        if (row := self._declared(own | both, theirs | both)) is not None:
            return row
        reference = self.reference(condition)
        left = self.cell_levels(self.findings.best["cell"]) if BEST in one else reference | both | own
        right = self.cell_levels(self.findings.best["cell"]) if BEST in other else reference | both | theirs
        return None if left is None or right is None else (left, right)

    def one(self, phrase: str) -> Levels | None:
        """The configuration that a phrase names alone."""
        sides = self.sides(phrase, BASELINE)
        return None if sides is None else sides[0]

    def _shared(self, phrase: str) -> tuple[Levels, Levels] | None:
        """The levels of one side, and those that it says both sides have."""
        own, _, shared = phrase.partition("both with")
        own = own.partition(" for ")[0] if self.study.design == "leave-one-out" else own  # sgd for adam
        found = self.named(own), self.named(shared)
        return None if None in found else found

    def _declared(self, own: Levels, theirs: Levels) -> tuple[Levels, Levels] | None:
        """A comparison of one level with another, each at its own best rate, as the page made it."""
        if not self.findings.tuned or RATE in own or RATE in theirs:
            return None
        changed = {factor: label for factor, label in own.items() if factor not in self.study.conditions}
        if len(changed) != 1 or any(self.study.baseline.get(factor) != label for factor, label in theirs.items()):
            return None
        (factor, label), table = next(iter(changed.items())), self.findings.effects
        rows = table[table["factor"].eq(factor) & table["level"].eq(label)]
        primary = getattr(self.findings, "primary", None)
        if primary is not None and (primary["factor"], primary["level"]) == (factor, label):
            rows = primary.to_frame().T
        if len(rows) != 1:
            return None
        ends = [self.cell_levels(rows.iloc[0][end]) for end in ("cell", "reference_cell")]
        return None if None in ends else (ends[0], ends[1])

"""How a study's score is written: unit, digits, signs."""

import math
from dataclasses import dataclass, replace

import pandas as pd

from experiments.analysis.declared import SHARES
from experiments.study.words import name

MINUS = "−"


@dataclass(frozen=True)
class Scale:
    """The primary metric's unit and the digits that the spread over seeds justifies.

    Shares are written in per cent, their differences in percentage points. share: whether the metric is one, where its
    name does not say. part: of the data that is scored, "validation" or "test"; empty for both.
    """

    metric: str
    direction: str
    decimals: int
    share: bool = False
    part: str = "validation"

    @property
    def factor(self) -> float:
        """What a stored score is multiplied by."""
        return 100.0 if self.share or self.metric in SHARES else 1.0

    @property
    def label(self) -> str:
        """The score in prose, such as "validation accuracy"."""
        return f"{self.part} {name(self.metric)}".strip()

    def of(self, row: pd.Series) -> "Scale":
        """The scale of a comparison, which names the part of the data that it is made on. row: of `compare`."""
        return replace(self, part=row.get("part", self.part))

    @property
    def axis(self) -> str:
        """The label of an axis with scores."""
        return _begin(self.label) + (" (%)" if self.factor > 1 else "")

    @property
    def metric_axis(self) -> str:
        """The label of an axis with scores on any part of the data."""
        return _begin(name(self.metric)) + (" (%)" if self.factor > 1 else "")

    @property
    def gain_axis(self) -> str:
        """The label of an axis with gains."""
        unit = " (percentage points)" if self.factor > 1 else ""
        return f"{'Gain in' if self.direction == 'max' else 'Reduction of'} {self.label}{unit}"

    def plain(self, score: float, decimals: int | None = None) -> str:
        """A score or gain without its unit; an en dash where there is none."""
        if score is None or not math.isfinite(score):
            return "–"
        value = score * self.factor
        if abs(value) >= 1e5:
            return f"{value:.2e}".replace("-", MINUS)
        digits = f"{value:.{self.decimals if decimals is None else decimals}f}"
        return (digits[1:] if float(digits) == 0 else digits).replace("-", MINUS) if value < 0 else digits

    def score(self, score: float) -> str:
        """A score with its unit, kept on one line: `97.2 %`."""
        return self.plain(score) + ("\N{NO-BREAK SPACE}%" if self.factor > 1 and math.isfinite(score) else "")

    def signed(self, gain: float) -> str:
        """A gain with its sign: `+0.6`, `−1.2`, `0.0`."""
        text = self.plain(gain)
        return f"+{text}" if gain > 0 and float(text.replace(MINUS, "-")) != 0 else text

    def span(self, low: float, high: float) -> str:
        """Two ends: `0.2 to 1.0`."""
        digits = self._digits(low, high)
        return f"{self.plain(low, digits)} to {self.plain(high, digits)}"

    def size(self, gain: float, low: float, high: float) -> str:
        """How large a gain is, with its interval: `0.6 points of validation accuracy (0.2 to 1.0)`."""
        of = "of" if self.factor > 1 else "in"
        return self.measured(gain, low, high, f" {of} {self.label}")

    def measured(self, gain: float, low: float, high: float, what: str = "") -> str:
        """A gain with its interval: `0.6 points (0.2 to 1.0)`. what: said after the unit."""
        known = math.isfinite(low) and math.isfinite(high)
        digits = self._digits(low, high) if known else self.decimals
        text = self.plain(gain, digits)
        unit = (" point" if text in ("1", "−1") else " points") if self.factor > 1 else ""
        words = f"{text}{unit}{what}"
        return f"{words} ({self.plain(low, digits)} to {self.plain(high, digits)})" if known else words

    def amount(self, gain: float) -> str:
        """What was measured as a reader says it: `1.2 points`, `0.031`."""
        return f"{self.plain(gain)} points" if self.factor > 1 else self.plain(gain)

    def gap(self, gain: float) -> str:
        """A difference as a reader says it: `0.5 points`, `0.031`."""
        text = f"{gain * self.factor:.3g}"
        return f"{text} {'point' if text == '1' else 'points'}" if self.factor > 1 else text

    def _digits(self, low: float, high: float) -> int:
        """Enough digits that an end other than zero is not written as zero, where two more are enough for that."""
        most = self.decimals + 2
        ends = [end * self.factor for end in (low, high) if round(end * self.factor, most)]
        return next((digits for digits in range(self.decimals, most) if all(round(end, digits) for end in ends)), most)


def scale_of(metric: str, direction: str, cells: pd.DataFrame, share: bool = False) -> Scale:
    """The scale of a study: the first digit of the spread over seeds, and no fewer than two of the score.

    cells: of `cell_table`. The spread is that of its steadier cells. Shares have one or two decimals.
    """
    scale = Scale(metric, direction, 1, share)
    spread = cells.loc[cells["n"] > 1, "validation_sd"].quantile(0.25) * scale.factor
    score = abs(cells["validation_mean"].median()) * scale.factor
    wanted = [_place(spread), _place(score) + (1 if math.isfinite(spread) and spread > 0 else 2)]
    least, most = (1, 2) if scale.factor > 1 else (0, 6)
    return Scale(metric, direction, min(max(least, *wanted), most), share)


def _begin(label: str) -> str:
    """A label with a capital at its beginning, whatever follows as it is."""
    return label[:1].upper() + label[1:]


def _place(size: float) -> int:
    """How many decimals the first digit of a number needs; 0 for nothing known."""
    return -math.floor(math.log10(size)) if math.isfinite(size) and size > 0 else 0

"""What results of another tool come to: the rows, and the declaration that they are rows of."""

from dataclasses import dataclass, field
from pathlib import Path

from experiments.study.columns import EpochRow, TrialRow
from experiments.study.types import Factors, Settings


@dataclass(frozen=True)
class Imported:
    """Results that another tool has written, as `write_imported` takes them.

    kind, place: what they were read from. task, model: what stands for these on the page.
    factors: a hyper-parameter's levels, or its range `{min, max, scale}`. settings: what was held.
    metrics: the primary one first; direction: "max" where more of it is better, else "min".
    smallest_effect: Δ in the units of the primary metric, None where the rules for studies of ours have one.
    failure_score: what a diverged trial scores, in the same units; None where that is not known.
    rows: in order of start; `trial, cell, seed, status`, one column per factor, and of a row's others what is known.
    history: `trial, epoch`, losses and metrics, where epochs are known.
    tuner: what searched, "" where nothing did. design: "random", or "grid" where levels are compared.
    started, ended: ISO times.
    paired: whether rows with the same seed share their draws; else seeds are mere numbers, and sides are compared as
    independent runs.
    caveats: what a reader must know of such results. notes: what is missing here. method: what a trial is.
    """

    kind: str
    place: Path
    question: str
    task: str
    model: str
    factors: Factors
    settings: Settings
    metrics: list[str]
    direction: str
    rows: list[TrialRow]
    history: list[EpochRow]
    tuner: str
    design: str = "random"
    started: str | None = None
    ended: str | None = None
    paired: bool = True
    smallest_effect: float | None = None
    failure_score: float | None = None
    caveats: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    method: str = ""

    @property
    def proposed(self) -> list[str]:
        """The ids of the cells, in order of start."""
        return list(dict.fromkeys(row["cell"] for row in self.rows))

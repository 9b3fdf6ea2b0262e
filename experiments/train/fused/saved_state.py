"""A trial on its way: all that its training goes on from, in memory and as a file."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.study.columns import EpochRow
from experiments.study.types import PlainTable


@dataclass(frozen=True)
class Progress:
    """history: an entry of every epoch that is done. weights: in the order in which the layers compute. slots: what the
    optimizer holds of each trained weight, in that order.
    """

    history: list[EpochRow]
    weights: list[np.ndarray]
    slots: list[list[np.ndarray]]

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.history)

    def save(self, path: Path) -> None:
        """Write the file, whole at every moment."""
        arrays: PlainTable = {f"weight-{at}": value for at, value in enumerate(self.weights)}
        arrays |= {f"slot-{at}-{of}": slot for at, own in enumerate(self.slots) for of, slot in enumerate(own)}
        partial = path.with_name(f".{path.stem}.partial.npz")
        np.savez(partial, history=np.array(json.dumps(self.history)), slots=np.array(len(self.slots)), **arrays)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Progress | None":
        """What the file holds; None where there is none that can be read."""
        try:
            with path.open("rb") as file, np.load(file) as kept:
                arrays = {name: kept[name] for name in kept.files}
            slots: list[list[np.ndarray]] = [[] for _ in range(int(arrays["slots"]))]
            for name, value in arrays.items():
                if name.startswith("slot-"):
                    slots[int(name.split("-")[1])].append(value)
            weights = [value for name, value in arrays.items() if name.startswith("weight-")]
            return cls(json.loads(str(arrays["history"])), weights, slots)
        except (OSError, ValueError, LookupError, EOFError, zipfile.BadZipFile):
            return None

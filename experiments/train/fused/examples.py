"""The examples of a stack: kept once where seeds share them, and as a model sees them."""

from dataclasses import dataclass

import numpy as np
from keras import ops

from custom.types import Tensor
from experiments.tasks import Data


@dataclass(frozen=True)
class Examples:
    """The examples of several seeds, kept once where they are the same; and where those of each seed start."""

    x: Tensor
    y: Tensor
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, data: list[Data]) -> "Examples":
        """Those of each seed's data."""
        first = data[0]
        same = all(
            other is first or (np.array_equal(other.x, first.x) and np.array_equal(other.y, first.y))
            for other in data[1:]
        )
        kept = data[:1] if same else data
        x, y = (np.concatenate([getattr(of_seed, name) for of_seed in kept]) for name in ("x", "y"))
        offsets = [0] * len(data) if same else np.cumsum([0, *(len(of_seed.x) for of_seed in data[:-1])])
        return cls(ops.convert_to_tensor(x), ops.convert_to_tensor(y), tuple(map(int, offsets)))


@dataclass(frozen=True)
class Member:
    """A seed of a stack: its data, and where they start among the stack's examples."""

    seed: int
    data: Data
    offset: int

    def places(self, index: np.ndarray) -> np.ndarray:
        """Examples of the seed's data as places among the stack's examples."""
        return index + self.offset


@dataclass(frozen=True)
class Inputs:
    """Examples by index `[seeds, batch]`, as a model sees them: `[seeds, 1, batch, …]`, scaled, in the float type."""

    scale: float
    floatx: str

    def __call__(self, x: Tensor, index: Tensor) -> Tensor:
        rows = ops.cast(ops.take(x, index, axis=0), self.floatx)
        return ops.expand_dims(rows * self.scale if self.scale != 1 else rows, 1)

"""How scores are drawn: what a cell gains, what a seed does to all cells, what noise is left, and how trials fail.

Gains and spreads are in percentage points; scores are accuracies from 0 to 1 unless a world says otherwise.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hostile.world import Levels
from scipy import stats

Noise = Callable[[np.random.Generator, int], np.ndarray]
Gains = Mapping[str | tuple[str, ...], float]
BASE, SHARED, OWN = 90.0, 2.0, 1.0


def normal(generator: np.random.Generator, count: int) -> np.ndarray:
    """Standard normal."""
    return generator.normal(size=count)


def heavy(generator: np.random.Generator, count: int) -> np.ndarray:
    """Student's t with 3 degrees of freedom, standardized."""
    return generator.standard_t(3, count) / np.sqrt(3)


def exponential(generator: np.random.Generator, count: int) -> np.ndarray:
    """Exponential with its long tail below, mean 0, variance 1."""
    return 1 - generator.exponential(size=count)


def lognormal(generator: np.random.Generator, count: int) -> np.ndarray:
    """Lognormal (σ = 1) with its long tail below, mean 0, variance 1."""
    mean, spread = np.exp(0.5), np.sqrt((np.e - 1) * np.e)
    return (mean - generator.lognormal(size=count)) / spread


def scale(noise: Noise, by: float) -> Noise:
    """The same noise, larger or smaller."""
    return lambda generator, count: by * noise(generator, count)


def collapsing(share: float, points: float) -> Noise:
    """Normal noise, but a share of seeds loses so many standard deviations; mean −share · points."""
    return lambda generator, count: generator.normal(size=count) - points * (generator.uniform(size=count) < share)


def gains_of(cells: Sequence[Levels], gains: Gains) -> np.ndarray:
    """What each cell gains: the sum of what its labels gain, and of what tuples of labels gain together.

    >>> gains_of([{"a": "a1", "b": "b1"}], {"a1": 2.0, ("a1", "b1"): -4.0}).tolist()
    [-2.0]
    """
    needed = {key: {key} if isinstance(key, str) else set(key) for key in gains}
    labels = {label for cell in cells for label in cell.values()}
    if unknown := set().union(*needed.values()) - labels:
        raise ValueError(f"no cell has {', '.join(sorted(unknown))}")
    return np.array([sum(gain for key, gain in gains.items() if needed[key] <= {*cell.values()}) for cell in cells])


def of_label(cells: Sequence[Levels], table: Mapping[str, float]) -> np.ndarray:
    """A number per cell: that of the label that it has, else 0."""
    return np.array([next((table[label] for label in cell.values() if label in table), 0.0) for cell in cells])


class Plain:
    """Scores = base + gain + what the seed does to all + noise; a trial may fail at random.

    noises: by label, of cells that have it; others have `noise`. failing: by label the share of trials that diverge.
    Every noise has mean 0, or its mean is in the gains. places: decimals that scores are rounded to.
    """

    def __init__(
        self,
        cells: Sequence[Levels],
        seeds: int,
        gains: Gains,
        *,
        noise: Noise = normal,
        noises: Mapping[str, Noise] | None = None,
        failing: Mapping[str, float] | None = None,
        shared: float = SHARED,
        own: float = OWN,
        places: int | None = None,
        scale: float = 0.01,
        base: float = BASE,
    ) -> None:
        """Everything in points; `scale` makes stored scores of them."""
        self.seeds, self.shared, self.own, self.places, self.scale = seeds, shared, own, places, scale
        self.trained = base + gains_of(cells, gains)
        special = noises or {}
        self.noises = [next((special[label] for label in cell.values() if label in special), noise) for cell in cells]
        self.failing = of_label(cells, failing or {})

    def __call__(self, generator: np.random.Generator) -> np.ndarray:
        """A study's scores."""
        own = np.stack([noise(generator, self.seeds) for noise in self.noises])
        moved = generator.normal(0, self.shared, self.seeds)
        scores = self.scale * (self.trained[:, None] + moved + self.own * own)
        if self.places is not None:
            scores = scores.round(self.places)
        return np.where(generator.uniform(size=scores.shape) < self.failing[:, None], np.nan, scores)

    def mean(self, constant: float, collapse: Mapping[int, float] | None = None) -> np.ndarray:
        """True means, failures at the constant's score. collapse: points that noise takes of a cell on average."""
        trained = self.trained - np.array([(collapse or {}).get(at, 0.0) for at in range(len(self.trained))])
        return (1 - self.failing) * self.scale * trained + self.failing * constant


class WorstDiverge:
    """As `Plain` with normal noise, but of cells with a label the worst share of trials diverges."""

    def __init__(self, cells: Sequence[Levels], seeds: int, label: str, share: float, gains: Gains) -> None:
        """share: of the trials of cells with the label, by their own noise."""
        self.seeds, self.share = seeds, share
        self.trained = BASE + gains_of(cells, gains)
        self.fails = np.array([label in cell.values() for cell in cells])

    def __call__(self, generator: np.random.Generator) -> np.ndarray:
        """A study's scores."""
        shape = len(self.trained), self.seeds
        own, moved = OWN * generator.normal(size=shape), generator.normal(0, SHARED, self.seeds)
        worst = own < OWN * stats.norm.ppf(self.share)
        return 0.01 * np.where(worst & self.fails[:, None], np.nan, self.trained[:, None] + moved + own)

    def mean(self, constant: float) -> np.ndarray:
        """True means: what is left of the noise above the cut has the mean own · φ(cut), the rest is the constant's."""
        kept = OWN * stats.norm.pdf(stats.norm.ppf(self.share))
        failing = 0.01 * ((1 - self.share) * self.trained + kept) + self.share * constant
        return np.where(self.fails, failing, 0.01 * self.trained)


class Resplit:
    """One data set for a study: each seed validates on a random part of the same examples.

    On an example a method is right with a probability of its own, so over other data methods differ by nothing but
    their gains, while on this data set they differ by what its examples happen to be.
    """

    POOL, VALIDATION = 1438, 359

    def __init__(self, cells: Sequence[Levels], seeds: int, gains: Gains) -> None:
        """gains: in points, over all data of the kind."""
        self.seeds, self.gains = seeds, gains_of(cells, gains)

    def __call__(self, generator: np.random.Generator) -> np.ndarray:
        """A study's scores."""
        skill = generator.normal(0, 1.2, self.POOL) + generator.normal(0, 0.6, (len(self.gains), self.POOL))
        right = 0.01 * self.gains[:, None] + stats.norm.cdf(skill + 2.0)
        parts = np.argsort(generator.uniform(size=(self.seeds, self.POOL)), axis=1)[:, : self.VALIDATION]
        return np.stack([right[:, part].mean(axis=1) for part in parts], axis=1)

    def mean(self) -> np.ndarray:
        """True means over all data of the kind."""
        return stats.norm.cdf(2.0 / np.sqrt(1 + 1.2**2 + 0.6**2)) + 0.01 * self.gains


class Counted:
    """Right answers of so many examples, counted: near the ceiling most scores are equal."""

    def __init__(self, cells: Sequence[Levels], seeds: int, share: float, gains: Gains, examples: int = 200) -> None:
        """share: of right answers of the baseline; gains in points."""
        self.seeds, self.examples = seeds, examples
        self.shares = share + 0.01 * gains_of(cells, gains)

    def __call__(self, generator: np.random.Generator) -> np.ndarray:
        """A study's scores."""
        return generator.binomial(self.examples, self.shares[:, None], (len(self.shares), self.seeds)) / self.examples

    def mean(self) -> np.ndarray:
        """True means."""
        return self.shares


class Errors:
    """An error, lower is better: base · gain · what the seed does · noise, all factors near 1, at any scale."""

    def __init__(self, cells: Sequence[Levels], seeds: int, scale: float, factors: Gains) -> None:
        """factors: by label how many per cent are added to the error."""
        self.seeds = seeds
        self.means = scale * (1 + 0.01 * gains_of(cells, factors))

    def __call__(self, generator: np.random.Generator) -> np.ndarray:
        """A study's scores."""
        noise = 1 + 0.03 * generator.normal(size=(len(self.means), self.seeds))
        return self.means[:, None] * noise * (1 + 0.05 * generator.normal(size=self.seeds))

    def mean(self) -> np.ndarray:
        """True means."""
        return self.means

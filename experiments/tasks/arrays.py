"""A task from a user's own arrays, data frames or lists."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from experiments.errors import RequestError, wrong
from experiments.study import catalog
from experiments.study.types import OwnPart, PlainTable
from experiments.tasks.sealed import sealed_part, split_sealed
from experiments.tasks.several import Output, in_one_row
from experiments.tasks.split import FIXED_SEED, size, sizes
from experiments.tasks.targets import finite, numbers, targets
from experiments.tasks.task import Data, Task
from experiments.tasks.weights import example_weights

FEWEST = 10
_OWN = ("validation", "test")


def from_arrays(
    x: OwnPart,
    y: OwnPart,
    *,
    head: str | Mapping[str, str] | None = None,
    metrics: OwnPart = (),
    validation: float = 0.2,
    test: float = 0.2,
    resample: bool = True,
    validation_data: tuple[object, object] | None = None,
    test_data: tuple[object, object] | None = None,
    class_weight: dict[int, float] | None = None,
    sample_weight: OwnPart = None,
) -> Task:
    """A task from arrays, data frames or lists, kept once and split by index lists.

    x: `[examples, …]`, finite numbers; uint8 stays uint8, everything else becomes float32. Scale 1.
    y: whole numbers or booleans, `[examples]` or `[examples, 1]`, are classes, from 0 and without gaps; floats,
    `[examples]` or `[examples, outputs]`, are targets of a regression. x and y are paired by position. Floats that are
    all whole, and rows of 0 and 1, may mean either: they need a head.
    head: "softmax" (the default for classes; takes one-hot rows as well), "sigmoid" (for labels 0 and 1: one output),
    "ordinal" (classes whose order counts), "multi_label" (rows of 0 and 1: labels of which an example may have
    several), "fractions" (numbers from 0 to 1) or "linear" (the default for floats; takes whole numbers as well).
    For a model with several outputs y is a dictionary of such arrays by output, and head, if it is needed, of heads.
    metrics: one, or several of which the first ranks, as
    `experiments.study.scorer.read_metrics` takes them; by default those of the head.
    validation, test: shares, each above 0, together below 1; every class in its share. The test part is the same for
    every seed (`sealed.sealed_part`), so no seed trains or validates on it.
    resample: whether the seed splits the other examples; otherwise each seed has the split of `split.FIXED_SEED`.
    validation_data, test_data: `(x, y)` of your own, the same for every seed. Only what is not given is split off
    from x and y, by its share; with both, all of x and y train.
    class_weight: class → weight, sample_weight: `[examples]`, of the training loss alone, as Keras' `fit` has them.

    Raises RequestError for arrays of different lengths, fewer than 10 examples, NaN or infinity, text, classes that
    do not start at 0 or leave one out, a head that does not fit y, and where without a head y could mean two things.

    >>> task = from_arrays(np.random.default_rng(0).random((50, 4)), np.arange(50) % 3)
    >>> task.head, task.input_shape, task.outputs, task.draw(0).x.dtype
    ('softmax', (4,), 3, dtype('float32'))
    """
    own = {name: given for name, given in zip(_OWN, (validation_data, test_data), strict=True) if given is not None}
    several: dict[str, Output] = {}
    if isinstance(y, Mapping):
        lengths, x, y, labels, several = _read_several(x, y, own, head)
        head, outputs, classes = catalog.SEVERAL, sum(output.outputs for output in several.values()), None
    else:
        if isinstance(head, Mapping):
            raise RequestError(wrong("head", head, "one head, for y is one array"))
        lengths, x, head, y = _read(x, y, own, head)
        outputs = _outputs(head, y)
        classes = catalog.HEADS[head].classes(outputs)
        labels = None if classes is None else y
    count = lengths[0]
    labels = None if labels is None else labels[:count]
    starts = np.cumsum(lengths)
    fixed = {name: np.arange(*starts[at : at + 2]) for at, name in enumerate(own)}
    weights = example_weights(y[:count], classes, class_weight, sample_weight)
    if weights is not None:
        weights = np.concatenate([weights, np.ones(len(y) - count, np.float32)])
    shares = {"validation": validation, "test": test}
    held = _held(count, shares, fixed)
    if "test" not in fixed:
        fixed["test"] = sealed_part(x[:count], y[:count], test, labels=labels)
    draw = Split(x, y, count, labels, held, resample, fixed, weights)
    ranked = tuple(metrics) if isinstance(metrics, (list, tuple)) else metrics if several else (metrics,)
    told = _describe_parts(own, shares, resample)
    return Task(head, x.shape[1:], outputs, draw, ranked, told, sealed=True, several=several)


def _read(x: OwnPart, y: OwnPart, own: PlainTable, head: str | None) -> tuple[list[int], np.ndarray, str, np.ndarray]:
    """The lengths of the parts that were given, all of x, the head, and all of y as a task with that head has it."""
    pairs = [_pair("x", "y", x, y), *(_own_pair(name, given) for name, given in own.items())]
    lengths = [len(pair[0]) for pair in pairs]
    if lengths[0] < FEWEST:
        raise RequestError(f"x: got {lengths[0]} examples, allowed are {FEWEST} or more")
    head, joined = targets(_join([pair[1] for pair in pairs], "y", own), head)
    if catalog.HEADS[head].target == "class":
        _check_seen(joined, lengths[0])
    return lengths, _join([pair[0] for pair in pairs], "x", own), head, joined


def _outputs(head: str, y: np.ndarray) -> int:
    known = catalog.HEADS[head]
    return int(y.max()) + 1 - known.extra if known.target == "class" else y.shape[-1]


def _read_several(
    x: OwnPart, y: Mapping[str, OwnPart], own: PlainTable, head: OwnPart
) -> tuple[list[int], np.ndarray, np.ndarray, np.ndarray | None, dict[str, Output]]:
    """As `_read` of y by output: lengths, x, all targets in one row, the first classes if any, and the outputs."""
    heads: OwnPart = {} if head is None else head
    if not isinstance(heads, Mapping) or {*heads} - {*y}:
        raise RequestError(wrong("head", head, f"a head for some of the outputs {', '.join(y)}, as a dictionary"))
    for name, given in own.items():
        pair = isinstance(given, (tuple, list)) and len(given) == 2
        if not pair or not isinstance(given[1], Mapping) or {*given[1]} != {*y}:
            raise RequestError(f"{name}_data: allowed is (x, y) with y a dictionary of {', '.join(y)}, as y is")
    if not y:
        raise RequestError(wrong("y", y, "a dictionary of one output or more"))
    of_outputs = {
        output: _read_output(
            output, x, y[output], {part: (pair[0], pair[1][output]) for part, pair in own.items()}, head
        )
        for output, head in ((output, heads.get(output)) for output in y)
    }
    several = {name: Output(found, _outputs(found, own_y)) for name, (_, _, found, own_y) in of_outputs.items()}
    classes = [own_y for _, _, found, own_y in of_outputs.values() if catalog.HEADS[found].target == "class"]
    lengths, joined, _, _ = next(iter(of_outputs.values()))
    row = in_one_row(own_y for _, _, _, own_y in of_outputs.values())
    return lengths, joined, row, classes[0] if classes else None, several


def _read_output(
    output: str, x: OwnPart, y: OwnPart, own: PlainTable, head: str | None
) -> tuple[list[int], np.ndarray, str, np.ndarray]:
    """What `_read` gives of one of several outputs, which its errors name."""
    try:
        return _read(x, y, own, head)
    except RequestError as error:
        raise RequestError(f"output {output}: {error}") from None


@dataclass(frozen=True)
class Split:
    """A seed → the data.

    count: examples that may be split. held: how many of them validate, where the seed draws that. fixed: the parts that
    are the same for every seed, the test part always.
    """

    x: np.ndarray
    y: np.ndarray
    count: int
    labels: np.ndarray | None
    held: int
    resample: bool
    fixed: dict[str, np.ndarray]
    weights: np.ndarray | None

    def __call__(self, seed: int) -> Data:
        seed = seed if self.resample else FIXED_SEED
        test = self.fixed["test"]
        sealed = test[test < self.count]
        if "validation" in self.fixed:
            train, validation = np.setdiff1d(np.arange(self.count), sealed), self.fixed["validation"]
        else:
            train, validation = split_sealed(sealed, self.count, seed, self.held, self.labels)
        return Data(self.x, self.y, train, validation, test, weights=self.weights)


def _held(count: int, shares: dict[str, float], own: PlainTable) -> int:
    """How many of the examples validate, where that part is not given. RequestError for shares that can't be."""
    missing = [name for name in _OWN if name not in own]
    if len(missing) == 2:
        return sizes(count, **shares)[1]
    return size(missing[0], count, shares[missing[0]]) if missing else 0


def _describe_parts(own: PlainTable, shares: dict[str, float], resample: bool) -> str:
    """Which parts were given and which were split off, in words; nothing where none was given."""
    if not own:
        return ""
    given = " and ".join(own)
    missing = [name for name in _OWN if name not in own]
    rest = "all other examples train."
    if missing:
        how = "drawn by each seed" if resample and missing == ["validation"] else "the same for every seed"
        rest = f"{100 * shares[missing[0]]:g} % of the other examples are the {missing[0]} set, {how}; the rest train."
    return f"The {given} examples were given, the same for every seed; {rest}"


def _own_pair(name: str, given: OwnPart) -> tuple[np.ndarray, np.ndarray]:
    """Validation or test data of the user's own."""
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        found = f"{len(given)} of them" if isinstance(given, (tuple, list)) else type(given).__name__
        raise RequestError(f"{name}_data: got {found}, allowed is (x, y)")
    pair = _pair(f"{name}_data x", f"{name}_data y", *given)
    if not len(pair[0]):
        raise RequestError(f"{name}_data: got no examples, allowed is one or more")
    return pair


def _pair(x_name: str, y_name: str, x: OwnPart, y: OwnPart) -> tuple[np.ndarray, np.ndarray]:
    """Examples and targets of one length, paired by position."""
    indices: list[OwnPart] = [getattr(array, "index", None) for array in (x, y)]
    of_pandas = all(hasattr(index, "equals") for index in indices)
    if of_pandas and not indices[0].equals(indices[1]) and sorted(indices[0]) == sorted(indices[1]):
        raise RequestError(
            f"{x_name} and {y_name}: have the same index in another order, but are paired by position; "
            "y.loc[x.index] puts them in one order"
        )
    x, y = _examples(x_name, x), numbers(y_name, y)
    if y.ndim == 0 or len(x) != len(y):
        count = len(y) if y.ndim else "no"
        raise RequestError(f"{x_name} and {y_name}: got {len(x)} and {count} examples, allowed are as many of each")
    return x, y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def _join(parts: list[np.ndarray], name: str, own: PlainTable) -> np.ndarray:
    """All parts after one another, those of the user's own at the end."""
    if len(parts) == 1:
        return parts[0]
    for part, of in zip(parts[1:], own, strict=True):
        if part.shape[1:] != parts[0].shape[1:]:
            raise RequestError(
                f"{of}_data {name}: got examples of the shape {list(part.shape[1:])}, "
                f"allowed is that of {name}, {list(parts[0].shape[1:])}"
            )
    return np.concatenate(parts)


def _check_seen(y: np.ndarray, count: int) -> None:
    """RequestError where the user's own validation or test data have a class that no other example has."""
    if unseen := sorted({*y[count:].tolist()} - {*y[:count].tolist()}):
        raise RequestError(f"validation_data and test_data: got the class {unseen[0]}, of which y has no example")


def _examples(name: str, x: OwnPart) -> np.ndarray:
    x = numbers(name, x)
    if x.ndim < 2:
        raise RequestError(
            f"{name}: got the shape {list(x.shape)}, allowed is [examples, …]; x.reshape(-1, 1) for one number each"
        )
    return x if x.dtype == np.uint8 else finite(name, x)

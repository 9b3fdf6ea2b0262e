"""Whether what a task draws can be trained on and judged: a task of the user's own may draw anything."""

import math

import numpy as np

from experiments.errors import RequestError
from experiments.study import catalog
from experiments.study.types import OwnPart
from experiments.tasks.arrays import Split
from experiments.tasks.digest import digest_of_test_set
from experiments.tasks.factors.changed import Changed
from experiments.tasks.several import places
from experiments.tasks.task import Data, Task

PARTS = ("train", "validation", "test")


def check_data(task: Task, data: OwnPart) -> None:
    """RequestError where an example is in two parts, an index is out of range, or targets don't fit the head.

    Training may hold an example more than once, as a bootstrap sample does; validation and test may not, for a score
    would count it twice.

    >>> part = np.arange(5)
    >>> data = Data(np.zeros((20, 1)), np.arange(20) % 2, part, part + 5, part + 10)
    >>> check_data(Task("softmax", (1,), 2, lambda seed: data), data)
    """
    if isinstance(task.draw, Split):
        return  # of `from_arrays`, which has checked all of it
    if not isinstance(data, Data):
        raise RequestError(f"task: draw gave a {type(data).__name__}, allowed is an experiments.tasks.Data")
    if len(data.x) != len(data.y):
        raise RequestError(f"task: x has {len(data.x)} examples and y {len(data.y)}, allowed are as many of each")
    shape = tuple(np.shape(data.x)[1:])
    if shape != tuple(task.input_shape):
        raise RequestError(f"task: examples have the shape {list(shape)}, its input_shape is {list(task.input_shape)}")
    parts = {name: _part(name, getattr(data, name), len(data.x)) for name in PARTS}
    for own, other in (("train", "validation"), ("train", "test"), ("validation", "test")):
        shared = np.intersect1d(parts[own], parts[other])
        if len(shared):
            raise RequestError(
                f"task: {len(shared)} of {len(parts[other])} {other} examples are {own} examples as well, "
                f"such as number {shared[0]}; allowed are parts that share none"
            )
    used = np.unique(np.concatenate(list(parts.values())))
    _check_targets(task, data.y[used] if len(used) < len(data.y) else data.y)
    if np.asarray(data.x).dtype.kind == "f":
        _check_finite("x", data.x[used] if len(used) < len(data.x) else data.x)
    if data.weights is not None and np.shape(data.weights) != (len(data.y),):
        raise RequestError(f"task: weights have the shape {list(np.shape(data.weights))}, allowed is [{len(data.y)}]")
    if data.truth is not None:
        _check_truth(task, np.asarray(data.truth), len(data.y))
    _check_known(task)


def draws_any_seed(name: str, task: Task) -> bool:
    """Whether a task draws data for any seed, as the catalog's and arrays do; a user's own may only know some seeds."""
    draw = task.draw.draw if isinstance(task.draw, Changed) else task.draw
    return name in catalog.TASKS or isinstance(draw, Split)


def check_sealed(task: Task, data: Data, test_set: str | None) -> str | None:
    """RequestError where a task that calls its test part sealed tests a seed on other examples than another seed.

    test_set: the digest of what an earlier seed was tested on, None for the first. Returns that of this seed, None
    where nothing is sealed.
    """
    if not task.sealed or isinstance(task.draw, Split):
        return None
    test_digest = digest_of_test_set(data)
    if test_set not in (None, test_digest):
        raise RequestError(
            "task: calls its test part sealed, but two seeds have different test examples; allowed is the same part "
            "for every seed, or sealed=False"
        )
    return test_digest


def _part(name: str, index: OwnPart, count: int) -> np.ndarray:
    index = np.asarray(index)
    if index.ndim != 1 or index.dtype.kind not in "iu" or not len(index):
        raise RequestError(f"task: {name} is no list of indices, allowed are whole numbers from 0 to {count - 1}")
    if index.min() < 0 or index.max() >= count:
        wrong = index.min() if index.min() < 0 else index.max()
        raise RequestError(f"task: {name} has the index {wrong}, allowed are 0 to {count - 1}")
    if name != "train" and len(np.unique(index)) < len(index):
        raise RequestError(f"task: {name} has an example more than once, which would count in scores as often")
    return index


def _check_targets(task: Task, y: np.ndarray) -> None:
    if y.dtype.kind not in "buif":
        raise RequestError(f"task: y has {y.dtype} values, allowed are numbers")
    if not task.several:
        _check_of_head("y", task.head, task.outputs, y)
        return
    outputs = places(task.several)
    shape, width = (len(y), outputs[-1].targets[1]), outputs[-1].scores[1]
    if y.shape != shape or task.outputs != width:
        raise RequestError(
            f"task: y has the shape {list(y.shape)} and there are {task.outputs} outputs in all, its several outputs "
            f"want the shape {list(shape)} and {width}"
        )
    for place in outputs:
        _check_of_head(f"y of {place.name}", place.head, place.outputs, place.targets_in(y))


def _check_of_head(name: str, head: str, outputs: int, y: np.ndarray) -> None:
    known = catalog.HEADS[head]
    if known.target == "any":
        return
    classes = known.classes(outputs)
    if classes is None:
        if y.shape[1:] != (outputs,):
            raise RequestError(
                f"task: {name} has the shape {list(y.shape)}, its {head} head wants [examples, {outputs}]"
            )
        _check_finite(name, y)
        if known.target != "values" and (y.min() < 0 or y.max() > 1 or (known.target == "labels" and (y % 1).any())):
            allowed = "0 and 1" if known.target == "labels" else "numbers from 0 to 1"
            raise RequestError(
                f"task: {name} has values from {y.min():g} to {y.max():g}, its {head} head wants {allowed}"
            )
        return
    if y.ndim != 1:
        raise RequestError(
            f"task: {name} has the shape {list(y.shape)}, its {head} head wants [examples], classes from 0"
        )
    whole = y.dtype.kind in "biu" or (np.isfinite(y) & (y == np.round(y))).all()
    if not whole or y.min() < 0 or y.max() >= classes:
        got = f"labels from {y.min()} to {y.max()}" if whole else "labels that are not whole"
        raise RequestError(
            f"task: {name} has {got}, its {head} head with {outputs} outputs wants whole numbers "
            f"from 0 to {classes - 1}"
        )


def _check_truth(task: Task, truth: np.ndarray, count: int) -> None:
    """RequestError where what a perfect model would give is nothing that a model of this head can give."""
    known = catalog.HEADS[task.head]
    classes = known.classes(task.outputs)
    shape = (count,) if task.head == "sigmoid" else (count, classes or task.outputs)
    if truth.shape != shape or truth.dtype.kind != "f":
        raise RequestError(
            f"task: truth has the shape {list(truth.shape)} and {truth.dtype} values, "
            f"its {task.head} head wants floats of the shape {list(shape)}"
        )
    _check_finite("truth", truth)
    if known.target == "values":
        return
    sums = truth.sum(axis=1) if classes and truth.ndim == 2 else np.ones(1)
    if truth.min() < 0 or truth.max() > 1 or not np.allclose(sums, 1, atol=1e-5):
        raise RequestError(
            "task: truth has no probabilities, allowed are numbers from 0 to 1, which for several classes sum to 1"
        )


def _check_known(task: Task) -> None:
    """RequestError where modes or support don't fit the examples."""
    features = math.prod(task.input_shape)
    if task.modes is not None:
        centres = np.asarray(task.modes.centres)
        if centres.ndim != 2 or not len(centres) or centres.shape[1] != features:
            raise RequestError(
                f"task: modes have centres of the shape {list(centres.shape)}, allowed is [modes, {features}]"
            )
        if not (np.isfinite(centres).all() and math.isfinite(task.modes.spread) and task.modes.spread > 0):
            raise RequestError("task: modes have a spread of 0 or less, NaN or infinity, allowed are finite numbers")
    if task.support is not None:
        known = [feature for feature in task.support if isinstance(feature, int) and 0 <= feature < features]
        if not task.support or len(known) < len(task.support) or len({*known}) < len(known):
            raise RequestError(
                f"task: support is {list(task.support)}, allowed are different features from 0 to {features - 1}"
            )


def _check_finite(name: str, values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        raise RequestError(f"task: {name} has NaN or infinite values, allowed are finite numbers")


def describe_classes(task: Task, data: Data) -> list[str]:
    """What a reader should know of the classes: those that validation or test have no example of.

    >>> part = np.arange(5)
    >>> data = Data(np.zeros((15, 1)), np.array([0, 1, 2] + [0, 1] * 6), part, part + 5, part + 10)
    >>> describe_classes(Task("softmax", (1,), 3, lambda seed: data), data)
    ['data: validation and test have no example of class 2, which has 1 in all']
    """
    classes = catalog.HEADS[task.head].classes(task.outputs)
    if classes is None:
        return []
    counts = {name: np.bincount(data.y[getattr(data, name)].astype(int), minlength=classes) for name in PARTS}
    total = np.sum(list(counts.values()), axis=0)
    lacking = [name for name in PARTS if (counts[name] == 0).any()]
    if not lacking:
        return []
    absent = np.flatnonzero(np.any([counts[name] == 0 for name in lacking], axis=0))
    named = ", ".join(map(str, absent[:5])) + (", …" if len(absent) > 5 else "")
    most = int(total[absent].max())
    told = (
        f"class {named}, which has {most} in all"
        if len(absent) == 1
        else f"classes {named}, which have {most} or fewer"
    )
    hint = '; for numbers to predict give head="linear"' if len(absent) > 1 else ""
    return [f"data: {' and '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no example of {told}{hint}"]

"""Small tables of measurements that come with scikit-learn: a regression, two classes, three classes."""

from functools import cache, partial

import numpy as np

from experiments.tasks.prepared import Prepared
from experiments.tasks.sealed import sealed_part, split_sealed
from experiments.tasks.split import FIXED_SEED, sizes
from experiments.tasks.standardized import standardize
from experiments.tasks.task import Data, Task

SHARE = 0.2  # of validation, and of test
MIDDLE, UNIT = 150.0, 75.0  # of the progress of diabetes, close to the mean and the deviation of all 442


def diabetes(*, resample: bool = True) -> Task:
    """How far diabetes of 442 patients had gone a year later: x `[442, 10]` float32; y `[442, 1]` float32, −1.7 to 2.6.

    x: age, sex, body mass index, blood pressure and six measurements of blood, each standardized by its training part
    (`standardized.standardize`). y: (progress − 150) / 75, the progress from 25 to 346.

    88 patients test, the same for every seed (`sealed.sealed_part`). resample: whether the seed splits the others (266
    train, 88 validate); otherwise each seed has the split of `split.FIXED_SEED`.

    Source: Efron, Hastie, Johnstone and Tibshirani 2004, "Least angle regression", as `sklearn.datasets.load_diabetes`
    has it.

    >>> data = diabetes().draw(0)
    >>> data.x.shape, data.y.shape, [len(part) for part in (data.train, data.validation, data.test)]
    ((442, 10), (442, 1), [266, 88, 88])
    """
    return _task("diabetes", "linear", 10, 1, resample)


def breast_cancer(*, resample: bool = True) -> Task:
    """Whether a tumour is benign: x `[569, 30]` float32; y `[569]`, 0 malignant (212), 1 benign (357).

    x: ten measurements of cell nuclei in an image, of each mean, standard error and the largest, standardized by the
    training part (`standardized.standardize`).

    114 tumours test, the same for every seed (`sealed.sealed_part`). resample: whether the seed splits the others (341
    train, 114 validate, both classes in their share); otherwise each seed has the split of `split.FIXED_SEED`.

    Source: Street, Wolberg and Mangasarian 1993, "Nuclear feature extraction for breast tumor diagnosis", as
    `sklearn.datasets.load_breast_cancer` has it.

    >>> data = breast_cancer().draw(0)
    >>> data.x.shape, np.bincount(data.y).tolist(), [len(part) for part in (data.train, data.validation, data.test)]
    ((569, 30), [212, 357], [341, 114, 114])
    """
    return _task("breast_cancer", "sigmoid", 30, 1, resample)


def wine(*, resample: bool = True) -> Task:
    """Which of three growers a wine is from: x `[178, 13]` float32; y `[178]`, 0 (59), 1 (71) or 2 (48).

    x: thirteen chemical measurements, standardized by the training part (`standardized.standardize`).

    36 wines test, the same for every seed (`sealed.sealed_part`). resample: whether the seed splits the others (106
    train, 36 validate, each grower in its share); otherwise each seed has the split of `split.FIXED_SEED`.

    Source: Aeberhard and Forina 1992, "Wine", UCI machine learning repository, as `sklearn.datasets.load_wine` has it.

    >>> data = wine().draw(0)
    >>> data.x.shape, np.bincount(data.y).tolist(), [len(part) for part in (data.train, data.validation, data.test)]
    ((178, 13), [59, 71, 48], [106, 36, 36])
    """
    return _task("wine", "softmax", 13, 3, resample)


def _task(name: str, head: str, features: int, outputs: int, resample: bool) -> Task:
    draw = Prepared(partial(_draw, name, resample), standardize)
    return Task(head, (features,), outputs, draw, sealed=True)


def _draw(name: str, resample: bool, seed: int) -> Data:
    x, y, test = _examples(name)
    held = sizes(len(y), SHARE, SHARE)[1]
    train, validation = split_sealed(test, len(y), seed if resample else FIXED_SEED, held, _labels(y))
    return Data(x, y, train, validation, test)


@cache
def _examples(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measurements as they are, targets, and which examples test."""
    from sklearn import datasets

    if name == "diabetes":
        x, values = datasets.load_diabetes(return_X_y=True, scaled=False)
        y = ((np.asarray(values) - MIDDLE) / UNIT).astype(np.float32)[:, None]
    else:
        x, classes = getattr(datasets, f"load_{name}")(return_X_y=True)
        y = np.asarray(classes).astype(np.int64)
    x = np.asarray(x, float)
    x.flags.writeable = y.flags.writeable = False  # all trials of a process share them
    return x, y, sealed_part(x, y, SHARE, labels=_labels(y))


def _labels(y: np.ndarray) -> np.ndarray | None:
    return y if y.ndim == 1 else None

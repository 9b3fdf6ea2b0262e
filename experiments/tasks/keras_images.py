"""MNIST and Fashion-MNIST, from the files that Keras caches."""

import gzip
import io
from functools import cache, partial
from pathlib import Path

import numpy as np

from experiments.errors import RequestError
from experiments.study.seeds import stream
from experiments.tasks import keras_cache
from experiments.tasks.split import FIXED_SEED
from experiments.tasks.task import Data, Task

OFFICIAL_TRAINING = 60000


def mnist(*, train_size: int | None = None, validation_size: int = 10000, resample: bool = False) -> Task:
    """70 000 handwritten digits: x `[70000, 28, 28]` uint8, scale 1/255; y `[70000]`, 0–9.

    train_size: how many of the 60 000 official training images train; by default all that validation leaves.
    validation_size: how many of them validate. The two together are at most 60 000. The official test set of
    10 000 always tests.
    resample: whether the seed draws the two parts; otherwise each seed has those of `split.FIXED_SEED`.
    Either way a larger train_size keeps the images of a smaller one, and never changes the validation part.

    Raises RequestError where the sizes do not fit. `draw` raises TaskUnavailable where the data set is
    neither cached nor can be fetched, or where a cached file is not the published one.

    Source: LeCun, Cortes and Burges 1998, "The MNIST database of handwritten digits" (CC BY-SA 3.0).

    >>> mnist().input_shape, mnist().outputs, mnist().head
    ((28, 28), 10, 'softmax')
    """
    return _task("mnist", train_size, validation_size, resample)


def fashion_mnist(*, train_size: int | None = None, validation_size: int = 10000, resample: bool = False) -> Task:
    """70 000 images of clothing, 10 kinds: x `[70000, 28, 28]` uint8, scale 1/255; y `[70000]`, 0–9.

    Parameters, split and errors are those of `mnist`.

    Source: Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine
    learning algorithms" (MIT).

    >>> fashion_mnist(train_size=1000).input_shape
    (28, 28)
    """
    return _task("fashion_mnist", train_size, validation_size, resample)


def _task(name: str, train_size: int | None, validation_size: int, resample: bool) -> Task:
    most = OFFICIAL_TRAINING - 1 if train_size is None else OFFICIAL_TRAINING - train_size
    if not 1 <= validation_size <= most or (train_size is not None and train_size < 1):
        raise RequestError(
            f"train_size and validation_size: got {train_size or 'the rest'} and {validation_size}, "
            f"allowed are {OFFICIAL_TRAINING} together, at least 1 each"
        )
    return Task("softmax", (28, 28), 10, partial(_draw, name, train_size, validation_size, resample), sealed=True)


def _draw(name: str, train_size: int | None, validation_size: int, resample: bool, seed: int) -> Data:
    x, y, official = _examples(name, keras_cache.folder())
    chosen = seed if resample else FIXED_SEED
    order = np.random.default_rng(stream(chosen, name, "split")).permutation(official)
    rest, validation = np.split(order, [official - validation_size])
    return Data(x, y, rest[:train_size], validation, np.arange(official, len(y)), scale=1 / 255)


@cache
def _examples(name: str, folder: Path) -> tuple[np.ndarray, np.ndarray, int]:
    """All images, all labels, how many of them are the official training set; `folder` is part of the key."""
    contents = keras_cache.read(name)
    parts = _from_npz(*contents.values()) if name == "mnist" else _from_idx(*contents.values())
    train_x, train_y, test_x, test_y = parts
    x, y = np.concatenate([train_x, test_x]), np.concatenate([train_y, test_y]).astype(np.int64)
    x.flags.writeable = y.flags.writeable = False  # all trials of a process share them
    return x, y, len(train_y)


def _from_npz(content: bytes) -> list[np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return [arrays[key] for key in ("x_train", "y_train", "x_test", "y_test")]


def _from_idx(*contents: bytes) -> list[np.ndarray]:
    """Images, labels, images, labels: a header of 16 or 8 bytes, then one byte per pixel or label."""
    raw = [gzip.decompress(content) for content in contents]
    return [
        np.frombuffer(content, np.uint8, offset=8 if i % 2 else 16).reshape((-1,) if i % 2 else (-1, 28, 28))
        for i, content in enumerate(raw)
    ]

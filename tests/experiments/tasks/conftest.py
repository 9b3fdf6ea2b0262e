"""Small stand-ins for the files that Keras caches, with digests of their own."""

import gzip
import hashlib
import io

import numpy as np
import pytest

from experiments.tasks import keras_cache

TRAINING, TEST = 50, 20


def _images(count, seed):
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (count, 28, 28), dtype=np.uint8), np.arange(count, dtype=np.uint8) % 10


def _npz():
    buffer = io.BytesIO()
    (train_x, train_y), (test_x, test_y) = _images(TRAINING, 0), _images(TEST, 1)
    np.savez(buffer, x_train=train_x, y_train=train_y, x_test=test_x, y_test=test_y)
    return buffer.getvalue()


def _idx(file):
    x, y = _images(TRAINING, 0) if "train" in file else _images(TEST, 1)
    return gzip.compress(bytes(16) + x.tobytes() if "images" in file else bytes(8) + y.tobytes(), mtime=0)


CONTENTS = {
    name: {file: _npz() if name == "mnist" else _idx(file) for file in files}
    for name, files in keras_cache.FILES.items()
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty KERAS_HOME."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


@pytest.fixture
def small(monkeypatch):
    """Contents by data set and file; their digests count as the published ones."""
    digests = {
        name: {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
        for name, files in CONTENTS.items()
    }
    monkeypatch.setattr(keras_cache, "FILES", digests)
    return CONTENTS


@pytest.fixture
def fill(home, small):
    """A function that caches the small files of a data set; gives their paths."""

    def write(name):
        paths = [home / "datasets" / file for file in small[name]]
        for path, content in zip(paths, small[name].values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return paths

    return write

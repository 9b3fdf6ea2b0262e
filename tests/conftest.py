"""Set before Keras and TensorFlow are imported by any test: quiet, single-threaded, one float type."""

import gc
import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")


@pytest.fixture(scope="module", autouse=True)
def _little_to_look_through() -> Iterator[None]:
    """Set aside what earlier modules left: Keras and keras-tuner collect garbage often, among all there is."""
    gc.collect()
    gc.freeze()
    yield

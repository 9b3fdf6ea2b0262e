"""Set before Keras and TensorFlow are imported by any test: quiet, single-threaded, one float type."""

import gc
import os
import sys
from collections.abc import Iterator

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

# Each program is compiled for a few runs of little data: compiling must be quick, not the code. `EQUALITY=all` is the
# thorough run, with programs as users have them.
QUICK = " ".join(
    [
        "--xla_backend_optimization_level=0",
        "--xla_llvm_disable_expensive_passes=true",
        "--xla_cpu_use_fusion_emitters=false",
        "--xla_cpu_parallel_codegen_split_count=1",
    ]
)
ALL = os.environ.get("EQUALITY") == "all"
if not ALL:
    os.environ.setdefault("XLA_FLAGS", QUICK)


@pytest.fixture(scope="module", autouse=True)
def _little_to_look_through() -> Iterator[None]:
    """Set aside what earlier modules left: Keras and keras-tuner collect garbage often, among all there is."""
    gc.collect()
    gc.freeze()
    yield


@pytest.fixture
def float64() -> Iterator[None]:
    """Keras computes in float64 meanwhile."""
    import keras

    for change in (keras.config.set_floatx, keras.config.set_dtype_policy):
        change("float64")
    yield
    for change in (keras.config.set_floatx, keras.config.set_dtype_policy):
        change("float32")


gc.disable()  # a quarter of the time that imports take; `pytest_collection_finish` ends it


def pytest_collection_finish() -> None:
    """By now Keras is imported, where tests need it."""
    gc.freeze()
    gc.enable()
    if "keras" in sys.modules and not ALL:
        import keras

        if keras.backend.backend() == "tensorflow":
            from tests.tracing import trace_steps_once

            trace_steps_once()


SHARING = {"report", "results", "browser"}  # folders of tests that look at one and the same results
SHARED = ("carried_out", "projects")  # fixtures of several files that take a while


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The half on JAX starts first and is asked last; trainers come early, for a process grows slow with its models.

    Tests of a file run in one process; and so do all that look at the results which tests of pages share, for what
    the analysis finds in them is kept there, and those of a fixture that takes a while.
    """
    items.sort(key=_turn)
    for item in items:
        shared = next((name for name in SHARED if name in item.fixturenames), item.location[0])
        item.add_marker(pytest.mark.xdist_group("report" if SHARING & set(item.path.parts) else shared))


def _turn(item: pytest.Item) -> int:
    if item.path.name == "test_jax.py":
        return 0 if item.name == "test_it_starts" else 3
    return 1 if {"train", "tune", *SHARING} & set(item.path.parts) else 2

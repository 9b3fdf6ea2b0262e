"""The whole of it again on JAX, in one process of its own; and a file of each backend read by the other."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from tests.conformance.exchange import check, write
from tests.custom.support import KERAS_COPIES

pytestmark = [
    KERAS_COPIES,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="this is the run on the other backend"),
    pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning"),
]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def other(tmp_path_factory):
    """The run on JAX, started: its folder of exchange and its process."""
    folder = tmp_path_factory.mktemp("exchange")
    write(folder, "tensorflow")
    environment = {**os.environ, "KERAS_BACKEND": "jax", "CUSTOM_EXCHANGE": str(folder)}
    command = [sys.executable, "-m", "pytest", "tests/custom", "tests/conformance", "--tb=short"]
    with (
        open(folder / "log.txt", "w") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        yield folder, process
        process.kill()


def test_it_starts(other):
    """First of all tests, so that the two halves share the time; the rest of this file comes last."""
    assert other[1].pid


# the wait for the other half takes longer than one test may
@pytest.mark.timeout(900)
def test_the_suite_passes_on_jax(other):
    folder, process = other
    assert process.wait() == 0, (folder / "log.txt").read_text()[-10_000:]


def test_a_file_from_jax(other):
    folder, process = other
    assert process.wait() == 0
    check(folder, "jax")

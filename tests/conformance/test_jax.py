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
    pytest.mark.skipif("CONFORMANCE_JAX" not in os.environ, reason="takes minutes; CONFORMANCE_JAX=1 runs it"),
    pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning"),
]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange")
    write(folder, "tensorflow")
    environment = {**os.environ, "KERAS_BACKEND": "jax", "CUSTOM_EXCHANGE": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/custom",
        "tests/conformance",
        "-q",
        "--tb=short",
        "-p",
        "no:cacheprovider",
    ]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return folder, result


# the other backend's half of the suite takes longer than one test may
@pytest.mark.timeout(900)
def test_the_suite_passes_on_jax(run):
    _, result = run
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]


@pytest.mark.timeout(900)
def test_a_file_from_jax(run):
    folder, _ = run
    check(folder, "jax")

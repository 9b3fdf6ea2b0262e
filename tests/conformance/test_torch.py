"""On PyTorch, where it is installed: every part and every model trains, in a process of its own."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed"),
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="this is the run on another backend"),
]


# without jit, for which PyTorch needs a compiler of C++
def test_every_part_trains_on_torch():
    chosen = "dataset_is_as_good or (models_train and not jit)"
    # PyTorch calls deprecated what it does itself when it is imported
    warnings = ["-W", "ignore::DeprecationWarning"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/conformance/test_places.py",
        "--tb=short",
        "-k",
        chosen,
        *warnings,
    ]
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, check=False, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:]

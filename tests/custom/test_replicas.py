"""Models under `tf.distribute.MirroredStrategy`: the step on two devices is the step on one."""

import json
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from custom.replicas import place_in_batch, replicas

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="tf.distribute is TensorFlow's")


def test_on_one_device():
    assert replicas() == 1 and place_in_batch(8) == (8, 0)


def test_two_devices_take_the_step_of_one():
    command = [sys.executable, "-W", "ignore", "-m", "tests.custom.on_two_devices"]
    done = subprocess.run(command, check=False, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert "PerceptronClassifier: got 2 devices, expected 1" in found.pop("perceptron")
    assert found.pop("autoencoder, kl") < 1e-6 and found.pop("last batch of one") < 1e-6
    assert len(found) == 4
    for name, facts in found.items():
        assert facts["moved"] > 1e-3 and facts["apart"] < 1e-6 and facts["logs apart"] < 1e-5, name

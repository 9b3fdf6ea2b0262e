"""Convolutions of several trials in one program of XLA, as other devices than processors have them."""

import keras
import numpy as np

from experiments.api import Study
from experiments.train.fused import program, speed
from tests.custom.support import KERAS_COPIES
from tests.experiments.train.fused.stacks import TASK, trained

pytestmark = KERAS_COPIES


def convolved(input_shape, outputs, *, seed):
    layers, start = keras.layers, keras.initializers.GlorotUniform
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Reshape((4, 1)),
        layers.Conv1D(3, 2, activation="tanh", kernel_initializer=start(seed)),
        layers.Conv1D(2, 2, strides=2, kernel_initializer=start(seed + 100)),
        layers.Flatten(),
        layers.Dense(outputs, kernel_initializer=start(seed + 200)),
    ])  # fmt: skip


def test_in_xla_or_not_they_come_to_the_same(monkeypatch, float64):
    options = {"epochs": 2, "batch_size": 7, "seeds": 2, "factors": {"learning_rate": [0.125, 0.25]}}
    study = Study(build=convolved, data=TASK, **options).declared
    compiled = []
    own = program.backend.compile_function
    monkeypatch.setattr(
        program.backend, "compile_function", lambda of, xla=True: (compiled.append(xla), own(of, xla))[1]
    )
    found = {}
    for device in ("cpu", "gpu"):
        monkeypatch.setattr(speed, "device", lambda device=device: device)
        monkeypatch.setattr(program, "_programs", {})
        found[device] = trained(study)
    assert [*dict.fromkeys(compiled)] == [False, True]
    for pair, (outcome, weights) in found["cpu"].items():
        assert outcome.row["status"] == "ok"
        for ours, theirs in zip(found["gpu"][pair][1], weights, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)

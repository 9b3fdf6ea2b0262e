"""A chief that keeps the oracle and workers that train, in processes of their own, as keras-tuner's guide has it."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import keras_tuner
import numpy as np

import experiments
from experiments.tune.fused_tuner import FusedTuner
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
TRIALS, LIMIT = 5, 480
SEARCH = f"""
import os, sys, time
from pathlib import Path

import keras, keras_tuner
import numpy as np
from keras_tuner.src.distribute import oracle_chief

from experiments.tune.fused_tuner import FusedTuner


class Briefly:
    sleep = staticmethod(lambda seconds: time.sleep(min(seconds, 1)))


class Telling(FusedTuner):
    def on_trial_begin(self, trial):
        super().on_trial_begin(trial)
        print("trains", trial.trial_id)


def build(hp):
    model = keras.Sequential([keras.layers.Dense(hp.Int("units", 2, 8), "tanh"), keras.layers.Dense(1)])
    rate = hp.Float("rate", 1e-3, 1e-1, sampling="log")
    model.compile(keras.optimizers.SGD(rate), "mse", run_eagerly=True)  # a few steps are sooner taken than compiled
    return model


oracle_chief.time = Briefly  # the chief looks every 20 seconds whether all have gone
folder, name = Path(sys.argv[1]), "chief"
others = []
for one in ("tuner0", "tuner1"):  # nothing has been computed yet: what was imported serves all three
    if not (process := os.fork()):
        others, name = [], one
        break
    others.append(process)
sys.stdout = open(folder / f"{{name}}.txt", "w")
os.environ["KERASTUNER_TUNER_ID"] = name
oracle = keras_tuner.oracles.RandomSearchOracle(objective="val_loss", max_trials={TRIALS}, seed=1)
tuner = Telling(oracle, build, directory=folder, project_name="shared")
# a chief goes when all that it knows have gone, and one that comes later would wait for it
(folder / name).touch()
while name != "chief" and not all((folder / one).exists() for one in ("tuner0", "tuner1")):
    time.sleep(0.05)
x = np.linspace(-1, 1, 40, dtype="float32").reshape(20, 2)
tuner.search(x, x[:, :1], validation_split=0.25, epochs=2, verbose=0)
sys.stdout.close()
if name != "chief":
    os._exit(0)
assert [os.waitpid(one, 0)[1] for one in others] == [0, 0]
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_workers_share_the_trials_of_a_chief(tmp_path, monkeypatch):
    script = tmp_path / "search.py"
    script.write_text(SEARCH)
    shared = os.environ | {
        "KERASTUNER_ORACLE_IP": "127.0.0.1",
        "KERASTUNER_ORACLE_PORT": str(free_port()),
        "PYTHONPATH": str(Path(experiments.__file__).parents[1]),
    }
    command = [sys.executable, script, tmp_path]
    done = subprocess.run(
        command, check=False, env=shared, cwd=tmp_path, stderr=subprocess.PIPE, text=True, timeout=LIMIT
    )
    said = [(tmp_path / f"{name}.txt").read_text() for name in ("chief", "tuner0", "tuner1")]
    assert done.returncode == 0, (said, done.stderr)
    assert all("by keras-tuner: it is one of many workers" in out for out in said)

    kept = [json.loads(place.read_text()) for place in tmp_path.glob("shared/trial_*/trial.json")]
    assert [trial["status"] for trial in kept] == ["COMPLETED"] * TRIALS
    assert np.isfinite([trial["score"] for trial in kept]).all()
    trained = [line.split()[1] for out in said for line in out.splitlines() if line.startswith("trains ")]
    assert sorted(trained) == sorted(trial["trial_id"] for trial in kept)  # each once

    monkeypatch.setenv("KERASTUNER_TUNER_ID", "chief")  # whose project it is
    oracle = keras_tuner.oracles.RandomSearchOracle(objective="val_loss", max_trials=TRIALS, seed=1)
    reloaded = FusedTuner(oracle, lambda hp: None, directory=tmp_path, project_name="shared")
    assert reloaded.remaining_trials == 0
    assert reloaded.oracle.get_best_trials()[0].score == min(trial["score"] for trial in kept)

"""The README's Python runs, in the order in which it stands there, and its study file is a valid one."""

import re
from pathlib import Path

import keras
import numpy as np

from experiments.study.study_file import load

TEXT = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.S)


def test_python_blocks_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    x = generator.normal(size=(30, 3)).astype("float32")

    def my_build(activation):
        layers = [keras.layers.Dense(2, activation=activation), keras.layers.Dense(2, activation="softmax")]
        return keras.Sequential([keras.Input((3,)), *layers])

    def build(hp):
        layers = [keras.layers.Dense(2, hp.Choice("activation", ["relu", "tanh"])), keras.layers.Dense(2, "softmax")]
        model = keras.Sequential([keras.Input((3,)), *layers])
        rate = hp.Float("rate", 1e-3, 1e-1, sampling="log")
        model.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    # what a reader brings along; ten seeds of twenty epochs and a hundred trials are the reader's to wait for
    names = {"keras": keras, "x": x, "y": (x[:, 0] > 0).astype(int), "my_build": my_build, "build": build}
    names |= {"x_val": names["x"], "y_val": names["y"]}
    for block in blocks("python"):
        exec(block.replace("seeds=10", "seeds=1, epochs=1").replace("max_trials=100", "max_trials=3"), names)
    assert set(names["tuner"].get_best_hyperparameters()[0].values) == {"activation", "rate"}
    assert list(names["results"].frame["status"]) == ["ok", "ok"]
    assert names["net"]((3,), 2, "tanh", None).output_shape == (None, 2)
    assert np.isfinite(names["model"].evaluate(x, names["y"], verbose=0))


def test_the_study_files_are_valid(tmp_path):
    block, asked, drawn = blocks("toml")
    (tmp_path / "my-study.toml").write_text(block, encoding="utf-8")
    study = load(tmp_path / "my-study.toml")
    assert len(study.cells) == 12
    assert len(study.trials) == 120
    kept = [line for line in block.splitlines() if not line.startswith(("question", "smallest_effect"))]
    (tmp_path / "asked.toml").write_text("\n".join([*kept, asked]), encoding="utf-8")
    assert [trial.id for trial in load(tmp_path / "asked.toml").trials] == [trial.id for trial in study.trials]
    (tmp_path / "drawn.toml").write_text(drawn, encoding="utf-8")
    drawn_study = load(tmp_path / "drawn.toml")
    assert len(drawn_study.cells) == 100
    assert "regularizer.l2.l2" in drawn_study.settings

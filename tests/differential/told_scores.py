"""The scores that are told of a drawn model, beside those that Keras measures on the saved model and the same data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import keras_tuner
import numpy as np
import pandas as pd

from experiments import Study
from experiments.errors import RequestError
from experiments.tune.fused_tuner import FusedTuner
from tests.differential.drawn_models import Drawn
from tests.experiments.eager import eager_steps

ROUTES = ("serial", "fused", "FusedTuner")
TRAINED = 40  # of the examples, by a tuner
LOSS = {"softmax": "sparse_categorical_crossentropy", "sigmoid": "binary_crossentropy", "linear": "mse"}


@dataclass(frozen=True)
class Told:
    """told, measured: the same scores by name. refused: why nothing was trained, else empty. engine: who trained."""

    told: dict[str, float]
    measured: dict[str, float]
    refused: str = ""
    engine: str = ""

    @property
    def error(self) -> float:
        """The largest difference, relative where scores are above 1; infinite where one is missing or not finite."""
        if self.told.keys() != self.measured.keys() or not self.told:
            return float("inf")
        errors = [abs(self.told[name] - own) / max(1.0, abs(own)) for name, own in self.measured.items()]
        return max(errors) if np.isfinite(errors).all() else float("inf")


def told_scores(drawn: Drawn, route: str, folder: Path) -> Told:
    """Train a drawn model in a study by either engine, or in a search by `FusedTuner`."""
    try:
        return _by_tuner(drawn, folder) if route == "FusedTuner" else _by_study(drawn, route, folder)
    except RequestError as error:
        return Told({}, {}, refused=str(error))


def _by_study(drawn: Drawn, engine: str, folder: Path) -> Told:
    own = drawn.study_metric()
    ours = ["mean_absolute_error", "mean_squared_error"] if drawn.head == "linear" else ["accuracy", "cross_entropy"]
    study = Study(
        name=f"drawn-{drawn.seed}-{engine}",
        build=drawn.build,
        data=(drawn.x, drawn.y),
        head=drawn.head,
        loss=drawn.loss,
        metrics=[*ours, *([own] if own is not None else [])],
        factors={"learning_rate": [0.01, 0.003]},
        seeds=2,
        epochs=2,
        batch_size=16,
    )
    results = study.run(results=folder, engine=engine)
    row, model = results.best(), results.best_model()
    data = study.declared.objects["task"].draw(int(row["seed"]))
    x, y = data.x[data.validation].astype("float32") * data.scale, data.y[data.validation]
    if drawn.head == "softmax":
        theirs = {"accuracy": "accuracy", "cross_entropy": "sparse_categorical_crossentropy"}
    else:
        y = y.reshape(len(y), -1)
        theirs = {"accuracy": "accuracy", "cross_entropy": "binary_crossentropy"}
    if drawn.head == "linear":
        theirs = {"mean_absolute_error": "mae", "mean_squared_error": "mse"}
    model.compile(loss=LOSS[drawn.head], metrics=[*theirs.values()])
    with eager_steps():
        measured = model.evaluate(x, y, verbose=0, return_dict=True)
    scores = {name: float(measured[known]) for name, known in theirs.items()}
    if drawn.end_is_hidden:
        # `evaluate` looks behind a sigmoid or softmax that a class hides; a study has what Keras makes of its output
        p = model.predict(x, verbose=0)
        of_p = float(np.mean(keras.ops.convert_to_numpy(keras.losses.get(LOSS[drawn.head])(y, p))))
        told = float(row["validation_cross_entropy"])
        scores["cross_entropy"] = min(of_p, scores["cross_entropy"], key=lambda one: abs(one - told))
    if own is not None:
        again = drawn.study_metric()
        again.update_state(np.eye(3)[y] if drawn.metric == "f1" else y, model.predict(x, verbose=0))
        scores["told"] = float(again.result())
    told = {name: float(row[f"validation_{name}"]) for name in scores}
    return Told(told, scores, engine=str(row["engine"]))


def _by_tuner(drawn: Drawn, folder: Path) -> Told:
    built = drawn.build()
    built.compile(loss=drawn.keras_loss(), metrics=[drawn.keras_metric()])
    x, y = drawn.x, drawn.keras_labels
    with eager_steps():
        name = built.evaluate(x, y, verbose=0, return_dict=True).keys() - {"loss"}
    (metric,) = name

    def build(hp: keras_tuner.HyperParameters) -> keras.Model:
        model = drawn.build()
        rate = hp.Float("rate", 1e-3, 3e-2, sampling="log")
        model.compile(keras.optimizers.Adam(rate), drawn.keras_loss(), metrics=[drawn.keras_metric()])
        return model

    direction = "min" if metric in ("mae", "told") and drawn.metric in ("mae", "rmse") else "max"
    objective = keras_tuner.Objective(f"val_{metric}", direction)
    oracle = keras_tuner.oracles.RandomSearchOracle(objective=objective, max_trials=3, seed=1)
    tuner = FusedTuner(oracle, build, directory=folder, project_name=f"drawn-{drawn.seed}")
    held = x[TRAINED:], y[TRAINED:]
    tuner.search(x[:TRAINED], y[:TRAINED], validation_data=held, epochs=2, batch_size=16, verbose=0)
    told, measured = {}, {}
    for trial in oracle.trials.values():
        told[trial.trial_id] = trial.score
        model: Any = tuner.load_model(trial)
        with eager_steps():
            measured[trial.trial_id] = model.evaluate(*held, verbose=0, return_dict=True)[metric]
    engines = pd.read_csv(Path(tuner.project_dir, "executions.csv"))["engine"]
    return Told(told, measured, engine=", ".join(sorted(set(engines))))

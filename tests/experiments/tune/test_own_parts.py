"""What keras-tuner’s guides override: a `fit`, `run_trial`, hooks, steps and metrics of one’s own."""

import keras
import keras_tuner
import numpy as np
import pytest

from experiments.tune.fused_tuner import FusedTuner
from tests.custom.support import KERAS_COPIES
from tests.experiments.eager import OF_EAGER_STEPS, _all_steps_at_once  # noqa: F401 (a fixture)
from tests.experiments.tune.searching import (
    GIVEN,
    STACKED,
    VALIDATION,
    Parabola,
    Preprocessing,
    X,
    Y,
    compiled,
    network,
    random,
    searched,
    statuses,
    trials,
    tuner,
    values,
)

pytestmark = [KERAS_COPIES, OF_EAGER_STEPS, pytest.mark.usefixtures("_all_steps_at_once")]


def test_data_and_training_are_tuned_by_a_fit_of_ones_own(tmp_path):
    hypermodel = Preprocessing(name="preprocessing")
    made = tuner(tmp_path, hypermodel)
    assert searched(made, **GIVEN | {"verbose": 0}) == "Preprocessing has a fit of its own"
    assert statuses(made) == ["COMPLETED"] * 2
    assert {"scaled", "batch_size", "shuffle"} <= {parameter.name for parameter in made.oracle.get_space().space}
    (best,) = made.get_best_hyperparameters()
    assert best.get("batch_size") in (8, 16)
    history = hypermodel.fit(best, hypermodel.build(best), X, Y, epochs=1, verbose=0)
    assert history.epoch == [0]


class Hits(keras.metrics.MeanMetricWrapper):
    """A metric of one's own, whatever its name."""

    def __init__(self, name="hits"):
        super().__init__(lambda y, z: keras.ops.cast(keras.ops.max(z, axis=-1) > 0.4, "float32"), name)


@pytest.mark.parametrize(
    ("metric", "why"),
    [
        (keras.metrics.SparseCategoricalAccuracy("hits"), STACKED),
        (Hits(), "the metric hits has no fused form"),
        (Hits("accuracy"), "the metric accuracy has no fused form"),
    ],
)
def test_the_objective_is_a_metric(metric, why, tmp_path):
    oracle = random(keras_tuner.Objective(f"val_{metric.name}", direction="max"))
    made = tuner(tmp_path, lambda hp: compiled(network(hp.Choice("units", [3, 5])), metrics=[metric]), oracle)
    assert searched(made, **GIVEN | {"verbose": 0}) == why
    scores = [trial.score for trial in trials(made)]
    assert made.oracle.get_best_trials()[0].score == max(scores)
    assert all(0 <= score <= 1 for score in scores)


class Scoring(Preprocessing):
    """Evaluates in its own way."""

    def __init__(self, what):
        super().__init__()
        self.what = what

    def fit(self, hp, model, x, y, validation_data, **options):
        model.fit(x, y, verbose=0)
        error = float(np.mean(model.predict(validation_data[0], verbose=0).argmax(axis=1) != validation_data[1]))
        return error if self.what is float else {"error": error, "units": hp.get("units")}


@pytest.mark.parametrize(("what", "objective"), [(float, None), (dict, keras_tuner.Objective("error", "min"))])
def test_what_fit_returns_is_the_score(what, objective, tmp_path):
    made = tuner(tmp_path, Scoring(what), random(objective, max_trials=3))
    assert searched(made, X[:32], Y[:32], validation_data=VALIDATION) == "Scoring has a fit of its own"
    assert statuses(made) == ["COMPLETED"] * 3
    assert made.oracle.get_best_trials()[0].score == min(trial.score for trial in trials(made))
    if what is dict:
        for trial in trials(made):
            assert trial.metrics.get_best_value("units") == trial.hyperparameters.get("units")


@pytest.mark.parametrize("form", ["float", "dict", "list"])
def test_a_black_box_needs_no_model(form, tmp_path):
    made = tuner(tmp_path, None, random(None, max_trials=5), Parabola)
    assert searched(made, form, height=3) == "Parabola has a run_trial of its own"
    places = [trial["place"] for trial in values(made)]
    assert len(set(places)) == 5
    assert [trial.score for trial in trials(made)] == pytest.approx([place**2 + 3 for place in places])
    assert abs(made.get_best_hyperparameters()[0].get("place")) == min(map(abs, places))


class Batches(FusedTuner):
    def run_trial(self, trial, *arguments, **options):
        options["batch_size"] = trial.hyperparameters.Choice("batch_size", [8, 16])
        return super().run_trial(trial, *arguments, **options)


@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")  # keras-tuner loads a fresh one
def test_a_run_trial_may_go_on_to_that_of_keras_tuner(tmp_path):
    made = tuner(tmp_path, kind=Batches, executions_per_trial=2)
    assert searched(made, **GIVEN | {"verbose": 0}) == "Batches has a run_trial of its own"
    assert all(trial["batch_size"] in (8, 16) for trial in values(made))
    (model,) = made.get_best_models()
    assert 0 <= model.evaluate(*VALIDATION, verbose=0)[1] <= 1


class Listening(FusedTuner):
    """Hears of every epoch."""

    def on_epoch_end(self, trial, model, epoch, logs=None):
        self.heard = [*getattr(self, "heard", []), (trial.trial_id, epoch, "val_accuracy" in logs)]


def test_a_tuner_with_hooks_hears_of_every_epoch(tmp_path):
    made = tuner(tmp_path, kind=Listening)
    assert searched(made, **GIVEN | {"verbose": 0}) == "Listening has hooks of its own (on_epoch_end)"
    assert made.heard == [(name, epoch, True) for name in ("0", "1") for epoch in (0, 1)]


class Loop(keras_tuner.HyperModel):
    """Trains step by step, and tells the callbacks that it is given."""

    def build(self, hp):
        return network(hp.Choice("units", [3, 5]))

    def fit(self, hp, model, x, y, validation_data, callbacks=None, **options):
        import tensorflow as tf

        optimizer = keras.optimizers.Adam(hp.Float("rate", 1e-3, 1e-1, sampling="log"))
        size = hp.Int("batch_size", 8, 16, step=8)
        error = keras.losses.SparseCategoricalCrossentropy()
        for callback in callbacks:
            callback.set_model(model)
        losses = []
        for epoch in range(2):
            for start in range(0, len(x), size):
                with tf.GradientTape() as tape:
                    loss = error(y[start : start + size], model(x[start : start + size], training=True))
                weights = model.trainable_variables
                optimizer.apply(tape.gradient(loss, weights), weights)
            losses.append(float(error(validation_data[1], model(validation_data[0]))))
            for callback in callbacks:
                callback.on_epoch_end(epoch, logs={"own_loss": losses[-1]})
        return min(losses)


def test_a_loop_written_out_keeps_its_best_epoch(tmp_path):
    oracle = random(keras_tuner.Objective("own_loss", "min"))
    made = tuner(tmp_path, Loop(), oracle)
    assert searched(made, x=X[:32], y=Y[:32], validation_data=VALIDATION) == "Loop has a fit of its own"
    assert statuses(made) == ["COMPLETED"] * 2
    (model,) = made.get_best_models()
    loss = float(keras.losses.SparseCategoricalCrossentropy()(VALIDATION[1], model(VALIDATION[0])))
    assert loss == pytest.approx(made.oracle.get_best_trials()[0].score, rel=1e-5)


class Stepping(keras.Sequential):
    """A model that trains in its own way: not at all."""

    stepped = False

    def train_step(self, data):
        type(self).stepped = True
        x, y = data
        return self.compute_metrics(x, y, self(x, training=True))


def stepping(hp):
    return compiled(Stepping(network(hp.Choice("units", [3])).layers))


def test_a_model_with_a_step_of_its_own_takes_it(tmp_path):
    made = tuner(tmp_path, stepping, random("val_loss", max_trials=1))
    assert searched(made, **GIVEN).startswith("Stepping is a model class of its own")
    assert statuses(made) == ["COMPLETED"]
    assert Stepping.stepped


def existing(units, activation, rate, saved=None):
    """Keras code that knows nothing of keras-tuner."""
    model = compiled(network(units, activation), rate)
    if saved:
        model.fit(X[:32], Y[:32], verbose=0)
        model.save(saved)
    return model


def call_existing_code(hp, **options):
    units = hp.Int("units", min_value=3, max_value=5, step=2)
    return existing(units, hp.Choice("activation", ["relu", "tanh"]), hp.Float("rate", 1e-3, 1e-1), **options)


def test_keras_code_is_kept_apart(tmp_path):
    made = tuner(tmp_path, call_existing_code)
    assert searched(made, **GIVEN) == STACKED
    assert all(set(trial) == {"units", "activation", "rate"} for trial in values(made))


class Saving(FusedTuner):
    def run_trial(self, trial, **options):
        model = call_existing_code(trial.hyperparameters, saved=f"{self.get_trial_dir(trial.trial_id)}/own.keras")
        return model.evaluate(*VALIDATION, verbose=0)[1]


def test_existing_code_may_train_and_save(tmp_path):
    made = tuner(tmp_path, None, random("val_accuracy"), Saving)
    searched(made)
    best = made.oracle.get_best_trials()[0]
    model = keras.models.load_model(f"{made.get_trial_dir(best.trial_id)}/own.keras")
    assert model.evaluate(*VALIDATION, verbose=0)[1] == pytest.approx(best.score)

"""What keras-tuner's guides show, with `FusedTuner` in the place of its tuners: what is stacked, what is left to it."""

import contextlib
import io

import keras
import keras_tuner
import numpy as np
import pandas as pd
import pytest

from experiments.tune.fused_tuner import FusedTuner
from tests.custom.support import KERAS_COPIES
from tests.experiments.eager import OF_EAGER_STEPS, _all_steps_at_once  # noqa: F401 (a fixture)

pytestmark = [KERAS_COPIES, OF_EAGER_STEPS, pytest.mark.usefixtures("_all_steps_at_once")]
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(48, 2, 2)).astype("float32")
Y = (X[:, 0, 0] > X[:, 0, 1]).astype("int64") + (X[:, 1, 0] > 0)
VALIDATION = (X[32:], Y[32:])
GIVEN = {"x": X[:32], "y": Y[:32], "validation_data": VALIDATION, "epochs": 2, "batch_size": 16}
STACKED = ""  # nothing is said


def compiled(model, rate=0.01, **options):
    options = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]} | options
    model.compile(keras.optimizers.Adam(rate), **options)
    return model


def network(units=4, activation="tanh"):
    """As the guides have it, without an `Input`."""
    layers = keras.layers
    return keras.Sequential([layers.Flatten(), layers.Dense(units, activation), layers.Dense(3, "softmax")])


def build(hp):
    return compiled(network(hp.Choice("units", [3, 5])), hp.Float("rate", 1e-3, 1e-1, sampling="log"))


def random(objective="val_accuracy", max_trials=2, **options):
    return keras_tuner.oracles.RandomSearchOracle(objective=objective, max_trials=max_trials, seed=1, **options)


def tuner(folder, hypermodel=build, oracle=None, kind=FusedTuner, **options):
    return kind(oracle=oracle or random(), hypermodel=hypermodel, directory=folder, project_name="guide", **options)


def searched(tuner, *arguments, **options):
    """Search, and say why trials are left to keras-tuner's loop; STACKED where they are not."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        tuner.search(*arguments, **options)
    lines = [line for line in printed.getvalue().splitlines() if "by keras-tuner: " in line]
    return lines[0].split("by keras-tuner: ")[1] if lines else STACKED


def trials(tuner):
    return [trial for _, trial in sorted(tuner.oracle.trials.items())]


def statuses(tuner):
    return [trial.status for trial in trials(tuner)]


def values(tuner):
    return [trial.hyperparameters.values for trial in trials(tuner)]


def executions(tuner):
    return pd.read_csv(f"{tuner.project_dir}/executions.csv", dtype={"trial": str})


def by_run(hp):
    model = keras.Sequential([keras.layers.Flatten()])
    for place in range(hp.Int("layers", 1, 2)):
        units = hp.Int(f"units_{place}", min_value=2, max_value=6, step=4)
        model.add(keras.layers.Dense(units, activation=hp.Choice("activation", ["relu", "tanh"])))
    if hp.Boolean("dropout"):
        model.add(keras.layers.Dropout(rate=0.25))
    model.add(keras.layers.Dense(3, activation="softmax"))
    return compiled(model, hp.Float("rate", min_value=1e-4, max_value=1e-2, sampling="log"))


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    made = tuner(
        tmp_path_factory.mktemp("started"), by_run, random(max_trials=4), overwrite=True, executions_per_trial=2
    )
    made.why = searched(made, **GIVEN)
    return made


def test_a_first_search_is_stacked(started):
    assert started.why == STACKED
    assert statuses(started) == ["COMPLETED"] * 4
    assert list(executions(started)["engine"]) == ["fused"] * 8
    assert started.remaining_trials == 0


def test_hyper_parameters_come_from_their_ranges(started):
    for trial in values(started):
        assert trial["layers"] in (1, 2)
        assert {trial["units_0"], trial.get("units_1", 2)} <= {2, 6}
        assert trial["layers"] == 1 or "units_1" in trial
        assert trial["activation"] in ("relu", "tanh")
        assert trial["dropout"] in (True, False)
        assert 1e-4 <= trial["rate"] <= 1e-2
    assert len({trial["rate"] for trial in values(started)}) == 4


def test_the_space_is_told(started, capsys):
    started.search_space_summary()
    told = capsys.readouterr().out
    for name in ("layers (Int)", "units_0 (Int)", "units_1 (Int)", "activation (Choice)", "dropout (Boolean)"):
        assert name in told
    assert "'sampling': 'log'" in told


def test_results_are_told_from_the_best_on(started, capsys):
    started.results_summary(num_trials=3)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Score: ")]
    scores = sorted((trial.score for trial in trials(started)), reverse=True)
    assert told == [f"Score: {score}" for score in scores[:3]]


def test_the_best_two_models_are_those_of_the_best_two_trials(started):
    models = started.get_best_models(num_models=2)
    rows = executions(started).set_index(["trial", "seed"])
    for model, trial in zip(models, started.oracle.get_best_trials(2), strict=True):
        _, accuracy = model.evaluate(*VALIDATION, verbose=0)
        assert accuracy == pytest.approx(rows.loc[trial.trial_id, "validation_accuracy"].max())


def test_the_best_hyper_parameters_make_a_model_to_train_again(started):
    best = started.get_best_hyperparameters(2)[0]
    model = started.hypermodel.build(best)
    history = model.fit(X, Y, epochs=2, verbose=0)
    assert len(history.history["loss"]) == 2
    assert [layer.units for layer in model.layers[1:-1] if hasattr(layer, "units")] == [
        best.get(f"units_{place}") for place in range(best.get("layers"))
    ]


def test_a_search_that_is_done_goes_on_with_nothing(started):
    again = tuner(started.directory, by_run, random(max_trials=4), overwrite=False, executions_per_trial=2)
    (model,) = again.get_best_models()  # before it has seen any data
    assert model.evaluate(*VALIDATION, verbose=0) == started.get_best_models()[0].evaluate(*VALIDATION, verbose=0)
    searched(again, **GIVEN)
    assert values(again) == values(started)
    assert len(executions(again)) == 8


def test_arguments_of_fit_may_be_given_by_their_place(tmp_path):
    made = tuner(tmp_path)
    assert searched(made, X[:32], Y[:32], 16, 3, validation_split=0.25) == STACKED
    assert list(executions(made)["epochs_run"]) == [3, 3]


class Preprocessing(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp)

    def fit(self, hp, model, x, y, **options):
        if hp.Boolean("scaled"):
            x = x / 2
        options["batch_size"] = hp.Choice("batch_size", [8, 16])
        return model.fit(x, y, shuffle=hp.Boolean("shuffle"), **options)


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


class Parabola(FusedTuner):
    """Tunes anything: here no model at all."""

    def run_trial(self, trial, *arguments, **options):
        place = trial.hyperparameters.Float("place", -1.0, 1.0)
        height = place**2 + options.get("height", 0)
        return {"float": height, "dict": {"default_objective": height}, "list": [height - 1, height + 1]}[arguments[0]]


@pytest.mark.parametrize("form", ["float", "dict", "list"])
def test_a_black_box_needs_no_model(form, tmp_path):
    made = tuner(tmp_path, None, random(None, max_trials=5), Parabola)
    assert searched(made, form, height=3) == "Parabola has a run_trial of its own"
    places = [trial["place"] for trial in values(made)]
    assert len(set(places)) == 5
    assert [trial.score for trial in trials(made)] == pytest.approx([place**2 + 3 for place in places])
    assert abs(made.get_best_hyperparameters()[0].get("place")) == min(map(abs, places))


def test_a_project_is_gone_on_with_or_written_over(tmp_path):
    searched(tuner(tmp_path, None, random(None), Parabola), "float")
    kept = tuner(tmp_path, None, random(None, max_trials=3), Parabola, overwrite=False)
    assert len(kept.oracle.trials) == 2
    searched(kept, "float")
    assert len(kept.oracle.trials) == 3
    assert not tuner(tmp_path, None, random(None), Parabola, overwrite=True).oracle.trials


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


def test_only_what_is_listed_is_tuned(tmp_path):
    listed = keras_tuner.HyperParameters()
    listed.Float("rate", 1e-3, 1e-2, sampling="log")
    made = tuner(tmp_path, oracle=random(max_trials=3, hyperparameters=listed, tune_new_entries=False))
    assert searched(made, **GIVEN) == STACKED
    assert {trial["units"] for trial in values(made)} == {3}
    assert len({trial["rate"] for trial in values(made)}) == 3
    assert all(1e-3 <= trial["rate"] <= 1e-2 for trial in values(made))


def test_what_is_listed_may_be_held_while_the_rest_is_tuned(tmp_path):
    listed = keras_tuner.HyperParameters()
    listed.Fixed("rate", value=0.02)
    made = tuner(tmp_path, oracle=random(max_trials=10, hyperparameters=listed, tune_new_entries=True))
    assert searched(made, **GIVEN) == STACKED
    assert sorted(trial["units"] for trial in values(made)) == [3, 5]  # and then there is no other
    assert {trial["rate"] for trial in values(made)} == {0.02}
    assert float(made.get_best_models()[0].optimizer.learning_rate) == pytest.approx(0.02)


def test_what_is_not_listed_may_be_refused(tmp_path):
    listed = keras_tuner.HyperParameters()
    listed.Float("rate", 1e-3, 1e-2)
    with pytest.raises(RuntimeError, match="found new entries"):
        tuner(tmp_path, oracle=random(hyperparameters=listed, allow_new_entries=False))
    listed.Choice("units", [5])
    made = tuner(tmp_path, oracle=random(hyperparameters=listed, allow_new_entries=False))
    assert searched(made, **GIVEN) == STACKED
    assert {trial["units"] for trial in values(made)} == {5}


def test_what_a_model_is_compiled_with_may_be_overridden(tmp_path):
    options = {"loss": "categorical_crossentropy", "metrics": [keras.metrics.CategoricalAccuracy("right")]}
    oracle = random(keras_tuner.Objective("val_right", "max"))
    made = tuner(
        tmp_path,
        oracle=oracle,
        optimizer=keras.optimizers.SGD(0.5),
        **options,
    )
    one_hot = {"y": np.eye(3)[Y[:32]], "validation_data": (X[32:], np.eye(3)[Y[32:]])}
    assert searched(made, **GIVEN | one_hot) == STACKED
    (model,) = made.get_best_models()
    assert isinstance(model.optimizer, keras.optimizers.SGD)
    assert model.evaluate(*one_hot["validation_data"], verbose=0)[1] == pytest.approx(
        made.oracle.get_best_trials()[0].score
    )


def conditional(hp):
    kind = hp.Choice("kind", ["narrow", "wide"])
    with hp.conditional_scope("kind", ["narrow"]):
        units = hp.Int("narrow_units", 2, 3) if kind == "narrow" else 0
    units += hp.Int("wide_units", 5, 6, parent_name="kind", parent_values=["wide"]) if kind == "wide" else 0
    return compiled(network(units))


def test_conditions_decide_what_a_trial_has(tmp_path):
    made = tuner(tmp_path, conditional, random(max_trials=4))
    assert searched(made, **GIVEN) == STACKED
    assert sorted(map(str, values(made))) == sorted(
        str({"kind": kind, f"{kind}_units": units})
        for kind, units in (("narrow", 2), ("narrow", 3), ("wide", 5), ("wide", 6))
    )


def test_callbacks_see_each_trial(tmp_path):
    made = tuner(tmp_path / "tuner")
    callbacks = [
        keras.callbacks.TensorBoard(tmp_path / "board"),
        keras.callbacks.CSVLogger(tmp_path / "epochs.csv", append=True),
        keras.callbacks.EarlyStopping("val_loss", min_delta=1e9),
    ]
    given = GIVEN | {"epochs": 5, "callbacks": callbacks}
    assert searched(made, **given) == "callbacks see one model at a time"
    assert statuses(made) == ["COMPLETED"] * 2
    assert len(pd.read_csv(tmp_path / "epochs.csv")) == 4  # each stops after two
    for trial in trials(made):
        assert list((tmp_path / "board" / trial.trial_id / "execution0" / "train").iterdir())


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")  # Keras warns of its own default
def test_data_sets_are_left_to_keras_tuner(tmp_path):
    import tensorflow as tf

    made = tuner(tmp_path, oracle=random(max_trials=1))
    train, validation = (tf.data.Dataset.from_tensor_slices(pair).batch(16) for pair in ((X[:32], Y[:32]), VALIDATION))
    assert searched(made, train, validation_data=validation, verbose=0) == "the data are no arrays"
    assert statuses(made) == ["COMPLETED"]


def of_steps(hp):
    return compiled(network(3, hp.Choice("activation", ["relu", "tanh"])), hp.Float("rate", 0.125, 0.5, step=0.125))


ORACLES = {
    "random": lambda: random(max_trials=3),
    "bayesian": lambda: keras_tuner.oracles.BayesianOptimizationOracle(
        objective="val_accuracy", max_trials=3, num_initial_points=2, seed=1
    ),
    "hyperband": lambda: keras_tuner.oracles.HyperbandOracle(objective="val_accuracy", max_epochs=2, factor=2, seed=1),
    "grid": lambda: keras_tuner.oracles.GridSearchOracle(objective="val_accuracy"),
}


@pytest.mark.parametrize(("name", "count"), [("random", 3), ("bayesian", 3), ("hyperband", 5), ("grid", 8)])
def test_every_oracle_comes_to_its_end_once(name, count, tmp_path):
    made = tuner(tmp_path, of_steps, ORACLES[name]())
    assert searched(made, **GIVEN) == STACKED
    assert statuses(made) == ["COMPLETED"] * count
    best = made.get_best_hyperparameters()[0].values
    assert best in values(made)
    assert best["activation"] in ("relu", "tanh") and 0.125 <= best["rate"] <= 0.5
    if name == "grid":
        assert len({(trial["activation"], trial["rate"]) for trial in values(made)}) == count
    again = tuner(tmp_path, of_steps, ORACLES[name]())
    searched(again, **GIVEN)
    assert values(again) == values(made)
    assert len(executions(again)) == count


def test_a_bayesian_oracle_learns_unless_it_is_told_otherwise(tmp_path, monkeypatch):
    oracle = keras_tuner.oracles.BayesianOptimizationOracle(
        objective="val_accuracy", max_trials=9, num_initial_points=2, seed=1
    )
    seen = []
    fit = oracle.gpr.fit
    monkeypatch.setattr(oracle.gpr, "fit", lambda x, y: (seen.append(len(x)), fit(x, y)))
    made = tuner(tmp_path, oracle=oracle)
    assert searched(made, **GIVEN) == STACKED
    assert seen == [8]
    assert statuses(made) == ["COMPLETED"] * 9


class Counting(Preprocessing):
    """Notes how long it is to train."""

    def fit(self, hp, model, *arguments, epochs=1, initial_epoch=0, **options):
        wanted = hp.get("tuner/epochs"), hp.get("tuner/initial_epoch")
        self.epochs = [*getattr(self, "epochs", []), (wanted, (epochs, initial_epoch))]
        return {"val_accuracy": epochs / 10 + hp.get("rate")}


def test_hyperband_decides_the_epochs_of_trials_that_are_not_stacked(tmp_path):
    hypermodel = Counting()
    made = tuner(tmp_path, hypermodel, ORACLES["hyperband"]())
    assert searched(made, **GIVEN) == "Counting has a fit of its own"
    assert {given for _, given in hypermodel.epochs} == {(1, 0), (2, 0), (2, 1)}
    assert all(wanted == given for wanted, given in hypermodel.epochs)


class Failing(Preprocessing):
    def fit(self, hp, model, *arguments, **options):
        raise ValueError("the disk is full")


@pytest.mark.parametrize(("allowed", "retries"), [(3, 0), (2, 1)])
def test_errors_in_a_row_end_a_search_and_are_told(allowed, retries, tmp_path):
    oracle = random(max_trials=9, max_consecutive_failed_trials=allowed, max_retries_per_trial=retries)
    made = tuner(tmp_path, Failing(), oracle)
    with pytest.raises(RuntimeError, match=r"(?s)Number of consecutive failures exceeded.*the disk is full"):
        searched(made, **GIVEN)
    assert statuses(made) == ["FAILED"] * allowed


def picky(hp):
    units = hp.Choice("units", [3, 4, 40])
    if units == 40:
        raise keras_tuner.errors.FailedTrialError("too wide")
    return compiled(network(units))


def sized(hp):
    """With an `Input`, for what has no weights yet is of no size to keras-tuner."""
    return compiled(keras.Sequential([keras.Input((2, 2)), *network(hp.Choice("units", [40, 3, 4])).layers]))


@pytest.mark.parametrize(
    ("hypermodel", "message", "options"),
    [(picky, "too wide", {}), (sized, "Oversized model: 323 parameters", {"max_model_size": 40})],
)
def test_models_that_are_refused_fail_and_the_others_go_on(hypermodel, message, options, tmp_path):
    made = tuner(tmp_path, hypermodel, keras_tuner.oracles.GridSearchOracle(objective="val_accuracy"), **options)
    searched(made, **GIVEN)
    by_units = {trial.hyperparameters.get("units"): trial for trial in trials(made)}
    assert {units: trial.status for units, trial in sorted(by_units.items())} == {
        3: "COMPLETED",
        4: "COMPLETED",
        40: "FAILED",
    }
    assert message in by_units[40].message
    rows = executions(made).set_index("units")
    assert dict(rows["status"]) == {3: "ok", 4: "ok", 40: "failed"}
    assert message in rows.loc[40, "error"]

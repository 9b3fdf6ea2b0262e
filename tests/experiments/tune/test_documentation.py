"""What keras-tuner's guides show, with `FusedTuner` in the place of its tuners: what is stacked, what is left to it."""

import keras
import keras_tuner
import numpy as np
import pandas as pd
import pytest

from tests.custom.support import KERAS_COPIES
from tests.experiments.eager import OF_EAGER_STEPS, _all_steps_at_once  # noqa: F401 (a fixture)
from tests.experiments.tune.searching import (
    GIVEN,
    STACKED,
    VALIDATION,
    Parabola,
    X,
    Y,
    compiled,
    executions,
    network,
    random,
    searched,
    statuses,
    trials,
    tuner,
    values,
)

pytestmark = [KERAS_COPIES, OF_EAGER_STEPS, pytest.mark.usefixtures("_all_steps_at_once")]


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


def test_a_project_is_gone_on_with_or_written_over(tmp_path):
    searched(tuner(tmp_path, None, random(None), Parabola), "float")
    kept = tuner(tmp_path, None, random(None, max_trials=3), Parabola, overwrite=False)
    assert len(kept.oracle.trials) == 2
    searched(kept, "float")
    assert len(kept.oracle.trials) == 3
    assert not tuner(tmp_path, None, random(None), Parabola, overwrite=True).oracle.trials


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

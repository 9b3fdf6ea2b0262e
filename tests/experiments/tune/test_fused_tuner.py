"""`FusedTuner` beside keras-tuner's own: the same trials, executions kept, what can't be stacked left to it."""

import shutil
from pathlib import Path

import keras
import keras_tuner
import numpy as np
import pandas as pd
import pytest

from experiments import tune
from experiments.errors import RequestError
from experiments.train.fused.stack import Stack
from experiments.tune.fused_tuner import FusedTuner
from tests.custom.support import KERAS_COPIES
from tests.experiments.eager import OF_EAGER_STEPS, _all_steps_at_once, compiled_steps  # noqa: F401 (a fixture)

pytestmark = [KERAS_COPIES, OF_EAGER_STEPS, pytest.mark.usefixtures("_all_steps_at_once")]
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(60, 3)).astype("float32")
Y = (X[:, 0] > X[:, 1]).astype("int64") + (X[:, 2] > 0)
GIVEN = {"x": X[:40], "y": Y[:40], "validation_data": (X[40:], Y[40:]), "epochs": 2, "batch_size": 16, "verbose": 0}


def build(hp):
    """A space that shows a part of itself only where dropout is on."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(hp.Choice("units", [3, 5]), "tanh")])
    if hp.Boolean("dropout"):
        model.add(keras.layers.Dropout(hp.Float("rate", 0.1, 0.5)))
    model.add(keras.layers.Dense(3, "softmax"))
    rate = hp.Float("learning_rate", 1e-3, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def tuner(folder, hypermodel=build, kind=FusedTuner, oracle=None, **options):
    oracle = oracle or keras_tuner.oracles.RandomSearchOracle(objective="val_accuracy", max_trials=4, seed=3)
    return kind(oracle, hypermodel, directory=folder, project_name="own", **options)


def values(tuner):
    return [trial.hyperparameters.values for _, trial in sorted(tuner.oracle.trials.items())]


def executions(tuner):
    return pd.read_csv(f"{tuner.project_dir}/executions.csv", dtype={"trial": str})


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    made = tuner(tmp_path_factory.mktemp("searched"), executions_per_trial=2)
    with compiled_steps():
        made.search(**GIVEN)
    return made


def test_it_tries_what_keras_tuner_tries(searched, tmp_path):
    own = keras_tuner.RandomSearch(
        build, objective="val_accuracy", max_trials=4, seed=3, directory=tmp_path, project_name="theirs"
    )
    own.search(**GIVEN)
    assert values(searched) == values(own)
    assert any("rate" in trial for trial in values(own))


def test_every_execution_is_a_row_and_a_score_is_their_mean(searched):
    rows = executions(searched)
    assert len(rows) == 8
    assert set(rows["status"]) == {"ok"}
    assert set(rows["engine"]) == {"fused"}
    means = rows.groupby("trial")["validation_accuracy"].mean()
    for trial in searched.oracle.trials.values():
        assert trial.score == pytest.approx(means[trial.trial_id])
    assert len(pd.read_csv(f"{searched.project_dir}/history.csv")) == 16


def test_the_best_model_is_the_best_epoch_of_the_best_execution(searched):
    best = searched.oracle.get_best_trials(1)[0]
    rows = executions(searched).query("trial == @best.trial_id")
    row = rows.loc[rows["validation_accuracy"].idxmax()]
    history = pd.read_csv(f"{searched.project_dir}/history.csv", dtype={"trial": str}).query("trial == @best.trial_id")
    assert history["validation_accuracy"].max() == row["validation_accuracy"]
    # keras-tuner itself loads it too
    theirs = tuner(searched.directory, kind=keras_tuner.Tuner)
    for made in (searched, theirs):
        (model,) = made.get_best_models(1)
        loss, accuracy = model.evaluate(X[40:], Y[40:], verbose=0)
        assert accuracy == pytest.approx(row["validation_accuracy"])
        assert loss == pytest.approx(row["validation_loss"], rel=1e-6)
    assert searched.get_best_hyperparameters(1)[0].values == best.hyperparameters.values


def test_a_search_goes_on_where_it_was(searched, tmp_path):
    shutil.copytree(searched.project_dir, tmp_path / "own")
    more = tuner(
        tmp_path, oracle=keras_tuner.oracles.RandomSearchOracle(objective="val_accuracy", max_trials=5, seed=3)
    )
    assert values(more) == values(searched)
    more.search(**GIVEN)
    assert len(values(more)) == 5
    assert len(executions(more)) == 9


def few(hp):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(hp.Choice("units", [2, 3]), "tanh")])
    model.add(keras.layers.Dense(3, "softmax"))
    rate = hp.Choice("learning_rate", [1e-3, 1e-2, 1e-1])
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_a_grid_goes_on_as_well(tmp_path):
    """keras-tuner's own ends there in silence: which combinations come next it keeps in memory alone."""

    def grid():
        oracle = keras_tuner.oracles.GridSearchOracle(objective="val_accuracy", seed=3)
        return tuner(tmp_path, few, oracle=oracle, together=2)

    def stop(trial):
        FusedTuner.on_trial_end(first, trial)
        if len(first.oracle.end_order) == 3:
            raise KeyboardInterrupt

    first = grid()
    first.on_trial_end = stop
    with pytest.raises(KeyboardInterrupt):
        first.search(**GIVEN)
    more = grid()
    more.search(**GIVEN)
    tried = [tuple(trial.values()) for trial in values(more)]
    assert len(tried) == len(set(tried)) == len(executions(more)) == 6


def diverging(hp):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(hp.Choice("rate", [0.01, 1e20, 1e25, 1e30])), "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("broken", ["oracle.json", "trial_2/trial.json", "tuner0.json"])
def test_a_file_cut_short_costs_no_more_than_a_trial(searched, broken, tmp_path):
    shutil.copytree(searched.project_dir, tmp_path / "own")
    place = tmp_path / "own" / broken
    place.write_text(place.read_text()[: len(place.read_text()) // 2])
    again = tuner(tmp_path, executions_per_trial=2)
    again.search(**GIVEN)
    assert values(again) == values(searched)
    assert [again.oracle.trials[name].status for name in sorted(again.oracle.trials)] == ["COMPLETED"] * 4
    scores = [{name: trial.score for name, trial in tuner.oracle.trials.items()} for tuner in (again, searched)]
    assert scores[0] == pytest.approx(scores[1])
    assert len(executions(again)) == len(executions(searched)) == 8


def test_where_nothing_can_be_read_it_says_so(searched, tmp_path):
    shutil.copytree(searched.project_dir, tmp_path / "own")
    for place in (tmp_path / "own").glob("oracle.json*"):
        place.write_text("{")
    with pytest.raises(RuntimeError, match="overwrite=True begins anew"):
        tuner(tmp_path)


def test_trials_that_diverge_are_rows_and_end_nothing(tmp_path):
    oracle = keras_tuner.oracles.GridSearchOracle(objective=keras_tuner.Objective("val_mae", "min"))
    made = tuner(tmp_path, diverging, oracle=oracle)
    made.search(X[:40], X[:40, :1], validation_split=0.25, epochs=3, verbose=0)
    assert list(executions(made)["status"]) == ["ok", "diverged", "diverged", "diverged"]
    assert [trial.status for trial in made.oracle.trials.values()] == ["COMPLETED", *["FAILED"] * 3]
    assert made.get_best_hyperparameters(1)[0].values == {"rate": 0.01}


def test_hyperband_goes_through_its_rounds(tmp_path, monkeypatch):
    trained = []  # epochs, of every trial of a stack

    def train(stack, epoch, whole=Stack.train):
        trained.append(int(stack.alive.sum()))
        return whole(stack, epoch)

    monkeypatch.setattr(Stack, "train", train)
    oracle = keras_tuner.oracles.HyperbandOracle(objective="val_accuracy", max_epochs=4, factor=2, seed=1)
    made = tuner(tmp_path, oracle=oracle)
    made.search(**GIVEN)
    rows = executions(made)
    assert set(rows["epochs_run"]) == {1, 2, 4}
    assert sum(trained) < rows["epochs_run"].sum(), "later rounds go on, they don't begin again"
    assert sum(trained) == (rows["epochs_run"] - rows["tuner/initial_epoch"]).sum()
    assert not list(Path(made.project_dir).glob("*/progress*"))
    resumed = rows[rows["tuner/initial_epoch"] > 0]
    assert len(resumed) > 3
    history = pd.read_csv(f"{made.project_dir}/history.csv", dtype={"trial": str}).set_index(["trial", "epoch"])
    for _, row in resumed.iterrows():  # the first epochs are those of the trial that it goes on from
        past = f"{int(row['tuner/trial_id']):04d}"
        epoch = int(row["tuner/initial_epoch"])
        ours, theirs = (history.loc[(name, epoch), "validation_loss"] for name in (row["trial"], past))
        assert ours == pytest.approx(theirs, rel=1e-3)


class Counted(keras.callbacks.Callback):
    """Counts epochs, over all of its copies."""

    epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        Counted.epochs += 1


@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")  # keras-tuner loads a fresh one
def test_with_a_callback_hyperband_goes_on_as_keras_tuners_does(tmp_path):
    found = []
    for source in (tune, keras_tuner):
        Counted.epochs = 0
        options = {"max_epochs": 2, "factor": 2, "seed": 1, "directory": tmp_path / source.__name__}
        made = source.Hyperband(few, "val_loss", project_name="own", **options)
        made.search(**GIVEN | {"batch_size": 40}, callbacks=[Counted()])
        found.append(Counted.epochs)
        if source is tune:
            rows = executions(made)
            assert sum(rows["epochs_run"] - rows["tuner/initial_epoch"]) == Counted.epochs
            assert set(rows["engine"]) == {"keras-tuner"}
            assert rows["tuner/initial_epoch"].gt(0).any()
            assert dict(zip(rows["trial"], rows["validation_loss"], strict=True)) == pytest.approx(
                {name: trial.score for name, trial in made.oracle.trials.items()}
            )
    assert found[0] == found[1]


class Own(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp)


class Fitting(Own):
    def fit(self, hp, model, *arguments, **options):
        return model.fit(*arguments, **options | {"epochs": 1})


class Running(FusedTuner):
    def run_trial(self, trial, *arguments, **options):
        rate = trial.hyperparameters.Float("rate", 0, 1)
        return {"val_accuracy": 1 - rate}


def hinged(hp):
    model = build(hp)
    model.compile("sgd", keras.losses.CategoricalCrossentropy(label_smoothing=0.1), metrics=["accuracy"])
    return model


def with_top(hp):
    model = build(hp)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=[keras.metrics.SparseTopKCategoricalAccuracy(2)])
    return model


ONE_HOT = {**GIVEN, "y": np.eye(3)[Y[:40]], "validation_data": (X[40:], np.eye(3)[Y[40:]])}


@pytest.mark.parametrize(
    ("hypermodel", "kind", "given", "why"),
    [
        (build, FusedTuner, GIVEN | {"callbacks": [keras.callbacks.TerminateOnNaN()]}, "callbacks see one model"),
        (build, FusedTuner, GIVEN | {"class_weight": {0: 1.0, 1: 2.0, 2: 1.0}}, "search's class_weight"),
        (Fitting(), FusedTuner, GIVEN, "Fitting has a fit of its own"),
        (None, Running, {}, "Running has a run_trial of its own"),
        (hinged, FusedTuner, ONE_HOT, "the loss cross_entropy with label_smoothing=0.1"),
    ],
)
def test_what_has_no_fused_form_is_left_to_keras_tuner(hypermodel, kind, given, why, tmp_path, capsys):
    oracle = keras_tuner.oracles.RandomSearchOracle(objective="val_accuracy", max_trials=1, seed=3)
    made = tuner(tmp_path, hypermodel, kind, oracle)
    made.search(**given)
    assert f"trials train one by one, by keras-tuner: {why}" in capsys.readouterr().out
    assert [trial.status for trial in made.oracle.trials.values()] == ["COMPLETED"]


def test_a_hypermodel_class_and_one_hot_labels_are_stacked(tmp_path, capsys):
    class OneHot(Own):
        def build(self, hp):
            model = super().build(hp)
            model.compile(keras.optimizers.Adam(hp.get("learning_rate")), "categorical_crossentropy", metrics=["acc"])
            return model

    oracle = keras_tuner.oracles.RandomSearchOracle(objective="val_loss", max_trials=3, seed=3)
    made = tuner(tmp_path, OneHot(), oracle=oracle)
    made.search(**ONE_HOT)
    assert "one by one" not in capsys.readouterr().out
    assert len(executions(made)) == 3


def same(x):
    return x


@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")  # keras-tuner loads a fresh one
def test_a_layer_without_a_rule_trains_by_itself_and_is_scored_as_the_others_are(tmp_path, capsys):
    def mixed(hp):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
        if hp.Boolean("same"):
            model.add(keras.layers.Lambda(same))  # changes nothing
        model.add(keras.layers.Dense(3, "softmax"))
        model.compile(keras.optimizers.Adam(4.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    made = tuner(tmp_path, mixed, oracle=keras_tuner.oracles.GridSearchOracle(objective="val_loss"))
    made.search(**GIVEN | {"epochs": 6, "batch_size": 40})  # all at once: their order is no matter
    assert "(Lambda) has no stacking rule" in capsys.readouterr().out
    rows = executions(made)
    assert sorted(rows["engine"]) == ["fused", "keras-tuner"]
    history = pd.read_csv(f"{made.project_dir}/history.csv", dtype={"trial": str})
    best = history.groupby("trial")["validation_loss"].min()
    assert (history.groupby("trial")["validation_loss"].last() > best).all(), "the last epoch is the best"
    for trial in made.oracle.trials.values():
        assert trial.score == pytest.approx(best[trial.trial_id])
        assert made.load_model(trial).evaluate(X[40:], Y[40:], verbose=0)[0] == pytest.approx(trial.score, rel=1e-6)
    scores = [trial.score for trial in made.oracle.trials.values()]
    assert scores[0] == pytest.approx(scores[1], rel=1e-4), "one model, one seed, one rule"


def test_labels_out_of_range_end_a_search_before_it_trains(tmp_path):
    made = tuner(tmp_path)
    with pytest.raises(RequestError, match="labels: got 3, expected whole numbers from 0 to 2: the model has 3 out"):
        made.search(**GIVEN | {"y": Y[:40] + 1})
    assert not made.oracle.trials
    assert made.oracle.max_consecutive_failed_trials == 3


def test_a_search_leaves_the_oracle_and_random_states_as_they_were(tmp_path):
    made = tuner(tmp_path, few, max_model_size=1)  # no model is small enough: errors in a row end the search
    np.random.seed(3)
    expected, before = np.random.RandomState(3).random(), {*vars(made.oracle)}
    with pytest.raises(RuntimeError, match=r"(?s)Number of consecutive failures exceeded the limit of 3.*Oversized"):
        made.search(**GIVEN)
    assert np.random.random() == expected
    assert {*vars(made.oracle)} == before
    assert (made.oracle.max_consecutive_failed_trials, made.oracle.tuner_ids) == (3, set())


def test_together_is_at_least_one(tmp_path):
    with pytest.raises(ValueError, match="together: got 0, expected"):
        tuner(tmp_path, together=0)

"""The five lines of a notebook, really trained."""

import functools

import keras
import numpy as np
import pandas as pd
import pytest

from experiments import Study
from experiments.errors import RequestError
from experiments.tasks import Data, Task
from tests.experiments.report.conftest import _nothing_drawn  # noqa: F401 (a fixture)

GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(60, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


RATES = {"learning_rate": [0.1]}
PART = np.arange(20)
TASK = Task("softmax", (3,), 2, lambda seed: Data(X, Y, PART, PART + 20, PART + 40))
OVERLAPPING = Task("softmax", (3,), 2, lambda seed: Data(X, Y, PART, PART + 20, PART + 20))


def build(activation):
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, activation=activation), keras.layers.Dense(2, activation="softmax")]
    )


def test_the_five_lines(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = Study(build=build, data=(X, Y), factors={"activation": ["relu", "tanh"]}, seeds=2, epochs=2)
    results = study.run()
    best = results.best()
    page = results.report()

    assert list(results.frame["status"]) == ["ok"] * 4
    assert len(results.history) == 8
    assert results.cells()["validation_accuracy"].is_monotonic_decreasing
    assert "<table" in results._repr_html_()
    assert page == results.folder.parent.parent / "reports" / "study" / "index.html" or page.is_file()
    assert best["validation_accuracy"] == results.frame.loc[best.name, "validation_accuracy"]

    # best.keras is that trial: the same score on its own validation examples
    data = study.declared.objects["task"].draw(int(best["seed"]))
    probabilities = results.best_model().predict(data.x[data.validation], verbose=0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert np.mean(probabilities.argmax(axis=1) == data.y[data.validation]) == best["validation_accuracy"]


@pytest.mark.usefixtures("_nothing_drawn")
def test_a_weak_signal_is_told_as_it_is(tmp_path):
    noise = np.random.default_rng(2).integers(0, 2, 60)
    arms = ["relu", "tanh", "sigmoid"]
    study = Study(build=build, data=(X, noise), factors={"activation": arms}, seeds=6, epochs=1, name="weak")
    results = study.run(results=tmp_path)
    cells = results.cells().set_index("activation")
    assert list(results.frame["status"]) == ["ok"] * 18
    assert cells["learned_nothing"].sum() > 3, "the labels are noise"
    means = results.frame.groupby("activation")["validation_accuracy"].mean()
    assert cells["validation_accuracy"].to_dict() == pytest.approx(means.to_dict())
    first, best = cells.index[0], results.best()
    assert best["activation"] == first
    text = (results.report(tmp_path / "reports").parent / "report.md").read_text()
    assert f"learned nothing: {cells['learned_nothing'].sum()}" in text
    assert f"weak/best.keras is the model of what ranks first, trained with seed {best['seed']}" in text
    assert f"| 1 | {first} | {100 * means[first]:.1f} |" in text


@pytest.mark.usefixtures("_nothing_drawn")
def test_a_study_of_objects_is_put_to_the_test(tmp_path, capsys):
    study = Study(build=build, data=(X, Y), factors={"activation": ["relu", "tanh"]}, seeds=2, epochs=1)
    results = study.run(results=tmp_path)
    fresh = study.confirm(results=tmp_path, top=1, seeds=2)
    assert sorted(fresh.frame["seed"].unique()) == [1_000_000, 1_000_001]
    assert "2 fresh ones give" in capsys.readouterr().out
    both = study.calibrate(results=tmp_path, comparisons=2)
    assert len(both.frame) == 2 * 2 * 2
    scores = both.frame.pivot(index="seed", columns="salt", values="train_loss")
    assert (scores.nunique(axis=1) == 4).all()  # other weights, of a model that knows nothing of seeds
    assert "of 2 comparisons of a cell with itself" in capsys.readouterr().out
    page = results.report(tmp_path / "reports").read_text()
    assert "fresh trials" in page
    assert "Whether the method can be trusted" in page


@pytest.mark.usefixtures("_nothing_drawn")
def test_tuning_seeds_choose_and_fresh_ones_compare(tmp_path, capsys):
    rates = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.1]}
    study = Study(build=build, data=(X, Y), factors=rates, seeds=3, tuning_seeds=2, epochs=1, name="tuned")
    results = study.run(results=tmp_path)
    assert sorted(results.frame["seed"].unique()) == [0, 1]
    fresh = pd.read_csv(tmp_path / "tuned-confirm" / "trials.csv")
    assert sorted(fresh["seed"].unique()) == [1_000_000, 1_000_001, 1_000_002]
    page = results.report(tmp_path / "reports").read_text()
    assert "its own 2 seeds are there to choose (tuning_seeds)" in page
    assert "Not finished" not in page
    (tmp_path / "tuned-confirm" / "manifest.json").unlink()
    assert "these seeds choose, and 3 others that compare" in results.report(tmp_path / "reports").read_text()
    capsys.readouterr()


def test_looks_are_asked_for_in_place_of_seeds():
    study = Study(data=(X, Y), factors={"activation": ["relu", "tanh"]}, looks=[2, 4, 8])
    assert (study.declared.looks, study.declared.seeds) == ((2, 4, 8), [0, 1])
    with pytest.raises(RequestError, match="looks: given beside seeds"):
        Study(data=(X, Y), factors={"activation": ["relu", "tanh"]}, seeds=3, looks=[2, 4, 8])


@pytest.mark.usefixtures("_nothing_drawn")
def test_any_metric_of_keras_ranks_on_both_engines(tmp_path):
    def zero(y, p):
        return np.zeros(len(y))

    metrics = ["auc", {"name": "f1_score"}, keras.metrics.Precision(thresholds=0.4, name="at_40"), (zero, "min")]
    y = (X[:, 0] > 0.8).astype(int)
    settings = {"data": (X, y), "factors": {"learning_rate": [1e-2, 1e-1]}, "seeds": 2, "epochs": 2}
    frames = {}
    for engine in ("serial", "fused"):
        study = Study(name=engine, model={"units": [3]}, metrics=metrics, **settings)
        results = study.run(results=tmp_path, engine=engine)
        frames[engine] = results.frame
    columns = [f"{part}_{name}" for part in ("validation", "test") for name in ("auc", "f1_score", "at_40", "zero")]
    serial, fused = (frame.set_index("trial")[[*columns, "constant_score"]] for frame in frames.values())
    np.testing.assert_allclose(fused.loc[serial.index], serial, atol=1e-6)
    assert set(serial["constant_score"]) == {0.5}
    assert {f"validation_{name}" for name in ("auc", "at_40")} <= set(results.history)

    # the row is what evaluate gives for the saved model
    best, data = results.best(), study.declared.objects["task"].draw(int(results.best()["seed"]))
    model = results.best_model()
    model.compile(loss="mse", metrics=[keras.metrics.Precision(thresholds=0.4, class_id=1)])
    found = model.evaluate(data.x[data.test], np.eye(2)[data.y[data.test]], verbose=0)[-1]
    assert best["test_at_40"] == pytest.approx(found, abs=1e-6)

    page = results.report(tmp_path / "reports").read_text()
    assert "validation auc" in page.lower()
    (results.folder / "journal.sqlite").unlink()
    assert study.run(results=tmp_path).frame.equals(results.frame)  # taken back from the CSVs, metrics and all
    with pytest.raises(RequestError, match=r"metrics: the results have .*auc.*, the study has those of the task"):
        Study(name="serial", model={"units": [3]}, **settings).run(results=tmp_path)


def test_a_second_run_trains_nothing(tmp_path):
    study = Study(build=build, data=(X, Y), factors={"activation": ["relu"]}, seeds=1, epochs=1)
    first = study.run(results=tmp_path)
    before = (first.folder / "trials.csv").read_bytes()
    assert (study.run(results=tmp_path).folder / "trials.csv").read_bytes() == before


def test_other_data_under_the_same_name_are_refused(tmp_path):
    factors = {"activation": ["relu"]}
    Study(build=build, data=(X, Y), factors=factors, seeds=1, epochs=1).run(results=tmp_path)
    other = Study(build=build, data=(X + 1, Y), factors=factors, seeds=1, epochs=1)
    with pytest.raises(RequestError, match="arrays: its source has changed"):
        other.run(results=tmp_path)


def test_numpy_levels_and_tuples_are_taken(tmp_path):
    study = Study(data=(X, Y), factors={"learning_rate": np.array([0.1, 0.01]), "units": ((3,), (np.int64(2), 2))})
    assert study.declared.factors == {"learning_rate": [0.1, 0.01], "units": [[3], [2, 2]]}
    assert "4 cells × 5 seeds" in repr(study)


@pytest.mark.parametrize(
    "seeds", [range(3, 5), np.arange(3, 5), [np.int32(3), np.int64(4)], (3, 4), pd.Series([3, 4])], ids=repr
)
def test_seeds_are_what_they_look_like(seeds):
    assert Study(task="xor", factors=RATES, seeds=seeds).declared.seeds == [3, 4]
    assert Study(task="xor", factors=RATES, seeds=np.int64(2)).declared.seeds == [0, 1]


def test_levels_of_every_plain_kind():
    levels = {"width": [None, 4, 8], "bias": [True, False], "sizes": [(8, 8), [8], []]}
    study = Study(build=lambda outputs, width, bias, sizes: None, data=(X, Y), factors=levels)
    assert study.declared.factors["sizes"] == [[8, 8], [8], []]
    assert "18 cells" in repr(study)


class Maker:
    def __call__(self, activation):
        return build(activation)


@pytest.mark.parametrize(
    ("made", "name"),
    [(functools.partial(build, activation="tanh"), "build"), (Maker(), "Maker"), (Maker().__call__, "__call__")],
)
def test_whatever_is_callable_builds(made, name):
    study = Study(build=made, data=(X, Y), factors=RATES)
    assert study.declared.model == name
    assert "activation" in study.declared.settings


def test_a_bound_argument_is_a_setting_and_counts_as_source():
    one, other = (
        Study(build=functools.partial(sized, width=width), data=(X, Y), factors=RATES).declared for width in (3, 4)
    )
    assert (one.base["width"], other.base["width"]) == (3, 4)
    assert one.trials[0].id != other.trials[0].id


def sized(outputs, width=2):
    return None


def test_data_of_the_users_own_and_weights():
    weights = {"class_weight": {1: 3}, "sample_weight": np.ones(60)}
    study = Study(data=(X, Y), validation_data=(X[:9], Y[:9]), test_data=(X[:8], Y[:8]), factors=RATES, **weights)
    data = study.declared.objects["task"].draw(0)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [60, 9, 8]
    assert data.weights[:60].tolist() == np.where(Y == 1, 3.0, 1.0).tolist()


@pytest.mark.usefixtures("_nothing_drawn")
def test_weighted_trials_train_one_by_one_and_the_page_says_what_was_split(tmp_path, capsys):
    factors = {"learning_rate": [1e-3, 1e-2, 1e-1]}
    settings = {"factors": factors, "seeds": 2, "epochs": 1, "model": {"units": [2]}}
    study = Study(data=(X, Y), class_weight={1: 3}, validation_data=(X[:9], Y[:9]), **settings)
    results = study.run(results=tmp_path)
    assert set(results.frame["engine"]) == {"serial"}
    assert "class_weight or sample_weight, which stacks don't have" in capsys.readouterr().out
    page = results.report(tmp_path / "reports").read_text()
    assert (
        "The validation examples were given, the same for every seed; 20 % of the other examples are the test" in page
    )

    # the same name again: what to do is told as Python has it
    with pytest.raises(RequestError, match="fresh=True sets them aside, another name= keeps both"):
        Study(data=(X, Y), **settings).run(results=tmp_path)


def test_classes_that_validation_lacks_are_told(capsys):
    rare = np.where(np.arange(60) == 3, 2, Y)
    Study(data=(X, rare), factors=RATES)
    assert "no example of class 2, which has 1 in all" in capsys.readouterr().out


LEVELS = {"build": sized, "data": (X, Y)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": X}, r"data: got ndarray, allowed is \(x, y\)"),
        ({"data": (X, Y), "task": "xor"}, "data: got both data and task"),
        ({"build": 3, "data": (X, Y)}, "build: got 3, allowed is a function"),
        ({"data": (X, Y, Y)}, r"data: got 3 of them, allowed is \(x, y\)"),
        ({"task": "xor", "class_weight": {0: 1}}, "class_weight: given without data"),
        ({"data": TASK, "sample_weight": [1]}, r"sample_weight: given beside a Task, allowed is Data\(weights"),
        ({"data": TASK, "head": "sigmoid"}, "head: given beside a Task, allowed is the task's own"),
        ({"data": OVERLAPPING}, "20 of 20 test examples are validation examples as well"),
        ({"data": (X, Y.astype(float))}, r"y: got floats that are all whole \(0.0, 1.0\), give head"),
        ({"task": "xor", "metrics": ["aucc"]}, 'metrics: got "aucc"; did you mean "auc"'),
        ({"task": "xor", "metrics": [sized]}, "metrics: whether more or less of sized is better is not clear"),
        ({"seeds": ["0", "1"]}, r'seeds: got \["0", "1"\], allowed is a count, or a list of distinct whole numbers'),
        ({"seeds": {0, 1}}, "allowed is a list: a set has no order"),
        ({"seeds": np.array([0.5])}, r"seeds: got \[0.5\], allowed is a count, or a list"),
        (LEVELS | {"factors": {"width": [1, True]}}, "factors width: got 1 and true, which results can't tell apart"),
        (LEVELS | {"factors": {"width": [1, "1"]}}, 'factors width: got 1 and "1", which results can\'t tell apart'),
        (LEVELS | {"factors": {"width": [[8], 8]}}, r"factors width: got \[8\] and 8, which results can't tell apart"),
        (LEVELS | {"factors": {"width": [None, "none"]}}, 'got none and "none", which results can\'t tell apart'),
        ({"data": (X, Y), "factors": {"activation": ["rellu"]}}, 'got "rellu"; did you mean "relu"'),
        ({"data": (X, Y), "factors": {}}, "factors: got none"),
    ],
)
def test_wrong_requests(arguments, message):
    with pytest.raises(RequestError, match=message):
        Study(**({"factors": {"activation": ["relu"]}} | arguments))

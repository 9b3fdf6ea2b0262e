"""The five lines of a notebook, really trained."""

import keras
import numpy as np
import pytest

from experiments import Study
from experiments.errors import RequestError

GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(60, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


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


def test_looks_are_asked_for_in_place_of_seeds():
    study = Study(data=(X, Y), factors={"activation": ["relu", "tanh"]}, looks=[2, 4, 8])
    assert (study.declared.looks, study.declared.seeds) == ((2, 4, 8), [0, 1])
    with pytest.raises(RequestError, match="looks: given beside seeds"):
        Study(data=(X, Y), factors={"activation": ["relu", "tanh"]}, seeds=3, looks=[2, 4, 8])


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
    study = Study(data=(X, Y), factors={"learning_rate": np.array([0.1, 0.01]).tolist(), "units": [(3,), (2, 2)]})
    assert study.declared.factors["units"] == [[3], [2, 2]]
    assert "4 cells × 5 seeds" in repr(study)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": X}, r"data: got ndarray, allowed is \(x, y\)"),
        ({"data": (X, Y), "task": "xor"}, "data: got both data and task"),
        ({"build": 3, "data": (X, Y)}, "build: got 3, allowed is a function"),
        ({"data": (X, Y), "factors": {"activation": ["rellu"]}}, 'got "rellu"; did you mean "relu"'),
        ({"data": (X, Y), "factors": {}}, "factors: got none"),
    ],
)
def test_wrong_requests(arguments, message):
    with pytest.raises(RequestError, match=message):
        Study(**({"factors": {"activation": ["relu"]}} | arguments))

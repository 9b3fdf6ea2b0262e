"""keras-tuner's tuners by their own names: the same signatures, the same oracles, the same complaints."""

import inspect

import keras
import keras_tuner
import pytest

from experiments import tune
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
NAMES = ("RandomSearch", "GridSearch", "BayesianOptimization", "Hyperband")


def build(hp):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(hp.Choice("units", [1, 2, 3]))])
    model.compile("sgd", "mse")
    return model


def made(name, folder, source=tune, **options):
    return getattr(source, name)(
        build, **{"objective": "val_loss", "directory": folder, "project_name": "own"} | options
    )


def arguments(kind):
    """Names and defaults, in order."""
    return [
        (parameter.name, parameter.default, parameter.kind)
        for parameter in inspect.signature(kind.__init__).parameters.values()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_import_changes(name, tmp_path):
    ours, theirs = getattr(tune, name), getattr(keras_tuner, name)
    assert arguments(ours) == arguments(theirs)
    assert issubclass(ours, tune.FusedTuner)
    options = {"seed": 5, "max_retries_per_trial": 2, "max_consecutive_failed_trials": 7}
    one, other = made(name, tmp_path / "a", **options), made(name, tmp_path / "b", keras_tuner, **options)
    assert type(one.oracle) is type(other.oracle)
    assert one.oracle.get_state().keys() == other.oracle.get_state().keys()
    changing = {"gpr", "display"}
    for key, value in other.oracle.get_state().items():
        if key not in changing:
            assert one.oracle.get_state()[key] == value, key
    for key in ("max_retries_per_trial", "max_consecutive_failed_trials", "max_trials"):
        assert getattr(one.oracle, key) == getattr(other.oracle, key)


def test_0_is_a_seed(tmp_path):
    """To keras-tuner it is none."""
    oracles = [made("RandomSearch", tmp_path / name, seed=0).oracle for name in "ab"]
    assert [oracle.seed for oracle in oracles] == [0, 0]
    assert oracles[0]._random_values() == oracles[1]._random_values()
    points = [made("BayesianOptimization", tmp_path / name, seed=0).oracle._random_state.rand() for name in "cd"]
    assert points[0] == points[1]


def test_an_oracle_that_is_none_and_a_missing_hypermodel_are_told_as_keras_tuner_tells_them(tmp_path):
    with pytest.raises(ValueError, match="Expected `oracle` argument to be an instance of `Oracle`"):
        tune.FusedTuner("random", build, directory=tmp_path)
    for kind in (tune.RandomSearch, tune.Hyperband):
        with pytest.raises(ValueError, match="Received `hypermodel=None`, expected a `HyperModel` or a function"):
            kind(objective="val_loss", directory=tmp_path)


@pytest.mark.parametrize(("before", "now"), [("RandomSearch", "Hyperband"), ("GridSearch", "BayesianOptimization")])
def test_the_project_of_another_oracle_is_refused_with_what_to_do(before, now, tmp_path):
    made(before, tmp_path).save()
    with pytest.raises(RuntimeError, match=rf"not one of a {now}Oracle.*project_name.*pass `overwrite=True`"):
        made(now, tmp_path)
    assert made(now, tmp_path, overwrite=True).oracle.trials == {}


class Remembering(tune.RandomSearch):
    """Keeps a state of its own, as keras-tuner lets a tuner do."""

    noted = None

    def get_state(self):
        return {"noted": self.noted}

    def set_state(self, state):
        self.noted = state["noted"]


def test_the_state_of_a_tuner_of_ones_own_is_taken_up(tmp_path):
    first = Remembering(build, objective="val_loss", directory=tmp_path, project_name="own")
    first.noted = 3
    first.save()
    assert Remembering(build, objective="val_loss", directory=tmp_path, project_name="own").noted == 3

"""Autoencoders: the target is the input, on both engines."""

import numpy as np
import pytest

from experiments.api import Study
from experiments.errors import RequestError
from experiments.models.autoencoder import autoencoder
from experiments.models.build import build
from experiments.recipes.recipe import recipe_of, task_of
from experiments.recipes.reconstruction import Reconstruction
from experiments.study.differences import find_differences
from experiments.study.study_table import read
from experiments.tasks.digits import digits
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.trainer import Trainer
from tests.experiments.train.fused.stacks import trained_serially

# powers of two, which Keras' rounding of settings through float32 leaves as they are
TABLE = {
    "name": "codes",
    "task": "reconstruct_digits",
    "model": {"kind": "autoencoder", "units": [12], "bottleneck": 4},
    "factors": {
        "bottleneck": [4, 6],
        "activation": ["tanh", "sigmoid"],
        "loss": ["mean_squared_error", {"name": "huber", "delta": 0.125}],
        "regularizer": ["none", {"name": "sparsity", "target": 0.0625, "weight": 2**-10}],
        "input_noise": [0.0, 0.125],
    },
    "learning_rate": 2**-7,
    "optimizer": {"name": "adam", "beta_1": 0.875, "beta_2": 0.96875},
    "seeds": 2,
    "epochs": 2,
    "batch_size": 256,
}


@pytest.fixture(scope="module")
def study():
    return read(TABLE)


@pytest.fixture(scope="module")
def drawn(study):
    task = task_of(study, study.base)
    return task, {seed: task.draw(seed) for seed in study.seeds}


def test_every_example_is_its_own_target(study, drawn) -> None:
    task, data = drawn
    assert isinstance(recipe_of(study), Reconstruction)
    assert (task.head, task.outputs, task.metrics) == ("linear", 64, ("mean_squared_error", "mean_absolute_error"))
    assert np.array_equal(data[0].y, data[0].x.astype(np.float32) / 16)
    plain = digits().draw(0)
    assert all(np.array_equal(getattr(plain, part), getattr(data[0], part)) for part in ("train", "validation", "test"))


def test_the_constant_guess_is_the_mean_training_example(study, drawn) -> None:
    task, data = drawn
    mean = data[0].y[data[0].train].mean(axis=0, dtype=np.float64)
    expected = np.mean((data[0].y[data[0].validation] - mean) ** 2)
    assert recipe_of(study).constant_score(task, data[0]) == pytest.approx(expected, rel=1e-5)


def test_an_autoencoder_mirrors_its_encoder_and_penalizes_its_code(study, drawn) -> None:
    sparse = next(trial for trial in study.trials if trial.settings["regularizer"]["name"] == "sparsity")
    model = build(study, sparse, drawn[0])
    widths = [layer.units for layer in model.layers if hasattr(layer, "units")]
    assert widths == [12, sparse.settings["bottleneck"], 12, 64]
    penalized = [layer.name for layer in model.layers if getattr(layer, "activity_regularizer", None)]
    assert penalized == ["activation_1"]
    with pytest.raises(ValueError, match="units"):
        autoencoder((4,), 4, "linear", units=[0], bottleneck=1)


def test_stacks_give_what_single_trials_give(study, drawn, float64) -> None:
    task, data = drawn
    cells = Cells(study, task)
    few = [
        trial for trial in study.trials if trial.settings["input_noise"] == 0.125 or trial.settings["bottleneck"] == 4
    ]
    chunks, refused = plan(study, few, cells)
    assert not refused
    by_place = {(trial.cell, trial.seed): trial for trial in few}
    chunk = max(chunks, key=len)
    trainer = Trainer(chunk, by_place, cells, [data[seed] for seed in chunk.seeds])
    for outcome in trainer.run()[:4]:
        trial = next(trial for trial in few if trial.id == outcome.trial)
        expected, model = trained_serially(study, trial, task, data[trial.seed])
        for name, value in expected.row.items():
            if isinstance(value, float) and name != "seconds":
                assert outcome.row[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name
        for ours, theirs in zip(trainer.weights(trial.cell, trial.seed), model.get_weights(), strict=True):
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_any_task_can_be_reconstructed_and_other_recipes_are_refused() -> None:
    moons = read({"name": "m", "task": "moons", "recipe": "reconstruction", "factors": {"learning_rate": [0.1, 0.2]}})
    assert (moons.primary, moons.direction) == ("mean_squared_error", "min")
    assert task_of(moons, moons.base).outputs == 2
    usual = read({"name": "m", "task": "moons", "factors": {"learning_rate": [0.1, 0.2]}})
    assert moons.trials[0].id != usual.trials[0].id
    assert "recipe" not in usual.fixed
    assert next(iter(find_differences(moons, usual.fixed))) == (
        'recipe: the results have "supervised", the study has "reconstruction"'
    )
    with pytest.raises(RequestError, match='recipe: got "reconstructoin"; did you mean "reconstruction"'):
        read({"name": "m", "task": "moons", "recipe": "reconstructoin", "factors": {"learning_rate": [0.1, 0.2]}})
    with pytest.raises(RequestError, match=r"cross_entropy.*does not fit a linear head"):
        read({"name": "m", "task": "reconstruct_digits", "factors": {"loss": ["cross_entropy", "huber"]}})


def test_arrays_without_targets_are_enough(tmp_path) -> None:
    x = np.random.default_rng(0).random((60, 2, 3)).astype(np.float32)
    study = Study(
        data=x,
        recipe="reconstruction",
        model={"kind": "autoencoder", "units": [], "bottleneck": 2},
        seeds=1,
        epochs=1,
        factors={"learning_rate": [0.01]},
    )
    frame = study.run(results=tmp_path, engine="serial").frame
    assert frame["status"].tolist() == ["ok"]
    assert frame["validation_mean_squared_error"].notna().all()


def test_numbers_from_0_to_1_are_reconstructed_by_sigmoids_where_the_head_says_so() -> None:
    x = (np.random.default_rng(0).random((60, 2, 3)) > 0.5).astype(np.float32)
    asked = {"recipe": "reconstruction", "head": "fractions", "model": {"kind": "autoencoder", "bottleneck": 2}}
    study = Study(data=x, factors={"loss": ["cross_entropy", "mean_squared_error"]}, seeds=1, **asked).declared
    task = task_of(study, study.base)
    assert (study.head, task.head, task.outputs) == ("fractions", "fractions", 6)
    assert np.array_equal(task.draw(0).y, x.reshape(60, 6))
    assert build(study, study.trials[0], task).layers[-1].activation.__name__ == "sigmoid"
    with pytest.raises(RequestError, match="x: got numbers from 0 to 3, allowed with the head"):
        task_of(own := Study(data=3 * x, factors={"learning_rate": [0.1]}, **asked).declared, own.base).draw(0)


def test_a_recipe_that_does_not_stack_says_why_and_is_trained_one_by_one(study, drawn, monkeypatch) -> None:
    monkeypatch.setattr(Reconstruction, "stacking", lambda *_: "its trials have steps of their own")
    chunks, refused = plan(study, study.trials[:3], Cells(study, drawn[0]))
    assert chunks == []
    assert refused == {trial.cell: "its trials have steps of their own" for trial in study.trials[:3]}

"""Generators and critics as one program give what each pair gives by itself."""

import keras
import numpy as np
import pytest

from custom.layers import SparsityPenalty
from custom.models import GAN
from experiments.api import Study
from experiments.models.gan import gan
from experiments.recipes.adversarial.stacking import AdversarialStacking, PairBody
from experiments.recipes.recipe import recipe_of, task_of
from experiments.study.study_file import read
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.trainer import Trainer
from tests.experiments.train.fused.stacks import at_once, trained_serially

# powers of two, which Keras' rounding of settings through float32 leaves as they are
TABLE = {
    "name": "pairs",
    "task": {"name": "ring", "n": 48},
    "model": {"units": [4], "latent_size": 3},
    "factors": {
        "loss": [
            "non_saturating",
            {"name": "wasserstein_clip", "clip_limit": 2**-4},
            {"name": "wasserstein_clip", "clip_limit": 2**-3},
            {"name": "wasserstein_gradient", "penalty_weight": 8.0},
        ],
        "critic_steps": [1, 3],
        "critic_learning_rate": [2**-6, 2**-7],
        "regularizer": ["none", {"name": "l2", "l2": 2**-8}],
        "batch_normalization": [False, True],
    },
    "learning_rate": 2**-7,
    "optimizer": {"name": "adam", "beta_1": 0.5, "beta_2": 0.96875},
    "batch_size": 4,
    "seeds": 2,
    "epochs": 2,
}
# whether there is batch normalization, by loss and critic steps: every pair of levels is in one of these
PROGRAMS = {
    ("non_saturating", 3): True,
    ("wasserstein_clip", 1): True,
    ("wasserstein_gradient", 1): False,
    ("wasserstein_gradient", 3): True,
}


@pytest.fixture(scope="module")
def study():
    return read(TABLE)


@pytest.fixture(scope="module")
def drawn(study):
    task = task_of(study, study.base)
    return task, {seed: task.draw(seed) for seed in study.seeds}


@pytest.mark.parametrize(("loss", "steps"), PROGRAMS)
def test_stacks_give_what_single_pairs_give(study, drawn, float64, loss, steps) -> None:
    task, data = drawn
    cells = Cells(study, task)
    normalized = PROGRAMS[loss, steps]
    few = [
        trial
        for trial in study.trials
        if trial.settings["loss"]["name"] == loss
        and trial.settings["critic_steps"] == steps
        and trial.settings["batch_normalization"] == normalized
    ]
    chunks, refused = plan(study, few, cells)
    assert not refused
    assert sum(map(len, chunks)) == len(few)
    by_place = {(trial.cell, trial.seed): trial for trial in few}
    chunk = chunks[0]
    with at_once():
        trainer = Trainer(chunk, by_place, cells, [data[seed] for seed in chunk.seeds])
        outcomes = trainer.run()
    for outcome in (outcomes[0], outcomes[-1]):
        trial = next(trial for trial in few if trial.id == outcome.trial)
        expected, model = trained_serially(study, trial, task, data[trial.seed])
        assert outcome.row["engine"] == "fused"
        for name, value in expected.row.items():
            if isinstance(value, float) and name != "seconds":
                assert outcome.row[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name
        assert [entry.keys() for entry in outcome.history] == [entry.keys() for entry in expected.history]
        taken = trainer.model(trial.cell, trial.seed)
        assert type(taken) is type(model)
        for ours, theirs in zip(taken.get_weights(), model.get_weights(), strict=True):
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-10)  # biases near 0


def test_pairs_of_one_loss_and_as_many_critic_steps_are_one_program(study, drawn) -> None:
    cells = Cells(study, drawn[0])
    chunks, refused = plan(study, study.trials, cells)
    assert not refused
    settings = {trial.cell: trial.settings for trial in study.trials}
    kinds = [
        {(settings[cell]["loss"]["name"], settings[cell]["critic_steps"]) for cell in chunk.cells} for chunk in chunks
    ]
    assert all(len(of_chunk) == 1 for of_chunk in kinds)
    assert len(chunks) < len(study.cells) / 2


def test_what_is_drawn_or_penalized_several_times_in_a_step_trains_by_itself() -> None:
    dropping = gan((2,), latent_size=2, units=[3], dropout=0.5)
    assert PairBody(dropping, {}).refuses == "the layer dropout_2 draws random numbers, several times in a step"
    penalized = gan((2,), latent_size=2, units=[3], activity_regularizer=keras.regularizers.L2(0.1))
    assert "penalizes its outputs" in PairBody(penalized, {}).refuses

    class Own(keras.Model):
        def call(self, x):
            return x

    shapeless = GAN(keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]), dropping.opponent)
    shapeless.opponent = Own()
    assert "shows no graph of layers" in PairBody(shapeless, {}).refuses


def test_digits_are_made_by_both_engines_alike(float64) -> None:
    study = read({
        "name": "a", "task": "digits", "recipe": "adversarial", "metrics": ["earth_mover_distance", "class_distance"],
        "model": {"units": [4], "output_activation": "sigmoid"}, "factors": {"latent_size": [2, 4]},
        "batch_size": 512, "learning_rate": 2**-7, "optimizer": "sgd", "seeds": 1, "epochs": 1,
    })  # fmt: skip
    task = task_of(study, study.base)
    task = type(task)(**{**vars(task), "metrics": study.metrics, "scorers": {}})
    data, cells = task.draw(0), Cells(study, task)
    assert isinstance(recipe_of(study).stacking(study, task), AdversarialStacking)
    chunks, _ = plan(study, study.trials, cells)
    trials = {(trial.cell, trial.seed): trial for trial in study.trials}
    with at_once():
        (outcome,) = Trainer(chunks[0], trials, cells, [data]).run()
    trial = next(trial for trial in study.trials if trial.id == outcome.trial)
    expected = trained_serially(study, trial, task, data)[0].row
    for name in ("train_loss", "validation_loss", "test_earth_mover_distance", "test_class_distance"):
        assert outcome.row[name] == pytest.approx(expected[name], rel=1e-9), name
    assert np.isfinite(outcome.row["constant_score"])


def penalized(input_shape, seed=0):
    pair = gan(input_shape, latent_size=2, units=[3], seed=seed)
    critic = keras.Sequential([keras.Input(input_shape), SparsityPenalty(), keras.layers.Dense(1)])
    return GAN(pair.generator, critic, seed=0)


def test_a_layer_with_a_penalty_of_its_own_trains_by_itself() -> None:
    study = Study(build=penalized, task="ring", factors={"learning_rate": [0.1, 0.2]}, seeds=2).declared
    chunks, refused = plan(study, study.trials, Cells(study, task_of(study, study.base)))
    assert chunks == []
    assert all("adds a penalty of its own, several times in a step" in why for why in refused.values())

"""Generator and critic in a study: trained as `custom` trains them, scored on held-out examples."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from custom.models import GAN, WGAN
from experiments.errors import RequestError
from experiments.models.build import build
from experiments.recipes.adversarial.judge import Judge
from experiments.recipes.adversarial.pairs import critic_loss, evaluation_noise, pair
from experiments.recipes.adversarial.recipe import AdversarialTraining
from experiments.recipes.adversarial.scores import earth_mover_distance
from experiments.recipes.recipe import recipe_of, task_of
from experiments.study.seeds import stream
from experiments.study.study_table import read
from experiments.tasks.digits import digits
from experiments.tasks.moons import moons
from experiments.train import forms, serial
from experiments.train.fused.cell import Cells
from tests.experiments.eager import steps_of_keras_at_once

TABLE = {
    "name": "modes",
    "task": {"name": "ring", "n": 40},
    "model": {"units": [4], "latent_size": 3},
    "factors": {
        "loss": ["non_saturating", {"name": "wasserstein_clip", "clip_limit": 0.125}, "wasserstein_gradient"],
        "critic_steps": [1, 2],
    },
    "critic_learning_rate": 0.25,
    "learning_rate": 0.125,
    "optimizer": "sgd",
    "batch_size": 8,
    "seeds": 1,
    "epochs": 2,
}


@pytest.fixture(scope="module")
def study():
    return read(TABLE)


@pytest.fixture(scope="module")
def drawn(study):
    task = task_of(study, study.base)
    return task, task.draw(0)


@pytest.mark.parametrize("place", range(6))
def test_a_trial_is_what_the_models_of_custom_learn(study, drawn, place) -> None:
    task, data = drawn
    trial = study.trials[place]
    settings = trial.settings
    with steps_of_keras_at_once():
        outcome, model = serial.train(study, trial, task, data)
        alone = pair(build(study, trial, task), settings, stream(0, "gan", "noise"))
        assert isinstance(alone, GAN if settings["loss"]["name"] == "non_saturating" else WGAN)
        alone.compile(keras.optimizers.SGD(0.125), keras.optimizers.SGD(0.25))
        for epoch in range(2):
            order = data.train[np.random.default_rng([0, epoch]).permutation(len(data.train))]
            alone.fit(data.x[order], batch_size=8 * settings["critic_steps"], shuffle=False, verbose=0)
    for ours, theirs in zip(model.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    steps = -(-len(data.train) // (8 * settings["critic_steps"])) * 2
    assert int(alone.optimizer.generator.iterations) == steps
    assert int(alone.optimizer.opponent.iterations) == steps * settings["critic_steps"]
    noise = evaluation_noise(0, len(data.test), (3,))
    made = model.predict(noise, verbose=0)
    found = outcome.row["test_earth_mover_distance"]
    assert found == pytest.approx(earth_mover_distance(made, data.x[data.test]), rel=1e-6)
    assert (outcome.row["status"], outcome.row["parameters"]) == ("ok", 4 * 4 + 5 * 2 + 3 * 4 + 5)


def test_the_loss_of_a_critic_is_the_formula() -> None:
    generated, real = np.array([0.3, -2.0]), np.array([1.0, 4.0, 800.0])
    assert critic_loss(generated, real, wasserstein=True) == pytest.approx(generated.mean() - real.mean())
    sigmoid = 1 / (1 + np.exp(-generated))
    formula = -np.log(1 / (1 + np.exp(-real))).mean() - np.log(1 - sigmoid).mean()
    assert critic_loss(generated, real, wasserstein=False) == pytest.approx(formula, rel=1e-12)


def test_the_constant_guess_is_the_mean_example(study, drawn) -> None:
    task, data = drawn
    mean = np.repeat(data.x[data.train].mean(axis=0, keepdims=True), len(data.validation), axis=0)
    found = recipe_of(study).constant_score(task, data)
    assert found == Judge(task, data).scores(mean, data.validation)["modes_covered"] == 0


def test_it_is_tried_before_it_trains(study, drawn) -> None:
    task, data = drawn
    assert forms.check(study, study.trials, task, data, Cells(study, task)) == []


def test_digits_are_judged_by_a_classifier_of_real_ones() -> None:
    task = replace(AdversarialTraining().learned(digits()), metrics=("class_distance", "earth_mover_distance"))
    data = task.draw(0)
    judge = Judge(task, data)
    real = data.x[data.validation] / 16
    shares = np.bincount(data.y[data.validation]) / len(real)
    found = judge.scores(real, data.validation)
    assert found["earth_mover_distance"] == 0
    assert found["class_distance"] < 0.03
    zeros = real[data.y[data.validation] == 0]
    alone = judge.scores(zeros, data.validation)
    assert alone["class_distance"] == pytest.approx(1 - shares[0], abs=0.05)
    assert alone["earth_mover_distance"] > 0.1
    assert all(np.isnan(value) for value in judge.scores(real * np.nan, data.validation).values())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"factors": {"loss": ["hinge"]}}, "does not fit a generated head. Fitting: non_saturating, wasserstein_clip"),
        ({"model": {"kind": "cnn"}}, 'got "cnn", which the recipe adversarial does not train. Fitting: gan'),
        ({"metrics": ["accuracy"]}, '"accuracy", which does not fit a generated head. Fitting: earth_mover_distance'),
        ({"critic_steps": 0}, "critic_steps: got 0"),
    ],
)  # fmt: skip
def test_a_wrong_request_names_what_fits(changed, told) -> None:
    with pytest.raises(RequestError) as raised:
        read(TABLE | changed)
    assert told in str(raised.value)


def test_a_score_that_the_examples_can_t_have_is_refused() -> None:
    learned = AdversarialTraining().learned(moons())
    with pytest.raises(RequestError, match="need a task whose modes are known, such as ring or grid25"):
        AdversarialTraining().check_metrics(replace(learned, metrics=("modes_covered",)), learned.draw(0))
    values = replace(learned, metrics=("class_distance",))
    data = replace(learned.draw(0), y=np.zeros((600, 1)))
    with pytest.raises(RequestError, match="class_distance needs examples of known classes"):
        AdversarialTraining().check_metrics(values, data)

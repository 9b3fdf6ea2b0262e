"""The recipe of generative adversarial networks: a generator against a critic."""

from collections.abc import Mapping
from dataclasses import replace

import keras
import numpy as np

from custom.models import WGAN
from experiments.models import parts
from experiments.models.build import build
from experiments.recipes.adversarial.judge import Judge
from experiments.recipes.adversarial.pairs import critic_loss, evaluation_noise, networks_of, noise_seed, pair
from experiments.recipes.adversarial.stacking import AdversarialStacking
from experiments.recipes.batches import Batches, examples
from experiments.recipes.recipe import Recipe
from experiments.recipes.stacking import Stacking
from experiments.recipes.supervised.overrides import uncompiled
from experiments.study import catalog
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.tasks import Data, Task


class AdversarialTraining(Recipe):
    """Learns to make examples like those of a task, whatever its targets (S10, S24).

    The loss is one of `non_saturating` (a discriminator's logit), `wasserstein_clip` and `wasserstein_gradient` (a
    critic's score); `custom.models.GAN` and `WGAN` have their formulas. `critic_steps` steps of the critic, each on
    `batch_size` real examples, come before each step of the generator. `learning_rate` is the generator's,
    `critic_learning_rate` the critic's, by default the same; both have the study's optimizer.

    Generated examples are scored against held-out ones: as many are made, of noise that is the same for all trials of
    a seed. The loss of a row is the critic's, on validation examples without its penalty.

    >>> from experiments.tasks.mixtures import ring
    >>> AdversarialTraining().learned(ring()).metrics
    ('modes_covered', 'high_quality', 'earth_mover_distance')
    """

    def learned(self, task: Task) -> Task:
        """The same examples, to be made by a generator."""
        facts = catalog.RECIPES["adversarial"]
        if task.head == facts.head:
            return task
        fits = all(facts.head in catalog.METRICS[name].heads for name in task.metrics if name in catalog.METRICS)
        return replace(task, head=facts.head, metrics=task.metrics if fits else facts.metrics, scorers={})

    def check_metrics(self, task: Task, data: Data) -> None:
        """Raises RequestError for a score that the task's examples can't have."""
        Judge(task, data)

    def ready(self, study: Study, trial: Trial, task: Task, data: Data) -> "AdversarialTrainable":
        """A trial's generator and critic, compiled with an optimizer each."""
        return AdversarialTrainable(study, trial, task, data)

    def constant_score(self, task: Task, data: Data) -> float | None:
        """What the mean training example scores, made again and again."""
        mean = examples(data, data.train)[0].mean(axis=0, keepdims=True)
        generated = np.repeat(mean, len(data.validation), axis=0)
        return Judge(task, data).scores(generated, data.validation)[task.metrics[0]]

    def stacking(self, study: Study, task: Task) -> Stacking | str:
        """Networks that learn in turns."""
        return AdversarialStacking(task)


class AdversarialTrainable:
    """One trial's generator and critic."""

    def __init__(self, study: Study, trial: Trial, task: Task, data: Data) -> None:
        self._data, settings = data, trial.settings
        self._judge = Judge(task, data)
        built = build(study, trial, task)
        self.model = pair(networks_of(built), settings, noise_seed(trial))
        self.parameters: int = built.generator.count_params() + built.opponent.count_params()
        self._seed = trial.seed
        self._batches = Batches(data, trial.seed, settings["batch_size"] * settings["critic_steps"])
        rates = settings["learning_rate"], settings["critic_learning_rate"] or settings["learning_rate"]
        self.model.compile(*(parts.optimizer(settings["optimizer"], rate, study.folder) for rate in rates))

    def training_loss(self, logs: Mapping[str, float]) -> float:
        """The critic's, its penalty included."""
        return logs[f"{self.model.opponent_name}_loss"]

    def batches(self) -> Batches:
        """The training batches, each for all steps of the critic before one of the generator."""
        return self._batches

    def evaluate(self, index: np.ndarray) -> dict[str, float]:
        """The critic's loss without its penalty, and every metric."""
        generated = self._generated(len(index))
        real = examples(self._data, index)[0]
        scores = [keras.ops.convert_to_numpy(self.model.opponent(x, training=False)) for x in (generated, real)]
        loss = critic_loss(*scores, wasserstein=isinstance(self.model, WGAN))
        return {"loss": loss} | self._judge.scores(generated, index)

    def test(self, index: np.ndarray) -> tuple[dict[str, float], None]:
        """Every metric; no example is right or wrong."""
        return self._judge.scores(self._generated(len(index)), index), None

    def _generated(self, count: int) -> np.ndarray:
        noise = evaluation_noise(self._seed, count, self.model.latent_shape)
        return keras.ops.convert_to_numpy(self.model.generator(noise, training=False))

    def measure(self) -> dict[str, float]:
        """Nothing: figures of layers are of one network with one loss."""
        return {}

    def finished(self) -> keras.Model:
        """The model, which gives examples of noise; not compiled."""
        return uncompiled(self.model)

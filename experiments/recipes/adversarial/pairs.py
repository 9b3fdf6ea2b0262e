"""A generator and its critic as a study has them trained, and what both engines judge them by."""

import keras
import numpy as np

from custom.models import GAN, WGAN
from custom.models.adversarial import Adversarial
from experiments.errors import RequestError
from experiments.models.build import model_seed
from experiments.study.seeds import stream
from experiments.study.trial import Trial
from experiments.study.types import KerasPart, Settings


def networks_of(built: KerasPart) -> Adversarial:
    """What a model's function gave, where it is a GAN or WGAN of `custom`; else RequestError."""
    if not isinstance(built, GAN | WGAN):
        kind = type(built).__name__
        raise RequestError(f"the recipe adversarial trains a custom.models.GAN or WGAN, got a {kind}")
    return built


def noise_seed(trial: Trial) -> int:
    """What the noise of a trial's training is drawn from."""
    return stream(model_seed(trial), "gan", "noise")


def pair(networks: Adversarial, settings: Settings, seed: int) -> GAN | WGAN:
    """A generator and a critic as the loss of some settings has them trained; not compiled."""
    level, steps = settings["loss"], settings["critic_steps"]
    generator, critic = networks.generator, networks.opponent
    if level["name"] == "non_saturating":
        return GAN(generator, critic, n_critic=steps, seed=seed)
    own = {name: value for name, value in level.items() if name != "name"}
    penalty = level["name"].removeprefix("wasserstein_")
    return WGAN(generator, critic, penalty=penalty, n_critic=steps, seed=seed, **own)


def evaluation_noise(seed: int, count: int, shape: tuple[int, ...]) -> np.ndarray:
    """What examples are made of to be scored: of a seed the same numbers for all trials, `[count, *shape]`."""
    drawn = np.random.default_rng(stream(seed, "evaluation", "noise")).standard_normal((count, *shape))
    return drawn.astype(keras.config.floatx())


def critic_loss(generated: np.ndarray, real: np.ndarray, *, wasserstein: bool) -> float:
    """The loss of a critic without its penalty, from its scores of generated and of real examples.

    mean f(G(z)) − mean f(x), or for logits −mean log σ(D(x)) − mean log(1 − σ(D(G(z)))).

    >>> round(critic_loss(np.zeros(2), np.zeros(3), wasserstein=False), 4)
    1.3863
    """
    generated, real = generated.astype(np.float64), real.astype(np.float64)
    if wasserstein:
        return float(generated.mean() - real.mean())
    return float(np.logaddexp(0, -real).mean() + np.logaddexp(0, generated).mean())

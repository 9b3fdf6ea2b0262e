"""A Wasserstein generative adversarial network."""

import keras
from keras import ops

from custom import checks
from custom.constraints.weight_clip import check_limit, weight_clip
from custom.models.adversarial import Adversarial
from custom.steps import input_gradient
from custom.tensors import at_least_float32, mean_of_any
from custom.types import Config, Data, Tensor

PENALTIES = ("gradient", "clip")


def gradient_penalty(gradient: Tensor) -> Tensor:
    """How far each example's gradient is from the norm 1, squared: the mean over examples.

    >>> round(float(gradient_penalty(keras.ops.array([[3.0, 4.0], [0.0, 1.0]]))), 4)
    8.0
    """
    gradient = at_least_float32(gradient)
    squares = ops.sum(ops.square(gradient), axis=tuple(range(1, len(gradient.shape))))
    # the root's slope is infinite at 0, where a fresh critic may well be
    return mean_of_any(ops.square(ops.sqrt(squares + 1e-12) - 1.0))


@keras.saving.register_keras_serializable(package="custom")
class WGAN(Adversarial):
    """A generator learns to bring its examples near the real ones, in earth mover's distance.

    Formula, with the critic's score f, real examples x, noise z ~ N(0, 1):

        critic:    mean f(G(z)) − mean f(x) + penalty       its negative without the penalty estimates the
            distance
        generator: −mean f(G(z))

        penalty="gradient":  λ mean (‖∇f(x̂)‖ − 1)²,  x̂ = εx + (1 − ε)G(z),  ε ~ U(0, 1) for each example
        penalty="clip":      no term; after each step all of the critic's weights are clipped to ±clip_limit

    A training step cuts its batch into `n_critic` parts: the critic makes a step on each, with fresh
    noise, then the generator makes one. So give `fit` `n_critic` times the batch size that one step of
    the critic is to see. A critic with the gradient penalty should have no batch normalization, which
    mixes the examples of a batch. Frozen weights of the critic are not clipped.

    Real examples of any number type are cast to what the critic takes; a last axis of one may be left out.
    Under `mixed_float16` both losses are scaled, as Keras scales them, unless `compile` is told
    `auto_scale_loss=False`. Frozen layers stay as they are. `sample_weight`, `class_weight`, and a loss or metrics
    given to `compile`, are refused. Under a `tf.distribute` strategy each device cuts its own part of
    the batch into `n_critic`, and every step is that of all devices' parts together. `export` writes the generator.

    Arguments:
        generator: a built `keras.Model` from noise to examples; its input shape is the noise's.
        critic: a built `keras.Model` from an example to one score (no sigmoid).
        penalty: "gradient" or "clip".
        n_critic: steps of the critic for each of the generator; a whole number of at least 1.
        penalty_weight: λ of the gradient penalty; a finite number of at least 0.
        clip_limit: the largest weight with "clip"; a finite number above 0.
        seed: of the noise and of ε; a whole number of at least 0, or None.
        **kwargs: `name`, `dtype` and the like, as in `keras.Model`.

    Input: noise of the generator's input shape. Output: examples of its output shape.
    Logs: `critic_loss`, `generator_loss`, `distance`.

    Raises:
        ValueError: an argument is out of range, a network is not built, the two do not meet, or for what is refused.

    Example:

    >>> generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> critic = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    >>> model = WGAN(generator, critic, penalty="gradient", n_critic=2, seed=0)
    >>> model.compile()
    >>> history = model.fit(keras.ops.ones((8, 3)), verbose=0)
    >>> sorted(history.history)
    ['critic_loss', 'distance', 'generator_loss']

    Source: Arjovsky, Chintala and Bottou (2017), "Wasserstein generative adversarial networks"; Gulrajani
    et al. (2017), "Improved training of Wasserstein GANs".
    """

    opponent_name = "critic"

    def __init__(
        self,
        generator: keras.Model,
        critic: keras.Model,
        *,
        penalty: str = "gradient",
        n_critic: int = 5,
        penalty_weight: float = 10.0,
        clip_limit: float = 0.01,
        seed: int | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(generator, critic, seed=seed, **kwargs)
        self.penalty = checks.choice("penalty", penalty, PENALTIES)
        self.n_critic = checks.whole("n_critic", n_critic, at_least=1, mend="try n_critic=5")
        self.penalty_weight = checks.number(
            "penalty_weight",
            penalty_weight,
            expected="a finite number of at least 0",
            holds=lambda number: number >= 0,
            mend="try penalty_weight=10.0",
        )
        self.clip_limit = check_limit(clip_limit)
        self.critic_loss = keras.metrics.Mean(name="critic_loss")
        self.generator_loss = keras.metrics.Mean(name="generator_loss")
        self.distance = keras.metrics.Mean(name="distance")

    @property
    def critic(self) -> keras.Model:
        return self.opponent

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str | None = None,
        critic_optimizer: keras.optimizers.Optimizer | str | None = None,
        *,
        auto_scale_loss: bool = True,
        **kwargs: object,
    ) -> None:
        """Two optimizers, by default those of the penalty's source; the rest as in `keras.Model.compile`.

        The sources use Adam(1e-4, beta_1=0, beta_2=0.9) with "gradient", RMSprop(5e-5) with "clip".
        """
        self.compile_pair(
            generator_optimizer or self._default_optimizer(),
            critic_optimizer or self._default_optimizer(),
            auto_scale_loss=auto_scale_loss,
            **kwargs,
        )

    def _default_optimizer(self) -> keras.optimizers.Optimizer:
        if self.penalty == "clip":
            return keras.optimizers.RMSprop(5e-5)
        return keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9)

    def _learn(self, data: Data) -> dict[str, Tensor]:
        real = self.real_examples(data)
        count = ops.shape(real)[0]
        part = -(-count // self.n_critic)
        for some in self.parts(real, self.n_critic):
            self._train_critic(some, part, count)
        noise = self.noise(part)
        loss = self.update(
            self.generator,
            self.optimizer.generator,
            lambda: -mean_of_any(self.score(self.examples(noise, real, training=True), training=True)),
        )
        self.generator_loss.update_state(loss, sample_weight=count)
        return self._results()

    def _train_critic(self, real: Tensor, count: int, whole: int) -> None:
        """A step on a part of a batch. count: its examples. whole: those of the batch, as which it is logged."""
        generated = ops.stop_gradient(self.examples(self.noise(count), real, training=True))
        # one share of the mixture for each example, whatever the shape of an example
        axes = [1] * (len(real.shape) - 1)
        share = self._share(lambda total: keras.random.uniform((total, *axes), seed=self.seed_generator), count)
        share = ops.cast(share, real.dtype)

        def loss() -> Tensor:
            value = self._score_difference(real, generated, training=True)
            if self.penalty == "gradient":
                mixed = share * real + (1.0 - share) * generated
                gradient = input_gradient(lambda x: self.critic(x, training=True), mixed, model=self)
                value += self.penalty_weight * ops.cast(gradient_penalty(gradient), value.dtype)
            return value

        critic_loss = self.update(self.critic, self.optimizer.opponent, loss)
        self.critic_loss.update_state(critic_loss, sample_weight=whole)
        if self.penalty == "clip":
            for weight in self.critic.trainable_variables:
                weight.assign(weight_clip(weight, limit=self.clip_limit))
        distance = -self._score_difference(real, generated, training=False)
        self.distance.update_state(distance, sample_weight=whole)

    def _judge(self, data: Data) -> dict[str, Tensor]:
        real = self.real_examples(data)
        count = ops.shape(real)[0]
        generated = self.examples(self.noise(count), real, training=False)
        difference = self._score_difference(real, generated, training=False)
        self.critic_loss.update_state(difference, sample_weight=count)
        self.distance.update_state(-difference, sample_weight=count)
        generator_loss = -mean_of_any(self.score(generated, training=False))
        self.generator_loss.update_state(generator_loss, sample_weight=count)
        return self._results()

    def _score_difference(self, real: Tensor, generated: Tensor, training: bool) -> Tensor:
        """The critic's loss before the penalty."""
        scores_generated = self.score(generated, training=training)
        return mean_of_any(scores_generated) - mean_of_any(self.score(real, training=training))

    def _results(self) -> dict[str, Tensor]:
        return {metric.name: metric.result() for metric in (self.critic_loss, self.generator_loss, self.distance)}

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "penalty": self.penalty,
            "n_critic": self.n_critic,
            "penalty_weight": self.penalty_weight,
            "clip_limit": self.clip_limit,
        }

"""A generative adversarial network."""

import keras
from keras import ops

from custom import checks
from custom.models.adversarial import Adversarial
from custom.tensors import mean_of_any
from custom.types import Config, Data, Tensor


@keras.saving.register_keras_serializable(package="custom")
class GAN(Adversarial):
    """A generator learns to make examples that a discriminator takes for real ones.

    Formula, with the discriminator's logit D, real examples x, noise z ~ N(0, 1) and σ the sigmoid; the
    generator's loss is the non-saturating one:

        discriminator: −mean log σ(D(x)) − mean log(1 − σ(D(G(z))))
        generator:     −mean log σ(D(G(z)))

    A training step cuts its batch into `n_critic` parts: the discriminator makes a step on each, with fresh noise,
    then the generator makes one. So give `fit` `n_critic` times the batch size that one step of the discriminator is
    to see. `fit(x)` takes real examples and no labels; `generate(count)` makes new ones.

    Real examples of any number type are cast to what the discriminator takes; a last axis of one may be left out.
    Under `mixed_float16` both losses are scaled, as Keras scales them, unless `compile` is told
    `auto_scale_loss=False`. Frozen layers stay as they are. `sample_weight`, `class_weight`, and a loss or metrics
    given to `compile`, are refused. Under a `tf.distribute` strategy the devices take the step that one
    would take on the whole batch. `export` writes the generator.

    Arguments:
        generator: a built `keras.Model` from noise to examples; its input shape is the noise's.
        discriminator: a built `keras.Model` from an example to one logit (no sigmoid).
        n_critic: steps of the discriminator for each of the generator; a whole number of at least 1.
        seed: of the noise; a whole number of at least 0, or None.
        **kwargs: `name`, `dtype` and the like, as in `keras.Model`.

    Input: noise of the generator's input shape. Output: examples of its output shape.
    Logs: `discriminator_loss`, `generator_loss`.

    Raises:
        ValueError: a network is not built, the two do not meet, the seed is out of range, or for what is refused.

    Example:

    >>> generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> discriminator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    >>> model = GAN(generator, discriminator, seed=0)
    >>> model.compile()
    >>> history = model.fit(keras.ops.ones((8, 3)), verbose=0)
    >>> model.generate(4, seed=0).shape
    (4, 3)

    Source: Goodfellow et al. (2014), "Generative adversarial nets".
    """

    opponent_name = "discriminator"

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        n_critic: int = 1,
        seed: int | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(generator, discriminator, seed=seed, **kwargs)
        self.n_critic = checks.whole("n_critic", n_critic, at_least=1, mend="try n_critic=1")
        self.discriminator_loss = keras.metrics.Mean(name="discriminator_loss")
        self.generator_loss = keras.metrics.Mean(name="generator_loss")

    @property
    def discriminator(self) -> keras.Model:
        return self.opponent

    def compile(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str | None = None,
        discriminator_optimizer: keras.optimizers.Optimizer | str | None = None,
        *,
        auto_scale_loss: bool = True,
        **kwargs: object,
    ) -> None:
        """Two optimizers, Adam(2e-4, beta_1=0.5) by default; the rest as in `keras.Model.compile`."""
        self.compile_pair(
            generator_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5),
            discriminator_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5),
            auto_scale_loss=auto_scale_loss,
            **kwargs,
        )

    def _learn(self, data: Data) -> dict[str, Tensor]:
        real = self.real_examples(data)
        count = ops.shape(real)[0]
        part = -(-count // self.n_critic)
        for some in self.parts(real, self.n_critic):
            loss = self._train_discriminator(some, part)
            # of an epoch the mean over its examples, not over its batches, of which the last may be short
            self.discriminator_loss.update_state(loss, sample_weight=count)
        noise = self.noise(part)
        generator_loss = self.update(
            self.generator,
            self.optimizer.generator,
            lambda: self._deceive(self.examples(noise, real, training=True), training=True),
        )
        self.generator_loss.update_state(generator_loss, sample_weight=count)
        return self._results()

    def _train_discriminator(self, real: Tensor, count: int) -> Tensor:
        generated = ops.stop_gradient(self.examples(self.noise(count), real, training=True))
        return self.update(
            self.discriminator,
            self.optimizer.opponent,
            lambda: self._tell_apart(real, generated, training=True),
        )

    def _judge(self, data: Data) -> dict[str, Tensor]:
        real = self.real_examples(data)
        count = ops.shape(real)[0]
        generated = self.examples(self.noise(count), real, training=False)
        self.discriminator_loss.update_state(self._tell_apart(real, generated, training=False), sample_weight=count)
        self.generator_loss.update_state(self._deceive(generated, training=False), sample_weight=count)
        return self._results()

    def _tell_apart(self, real: Tensor, generated: Tensor, training: bool) -> Tensor:
        # softplus(−z) is −log σ(z), and softplus(z) is −log(1 − σ(z)), without the logarithm of a zero
        missed = mean_of_any(ops.softplus(-self.score(real, training=training)))
        believed = mean_of_any(ops.softplus(self.score(generated, training=training)))
        return missed + believed

    def _deceive(self, generated: Tensor, training: bool) -> Tensor:
        return mean_of_any(ops.softplus(-self.score(generated, training=training)))

    def _results(self) -> dict[str, Tensor]:
        return {metric.name: metric.result() for metric in (self.discriminator_loss, self.generator_loss)}

    def get_config(self) -> Config:
        return {**super().get_config(), "n_critic": self.n_critic}

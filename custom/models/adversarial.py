"""What adversarial models share: two networks, two optimizers, one training step after the other."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Self

import keras
import numpy as np
from keras import ops

from custom import checks
from custom.keras_internals import all_layers, own_variables
from custom.replicas import place_in_batch, replicas
from custom.steps import apply_gradients, loss_and_gradients, run_step
from custom.tensors import as_float, at_least_float32
from custom.types import Config, Data, Loss, Scores, Shape, Tensor, TensorLike, Variables

# what Keras' `compile` takes besides, and an adversarial model has no use for
NOT_COMPILED = ("loss", "loss_weights", "metrics", "weighted_metrics")


@keras.saving.register_keras_serializable(package="custom")
class PairedOptimizer(keras.optimizers.Optimizer):
    """Two optimizers in the place of one, as Keras trains and saves one: a generator's, its opponent's.

    Its learning rate is the generator's.

    >>> optimizer = PairedOptimizer(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2))
    >>> round(float(optimizer.learning_rate), 6)
    0.1
    """

    def __init__(
        self,
        generator: keras.optimizers.Optimizer | str,
        opponent: keras.optimizers.Optimizer | str,
        name: str = "paired_optimizer",
    ) -> None:
        super().__init__(learning_rate=0.0, name=name)
        self.generator = keras.optimizers.get(generator)
        self.opponent = keras.optimizers.get(opponent)

    def scale_losses(self) -> None:
        """Small gradients are kept from vanishing in float16, as Keras' `compile` does for one optimizer."""
        self.generator, self.opponent = (
            own if isinstance(own, keras.optimizers.LossScaleOptimizer) else keras.optimizers.LossScaleOptimizer(own)
            for own in (self.generator, self.opponent)
        )

    def build_pair(self, generator_variables: Variables, opponent_variables: Variables) -> None:
        self.generator.build(generator_variables)
        self.opponent.build(opponent_variables)
        self.built = True

    def build(self, variables: Variables) -> None:
        """Keras asks for it with the variables of both; `build_pair` has already told them apart."""

    @property
    def variables(self) -> list[keras.Variable]:
        return [*own_variables(self), *self.generator.variables, *self.opponent.variables]

    @property
    def learning_rate(self) -> Tensor:
        return self.generator.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: float) -> None:
        self.generator.learning_rate = learning_rate

    def finalize_variable_values(self, var_list: Variables) -> None:
        """Moving averages of weights, the one thing to finalize, are left to the two."""

    def save_own_variables(self, store: MutableMapping[str, np.ndarray]) -> None:
        """The two, which Keras finds as attributes, save themselves."""

    def load_own_variables(self, store: MutableMapping[str, np.ndarray]) -> None:
        """The two load themselves."""

    def get_config(self) -> Config:
        return {
            "generator": keras.optimizers.serialize(self.generator),
            "opponent": keras.optimizers.serialize(self.opponent),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: Config) -> Self:
        parts = {key: keras.optimizers.deserialize(config[key]) for key in ("generator", "opponent")}
        return cls(**parts, name=config["name"])


class Adversarial(keras.Model):
    """A generator, and an opponent that learns to tell its examples from real ones.

    A subclass names the opponent, compiles with two optimizers, says what a step on a batch of real
    examples is (`_learn`) and how a batch is judged without one (`_judge`).
    """

    opponent_name: str

    def __init__(self, generator: keras.Model, opponent: keras.Model, *, seed: int | None, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.generator = _network("generator", generator)
        self.opponent = _network(self.opponent_name, opponent)
        if self.generator.output_shape[1:] != self.opponent.input_shape[1:]:
            raise ValueError(
                f"{self.opponent_name}: got the input shape {self.opponent.input_shape[1:]}, expected the "
                f"generator's output shape {self.generator.output_shape[1:]}; make the two meet."
            )
        self.latent_shape = self.generator.input_shape[1:]
        self.seed = seed if seed is None else checks.whole("seed", seed, at_least=0, mend="try seed=0")
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.built = True

    def compile_pair(
        self,
        generator_optimizer: keras.optimizers.Optimizer | str | None,
        opponent_optimizer: keras.optimizers.Optimizer | str | None,
        *,
        auto_scale_loss: bool = True,
        **kwargs: object,
    ) -> None:
        """What `compile` of a subclass calls, with its own defaults."""
        for name in NOT_COMPILED:
            if kwargs.get(name) is not None:
                raise ValueError(
                    checks.message(
                        name,
                        kwargs[name],
                        f"nothing, for a {type(self).__name__} has its own losses",
                        "leave it out, and read the losses from the history",
                    )
                )
        optimizer = PairedOptimizer(generator_optimizer, opponent_optimizer)
        if auto_scale_loss and any(layer.dtype_policy.name == "mixed_float16" for layer in all_layers(self)):
            optimizer.scale_losses()
        optimizer.build_pair(self.generator.trainable_variables, self.opponent.trainable_variables)
        self._compile_settings = kwargs
        # each of the two scales its own loss
        super().compile(optimizer=optimizer, auto_scale_loss=False, **kwargs)

    def get_compile_config(self) -> Config | None:
        if not self.compiled:
            return None
        return {
            "generator_optimizer": keras.optimizers.serialize(self.optimizer.generator),
            f"{self.opponent_name}_optimizer": keras.optimizers.serialize(self.optimizer.opponent),
            **self._compile_settings,
        }

    def compile_from_config(self, config: Config) -> None:
        names = ("generator_optimizer", f"{self.opponent_name}_optimizer")
        self.compile(**{**config, **{name: keras.optimizers.deserialize(config[name]) for name in names}})

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        return self.generator(inputs, training=training)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self.generator.compute_output_shape(input_shape)

    def generate(self, count: int, *, seed: int | None = None) -> np.ndarray:
        """`count` new examples as an array; with a seed the same ones each time."""
        count = checks.whole("count", count, at_least=1, mend="try count=16")
        source = self.seed_generator if seed is None else seed
        noise = keras.random.normal((count, *self.latent_shape), seed=source)
        return ops.convert_to_numpy(self.generator(noise, training=False))

    # where there are no labels, Keras would lose the weights on the way to the step
    def fit(
        self,
        x: Data = None,
        y: TensorLike | None = None,
        *args: object,
        validation_data: Data = None,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: TensorLike | None = None,
        **kwargs: object,
    ) -> keras.callbacks.History:
        """As `keras.Model.fit`, without weights; labels are not used."""
        self._refuse_weights(class_weight, sample_weight)
        if isinstance(validation_data, (tuple, list)):
            self._refuse_weights(*validation_data[2:])
        return super().fit(x, y, *args, validation_data=validation_data, **kwargs)

    def evaluate(
        self,
        x: Data = None,
        y: TensorLike | None = None,
        *args: object,
        sample_weight: TensorLike | None = None,
        **kwargs: object,
    ) -> Scores:
        """As `keras.Model.evaluate`, without weights; labels are not used."""
        self._refuse_weights(sample_weight)
        return super().evaluate(x, y, *args, **kwargs)

    def train_step(self, *arguments: Data) -> dict[str, Tensor]:
        return run_step(self, self._learn, arguments)

    def test_step(self, *arguments: Data) -> dict[str, Tensor]:
        return run_step(self, self._judge, arguments)

    def export(self, filepath: str, format: str = "tf_saved_model", **kwargs: object) -> None:
        """The generator as an artifact for inference, from noise to examples; as `keras.Model.export`."""
        self.generator.export(filepath, format=format, **kwargs)

    def real_examples(self, data: Data) -> Tensor:
        """The inputs of a batch, in the shape and the float type that the opponent takes; labels are not used."""
        x, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        self._refuse_weights(sample_weight)
        taken = self.opponent.inputs[0]
        x = ops.convert_to_tensor(x)
        # a last axis of one may be left out, or be too much, as in any Keras model
        if len(x.shape) == len(taken.shape) - 1 and taken.shape[-1] == 1:
            x = ops.expand_dims(x, -1)
        elif len(x.shape) == len(taken.shape) + 1 and x.shape[-1] == 1:
            x = ops.squeeze(x, -1)
        return ops.cast(x, taken.dtype) if keras.backend.is_float_dtype(taken.dtype) else as_float(x)

    def parts(self, real: Tensor, count: int) -> Iterator[Tensor]:
        """A batch of real examples cut into `count` parts of one size, one for each step of the opponent.

        A batch that can't be cut evenly is begun again, so that no part is smaller, and none is empty.
        """
        if count == 1:
            yield real
            return
        whole = ops.shape(real)[0]
        part = -(-whole // count)
        for step in range(count):
            rows = (ops.arange(part) + step * part) % ops.maximum(whole, 1)
            yield ops.take(real, rows, axis=0)

    def noise(self, count: int) -> Tensor:
        """What the generator makes examples of: standard normal numbers, from the model's own seed."""
        return self._share(
            lambda total: keras.random.normal((total, *self.latent_shape), seed=self.seed_generator), count
        )

    def examples(self, noise: Tensor, like: Tensor, *, training: bool) -> Tensor:
        """What the generator makes of noise, in the float type of the real examples."""
        return ops.cast(self.generator(noise, training=training), like.dtype)

    def score(self, x: Tensor, *, training: bool) -> Tensor:
        """The opponent's outputs, in float32 or more, as Keras computes losses."""
        return at_least_float32(self.opponent(x, training=training))

    def update(self, network: keras.Model, optimizer: keras.optimizers.Optimizer, loss: Loss) -> Tensor:
        """One step of an optimizer on a network's weights; the loss includes the network's own penalties."""

        def total() -> Tensor:
            value = loss()
            return sum((ops.sum(ops.cast(penalty, value.dtype)) for penalty in network.losses), start=value)

        variables = network.trainable_variables
        # an optimizer sums gradients over devices; scaled and unscaled by a power of two they stay the same
        scale = optimizer.scale_loss(ops.ones(())) / replicas()
        value, gradients = loss_and_gradients(total, variables, model=self, scale=scale)
        if variables:
            apply_gradients(optimizer, gradients, variables)
        return value

    def _refuse_weights(self, *weights: object) -> None:
        if any(given is not None for given in weights):
            raise ValueError(
                f"sample_weight, class_weight: {type(self).__name__} takes neither, for it learns the distribution of "
                "its examples; leave out or repeat examples instead."
            )

    def _share(self, draw: Callable[[int | Tensor], Tensor], count: int) -> Tensor:
        """This device's part of random numbers that are drawn for a whole batch, on all devices alike."""
        total, start = place_in_batch(count)
        drawn = draw(total)
        return drawn if replicas() == 1 else drawn[start : start + count]

    def save_own_variables(self, store: MutableMapping[str, np.ndarray]) -> None:
        # Keras keeps no random state; with it a training goes on where it was saved
        store["noise"] = np.asarray(self.seed_generator.state)

    def load_own_variables(self, store: MutableMapping[str, np.ndarray]) -> None:
        self.seed_generator.state.assign(store["noise"])

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            self.opponent_name: keras.saving.serialize_keras_object(self.opponent),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: Config, custom_objects: Mapping[str, object] | None = None) -> Self:
        networks = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects)
            for name in ("generator", cls.opponent_name)
        }
        return cls(**{**config, **networks})


def _network(name: str, network: object) -> keras.Model:
    if not isinstance(network, keras.Model) or not network.built:
        raise ValueError(f"{name}: got {network!r}, expected a built keras.Model; begin it with a keras.Input(shape).")
    return network

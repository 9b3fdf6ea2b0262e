"""What adversarial models share: two networks, two optimizers, one training step after the other."""

import keras
import numpy as np
from keras import ops

from custom import checks
from custom.steps import loss_and_gradients, run_step


@keras.saving.register_keras_serializable(package="custom")
class PairedOptimizer(keras.optimizers.Optimizer):
    """Two optimizers in the place of one, as Keras trains and saves one: a generator's, its opponent's.

    Its learning rate is the generator's.

    >>> optimizer = PairedOptimizer(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2))
    >>> round(float(optimizer.learning_rate), 6)
    0.1
    """

    def __init__(self, generator, opponent, name="paired_optimizer"):
        super().__init__(learning_rate=0.0, name=name)
        self.generator = keras.optimizers.get(generator)
        self.opponent = keras.optimizers.get(opponent)

    def build_pair(self, generator_variables, opponent_variables):
        self.generator.build(generator_variables)
        self.opponent.build(opponent_variables)
        self.built = True

    def build(self, variables):
        """Keras asks for it with the variables of both; `build_pair` has already told them apart."""

    @property
    def variables(self):
        return [*self._variables, *self.generator.variables, *self.opponent.variables]

    @property
    def learning_rate(self):
        return self.generator.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate):
        self.generator.learning_rate = learning_rate

    def finalize_variable_values(self, var_list):
        """Moving averages of weights, the one thing to finalize, are left to the two."""

    def save_own_variables(self, store):
        """The two, which Keras finds as attributes, save themselves."""

    def load_own_variables(self, store):
        """The two load themselves."""

    def get_config(self):
        return {
            "generator": keras.optimizers.serialize(self.generator),
            "opponent": keras.optimizers.serialize(self.opponent),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        parts = {key: keras.optimizers.deserialize(config[key]) for key in ("generator", "opponent")}
        return cls(**parts, name=config["name"])


class Adversarial(keras.Model):
    """A generator, and an opponent that learns to tell its examples from real ones.

    A subclass names the opponent, compiles with two optimizers, says what a step on a batch of real
    examples is (`_learn`) and how a batch is judged without one (`_judge`).
    """

    opponent_name: str

    def __init__(self, generator, opponent, *, seed, **kwargs):
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

    def compile_pair(self, generator_optimizer, opponent_optimizer, **kwargs):
        """What `compile` of a subclass calls, with its own defaults."""
        optimizer = PairedOptimizer(generator_optimizer, opponent_optimizer)
        optimizer.build_pair(self.generator.trainable_variables, self.opponent.trainable_variables)
        self._compile_settings = kwargs
        super().compile(optimizer=optimizer, auto_scale_loss=False, **kwargs)

    def get_compile_config(self):
        if not self.compiled:
            return None
        return {
            "generator_optimizer": keras.optimizers.serialize(self.optimizer.generator),
            f"{self.opponent_name}_optimizer": keras.optimizers.serialize(self.optimizer.opponent),
            **self._compile_settings,
        }

    def compile_from_config(self, config):
        names = ("generator_optimizer", f"{self.opponent_name}_optimizer")
        self.compile(**{**config, **{name: keras.optimizers.deserialize(config[name]) for name in names}})

    def call(self, inputs, training=None):
        return self.generator(inputs, training=training)

    def compute_output_shape(self, input_shape):
        return self.generator.compute_output_shape(input_shape)

    def generate(self, count, *, seed=None):
        """`count` new examples as an array; with a seed the same ones each time."""
        count = checks.whole("count", count, at_least=1, mend="try count=16")
        seed = self.seed_generator if seed is None else seed
        noise = keras.random.normal((count, *self.latent_shape), seed=seed)
        return ops.convert_to_numpy(self.generator(noise, training=False))

    def train_step(self, *arguments):
        return run_step(self, self._learn, arguments)

    def test_step(self, *arguments):
        return run_step(self, self._judge, arguments)

    def noise(self, count):
        """What the generator makes examples of: standard normal numbers, from the model's own seed."""
        return keras.random.normal((count, *self.latent_shape), seed=self.seed_generator)

    def update(self, network, optimizer, loss):
        """One step of an optimizer on a network's weights; the loss includes the network's own penalties."""

        def total():
            value = loss()
            return value + sum(network.losses) if network.losses else value

        variables = network.trainable_variables
        value, gradients = loss_and_gradients(total, variables, model=self)
        optimizer.apply(gradients, variables)
        return value

    def save_own_variables(self, store):
        # Keras keeps no random state; with it a training goes on where it was saved
        store["noise"] = np.asarray(self.seed_generator.state)

    def load_own_variables(self, store):
        self.seed_generator.state.assign(store["noise"])

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            self.opponent_name: keras.saving.serialize_keras_object(self.opponent),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        networks = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects)
            for name in ("generator", cls.opponent_name)
        }
        return cls(**{**config, **networks})


def real_examples(data):
    """The inputs of a batch; labels, where there are any, are not used."""
    return ops.convert_to_tensor(keras.utils.unpack_x_y_sample_weight(data)[0])


def _network(name, network):
    if not isinstance(network, keras.Model) or not network.built:
        raise ValueError(f"{name}: got {network!r}, expected a built keras.Model; begin it with a keras.Input(shape).")
    return network

"""GAN: its two losses by hand, and a distribution that it learns."""

import keras
import numpy as np
import pytest

from custom.models import GAN
from tests.custom.support import AT_ONCE, _at_once, steps_compiled  # noqa: F401 (a fixture)

pytestmark = AT_ONCE


def constant(value, inputs):
    """A network that answers the same whatever it is asked."""
    layer = keras.layers.Dense(1, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(value))
    return keras.Sequential([keras.Input((inputs,)), layer])


@pytest.mark.parametrize("logit", [-3.0, 0.0, 2.0, 200.0])
def test_losses_are_the_formula(logit):
    model = GAN(constant(0.0, 1), constant(logit, 1), seed=0)
    model.compile(keras.optimizers.SGD(1e-30), keras.optimizers.SGD(1e-30))
    logs = model.evaluate(np.zeros((8, 1), "float32"), verbose=0, return_dict=True)
    # −log σ(z) and −log(1 − σ(z)), in float64 and without overflow
    real, generated = np.logaddexp(0, -logit), np.logaddexp(0, logit)
    assert logs["discriminator_loss"] == pytest.approx(real + generated, rel=1e-6)
    assert logs["generator_loss"] == pytest.approx(real, rel=1e-6, abs=1e-30)


def test_one_step_of_the_discriminator_by_hand():
    model = GAN(constant(1.0, 1), constant(0.0, 1), seed=0)
    model.compile(keras.optimizers.SGD(1e-30), keras.optimizers.SGD(0.5))
    model.fit(np.full((4, 1), 3.0, "float32"), verbose=0)
    # at a logit of 0 the slope is −½ on real examples (of 3) and ½ on generated ones (of 1)
    np.testing.assert_allclose(np.asarray(model.discriminator.weights[0]), [[0.5 * (0.5 * 3 - 0.5 * 1)]], rtol=1e-6)
    np.testing.assert_allclose(np.asarray(model.discriminator.weights[1]), [0.0], atol=1e-7)


def test_learns_where_the_examples_are():
    x = np.random.default_rng(0).normal(2.0, 0.5, (60 * 512, 1)).astype("float32")

    def dense(units, seed, activation=None):
        return keras.layers.Dense(units, activation, kernel_initializer=keras.initializers.GlorotUniform(seed=seed))

    generator = keras.Sequential([keras.Input((1,)), dense(16, 0, "tanh"), dense(1, 1)])
    discriminator = keras.Sequential([keras.Input((1,)), dense(16, 2, "tanh"), dense(1, 3)])
    model = GAN(generator, discriminator, seed=0)
    model.compile(keras.optimizers.Adam(5e-3, beta_1=0.5), keras.optimizers.Adam(5e-3, beta_1=0.5))
    before = model.generate(512, seed=1).mean()
    with steps_compiled():
        model.fit(x, batch_size=64, verbose=0)
    after = model.generate(512, seed=1).mean()
    assert abs(before - 2.0) > 1.0
    assert abs(after - 2.0) < 0.5


def test_the_discriminator_learns_on_each_part_of_a_batch():
    model = GAN(constant(1.0, 1), constant(0.0, 1), n_critic=2, seed=0)
    model.compile(keras.optimizers.SGD(1e-30), keras.optimizers.SGD(0.5))
    model.fit(np.array([[3.0], [3.0], [5.0], [5.0]], "float32"), shuffle=False, verbose=0)
    w, b = 0.0, 0.0
    for real in (3.0, 5.0):  # generated examples are 1
        right, wrong = 1 / (1 + np.exp(-(w * real + b))) - 1, 1 / (1 + np.exp(-(w + b)))
        w, b = w - 0.5 * (right * real + wrong), b - 0.5 * (right + wrong)
    np.testing.assert_allclose(np.ravel(model.discriminator.weights[0]), [w], rtol=1e-6)
    np.testing.assert_allclose(np.ravel(model.discriminator.weights[1]), [b], rtol=1e-5)
    assert GAN.from_config(model.get_config()).n_critic == 2

"""WGAN: the gradient penalty and its mixing by integration, clipping, n_critic."""

import contextlib

import keras
import numpy as np
import pytest

from custom.models import WGAN, gradient_penalty
from tests.custom.models.test_gan import constant
from tests.custom.support import (
    AT_ONCE,
    _at_once,  # noqa: F401 (a fixture)
    central_difference,
    steps_compiled,
    value_and_gradient,
    wide_floats,
)

pytestmark = AT_ONCE
STILL = 1e-30


def still():
    return keras.optimizers.SGD(STILL)


def squared_critic():
    """f(x) = ½x², whose gradient is x."""
    inputs = keras.Input((1,))
    squares = keras.layers.Multiply()([inputs, inputs])
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(0.5))
    return keras.Model(inputs, layer(squares))


def linear_critic(weights):
    layer = keras.layers.Dense(1, use_bias=False)
    critic = keras.Sequential([keras.Input((len(weights),)), layer])
    layer.kernel.assign(np.array(weights)[:, None])
    return critic


def generator_of(example):
    layer = keras.layers.Dense(len(example), kernel_initializer="zeros")
    generator = keras.Sequential([keras.Input((2,)), layer])
    layer.bias.assign(np.array(example))
    return generator


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_penalty_of_given_gradients(dtype):
    gradients = np.array([[3.0, 4.0], [0.0, 1.0], [0.0, 0.0], [300.0, 400.0]], dtype)
    # norms 5, 1, 0 and 500
    assert float(gradient_penalty(gradients)) == pytest.approx((16 + 0 + 1 + 499**2) / 4, rel=1e-3)


def test_penalty_takes_the_norm_over_all_axes_of_an_example():
    gradients = np.random.default_rng(0).normal(size=(3, 4, 5, 2)).astype("float32")
    norms = np.sqrt((gradients.astype("float64") ** 2).sum(axis=(1, 2, 3)))
    assert float(gradient_penalty(gradients)) == pytest.approx(np.mean((norms - 1) ** 2), rel=1e-5)


def test_penalty_has_a_finite_gradient_at_zero():
    _, gradient = value_and_gradient(gradient_penalty, np.array([[0.0, 0.0], [1e-30, 0.0]], "float32"))
    assert np.isfinite(gradient).all()


def test_penalty_by_central_differences():
    x = np.random.default_rng(0).normal(size=(3, 4))
    with wide_floats():
        _, gradient = value_and_gradient(gradient_penalty, x)
    np.testing.assert_allclose(gradient, central_difference(gradient_penalty, x), rtol=1e-6)


def test_linear_critic():
    # the gradient is w everywhere: a penalty of (5 − 1)², whatever the mixture
    model = WGAN(generator_of([1.0, 1.0]), linear_critic([3.0, 4.0]), n_critic=1, penalty_weight=10.0, seed=0)
    model.compile(still(), still())
    logs = model.fit(np.array([[2.0, 0.0]] * 8, "float32"), verbose=0).history
    assert logs["distance"][0] == pytest.approx(6 - 7, rel=1e-6)
    assert logs["critic_loss"][0] == pytest.approx(7 - 6 + 10 * 16, rel=1e-6)
    assert logs["generator_loss"][0] == pytest.approx(-7, rel=1e-6)


def test_mixing_is_uniform_and_an_example_at_a_time():
    model = WGAN(generator_of([2.0]), squared_critic(), n_critic=1, penalty_weight=10.0, seed=0)
    model.compile(still(), still())
    batch = 20_000
    logs = model.fit(np.full((batch, 1), 4.0, "float32"), batch_size=batch, verbose=0).history
    # x̂ is uniform between 2 and 4, so that the penalty is ∫(1 + 2ε)² dε = 13/3; one ε for all would miss it
    assert logs["critic_loss"][0] == pytest.approx(2 - 8 + 10 * 13 / 3, abs=0.7)


def test_the_critics_step_follows_the_penalty():
    # f = w·x with |w| = 3, the same real and generated examples: only the penalty 10(|w| − 1)² is left,
    # slope 40
    model = WGAN(generator_of([1.0]), linear_critic([3.0]), n_critic=1, seed=0)
    model.compile(still(), keras.optimizers.SGD(0.01))
    model.fit(np.ones((8, 1), "float32"), verbose=0)
    np.testing.assert_allclose(np.asarray(model.critic.weights[0]), [[3 - 0.01 * 40]], rtol=1e-5)


def test_the_generators_step_climbs_the_score():
    model = WGAN(generator_of([1.0]), linear_critic([3.0]), n_critic=1, seed=0)
    model.compile(keras.optimizers.SGD(0.01), still())
    model.fit(np.ones((8, 1), "float32"), verbose=0)
    np.testing.assert_allclose(np.asarray(model.generator.weights[1]), [1 + 0.01 * 3], rtol=1e-6)


@pytest.mark.parametrize("n_critic", [1, 3])
@pytest.mark.parametrize("penalty", ["gradient", "clip"])
def test_n_critic(penalty, n_critic):
    model = WGAN(generator_of([1.0]), linear_critic([1.0]), penalty=penalty, n_critic=n_critic, seed=0)
    model.compile()
    # the last batch, of 2, is smaller than n_critic
    with steps_compiled() if n_critic > 1 else contextlib.nullcontext():
        model.fit(np.ones((14, 1), "float32"), batch_size=6, verbose=0)
    assert int(model.optimizer.generator.iterations.value) == 3
    assert int(model.optimizer.opponent.iterations.value) == 3 * n_critic
    assert all(np.isfinite(np.asarray(weight)).all() for weight in model.weights)


def test_each_step_of_the_critic_sees_a_part_of_its_own():
    # scores of x itself: parts of 1, 2, 3 would each give another distance; their mean is the batch's
    model = WGAN(generator_of([0.0]), linear_critic([1.0]), n_critic=3, penalty_weight=0.0, seed=0)
    model.compile(still(), still())
    x = np.repeat([1.0, 2.0, 6.0], 4)[:, None].astype("float32")
    logs = model.fit(x, batch_size=12, shuffle=False, verbose=0).history
    assert logs["distance"][0] == pytest.approx(3.0, rel=1e-6)


def test_clipping_holds_all_weights_of_the_critic_and_none_of_the_generator():
    critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(1)])
    model = WGAN(generator_of([1.0]), critic, penalty="clip", clip_limit=0.02, n_critic=2, seed=0)
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(10.0))
    model.fit(np.full((8, 1), 5.0, "float32"), verbose=0)
    largest = [np.abs(np.asarray(weight)).max() for weight in model.critic.weights]
    assert max(largest) == np.float32(0.02)
    assert np.abs(np.asarray(model.generator.weights[1])).max() > 0.5


def test_default_optimizers_are_the_sources():
    gradient = WGAN(generator_of([1.0]), constant(0.0, 1))
    gradient.compile()
    assert (gradient.optimizer.opponent.beta_1, gradient.optimizer.opponent.beta_2) == (0.0, 0.9)
    clip = WGAN(generator_of([1.0]), constant(0.0, 1), penalty="clip")
    clip.compile()
    assert isinstance(clip.optimizer.opponent, keras.optimizers.RMSprop)


def test_configuration():
    model = WGAN(
        generator_of([1.0]), constant(0.0, 1), penalty="clip", n_critic=2, penalty_weight=1, clip_limit=0.5, seed=0
    )
    config = model.get_config()
    assert {name: config[name] for name in ("penalty", "n_critic", "penalty_weight", "clip_limit", "seed")} == {
        "penalty": "clip",
        "n_critic": 2,
        "penalty_weight": 1.0,
        "clip_limit": 0.5,
        "seed": 0,
    }
    assert WGAN.from_config(config).get_config() == config


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"penalty": "gradients"}, ["penalty", "got 'gradients'", "'gradient' or 'clip'", "penalty='gradient'"]),
        ({"penalty": None}, ["penalty", "got None"]),
        ({"n_critic": 0}, ["n_critic", "got 0", "at least 1"]),
        ({"n_critic": 2.0}, ["n_critic", "got 2.0"]),
        ({"penalty_weight": -1}, ["penalty_weight", "got -1", "at least 0"]),
        ({"clip_limit": 0}, ["limit", "got 0", "above 0"]),
    ],
)
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError) as error:
        WGAN(generator_of([1.0]), constant(0.0, 1), **arguments)
    assert all(word in str(error.value) for word in words)

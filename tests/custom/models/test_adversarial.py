"""What GAN and WGAN share: the paired optimizer, saving, generating, errors."""

import functools

import keras
import numpy as np
import pytest

from custom.models import GAN, WGAN
from custom.models.adversarial import PairedOptimizer
from tests.custom.support import KERAS_COPIES

X = np.random.default_rng(0).normal(3, 1, size=(20, 3)).astype("float32")


def networks(*, examples=3, opponent_inputs=3):
    def dense(units, seed, **kwargs):
        return keras.layers.Dense(units, kernel_initializer=keras.initializers.GlorotUniform(seed=seed), **kwargs)

    generator = keras.Sequential([keras.Input((2,)), dense(8, 0, activation="relu"), dense(examples, 1)])
    opponent = keras.Sequential([keras.Input((opponent_inputs,)), dense(8, 2, activation="relu"), dense(1, 3)])
    return generator, opponent


MODELS = {
    "gan": lambda seed=0: GAN(*networks(), seed=seed),
    "gradient": lambda seed=0: WGAN(*networks(), penalty="gradient", n_critic=1, seed=seed),
    "clip": lambda seed=0: WGAN(*networks(), penalty="clip", n_critic=2, seed=seed),
}


@functools.cache
def trained(kind):
    """A model after one epoch; whoever takes it leaves it as it is."""
    return train(MODELS[kind](), epochs=1)


def train(model, epochs):
    model.compile()
    model.fit(X, epochs=epochs, batch_size=10, shuffle=False, verbose=0)
    return model


@KERAS_COPIES
@pytest.mark.parametrize("kind", MODELS)
def test_saved_and_loaded_in_the_middle_a_training_ends_the_same(kind, tmp_path):
    model = trained(kind)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    networks = {"generator", model.opponent_name}
    for name, value in model.get_config().items():
        assert name in networks or loaded.get_config()[name] == value
    np.testing.assert_array_equal(loaded.generate(4, seed=1), model.generate(4, seed=1))
    loaded.fit(X, batch_size=10, shuffle=False, verbose=0)
    # weights, moments, counts and the state of the noise went along; and a seed repeats a training
    for weight, twin in zip(loaded.weights, train(MODELS[kind](), epochs=2).weights, strict=True):
        np.testing.assert_allclose(np.asarray(weight), np.asarray(twin), rtol=1e-6, atol=1e-7)


def test_seeds():
    np.testing.assert_array_equal(MODELS["gan"](0).noise(3), MODELS["gan"](0).noise(3))
    assert not np.array_equal(MODELS["gan"](0).noise(3), MODELS["gan"](1).noise(3))


@pytest.mark.parametrize("kind", MODELS)
def test_evaluate_judges_and_changes_nothing(kind):
    model = trained(kind)
    before = [np.asarray(weight).copy() for weight in model.trainable_variables]
    logs = model.evaluate(X, verbose=0, return_dict=True)
    assert all(np.isfinite(value) for name, value in logs.items() if name.endswith("_loss"))
    for weight, kept in zip(model.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(weight, kept)


def test_generate():
    model = MODELS["gan"]()
    assert model.generate(5).shape == (5, 3)
    np.testing.assert_array_equal(model.generate(5, seed=0), model.generate(5, seed=0))
    assert not np.array_equal(model.generate(5), model.generate(5))
    with pytest.raises(ValueError, match="count: got 0"):
        model.generate(0)
    # the generator under the model's own name
    np.testing.assert_array_equal(model(X[:, :2]), model.generator(X[:, :2]))


@pytest.mark.parametrize("kind", ["gan", "gradient"])
def test_each_network_is_trained_by_its_own_optimizer(kind):
    model = MODELS[kind]()
    frozen = [np.asarray(weight).copy() for weight in model.opponent.weights]
    name = f"{model.opponent_name}_optimizer"
    model.compile(keras.optimizers.SGD(0.01), **{name: keras.optimizers.SGD(1e-30)})
    model.fit(X, batch_size=8, verbose=0)
    for weight, kept in zip(model.opponent.weights, frozen, strict=True):
        np.testing.assert_allclose(np.asarray(weight), kept, rtol=0, atol=1e-25)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)


def test_the_penalties_of_a_network_are_its_own():
    generator, _ = networks()
    opponent = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")]
    )
    model = GAN(generator, opponent, seed=0)
    # of the discriminator's loss 0.01 · 3 is the penalty; log 2 a term is the rest at a logit of zero
    opponent.layers[0].kernel.assign(np.ones((3, 1)))
    generator.layers[1].kernel.assign(np.zeros((8, 3)))
    model.compile(keras.optimizers.SGD(1e-9), keras.optimizers.SGD(1e-9))
    logs = model.fit(np.zeros((8, 3), "float32"), verbose=0).history
    assert logs["discriminator_loss"][0] == pytest.approx(2 * np.log(2) + 0.03, rel=1e-5)
    assert logs["generator_loss"][0] == pytest.approx(np.log(2), rel=1e-5)


@KERAS_COPIES
def test_paired_optimizer_keeps_both_configurations():
    optimizer = PairedOptimizer(keras.optimizers.Adam(0.1, beta_1=0.5), "rmsprop")
    copy = PairedOptimizer.from_config(optimizer.get_config())
    assert copy.get_config() == optimizer.get_config()
    assert copy.generator.beta_1 == 0.5 and isinstance(copy.opponent, keras.optimizers.RMSprop)
    copy.learning_rate = 0.2
    assert float(copy.generator.learning_rate) == pytest.approx(0.2)


@pytest.mark.parametrize("make", [GAN, WGAN])
def test_networks_that_do_not_fit(make):
    generator, opponent = networks()
    with pytest.raises(ValueError, match=r"generator: got .* expected a built keras.Model; begin it with"):
        make(keras.Sequential([keras.layers.Dense(3)]), opponent)
    with pytest.raises(ValueError, match=f"{make.opponent_name}: got 'critic', expected a built keras.Model"):
        make(generator, "critic")
    with pytest.raises(ValueError, match=r"got the input shape \(5,\), expected the generator's output shape \(3,\)"):
        make(generator, networks(opponent_inputs=5)[1])
    with pytest.raises(ValueError, match="seed: got True"):
        make(generator, opponent, seed=True)

"""What GAN and WGAN share: the paired optimizer, saving, generating, errors."""

import contextlib
import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from custom.models import GAN, WGAN
from custom.models.adversarial import PairedOptimizer
from tests.custom.support import (
    ALL,
    AT_ONCE,
    KERAS_COPIES,
    ON_JAX,
    _at_once,  # noqa: F401 (a fixture)
    steps_compiled,
)

pytestmark = AT_ONCE
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
    """A model after an epoch or two; whoever takes it leaves its settings as they are."""
    model = MODELS[kind]()
    model.compile()
    return fit(model)


def fit(model):
    """An epoch more."""
    model.fit(X, batch_size=10, shuffle=False, verbose=0)
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
    # weights, moments, counts and the state of the noise went along
    for weight, twin in zip(fit(loaded).weights, fit(model).weights, strict=True):
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
    model.fit(X, batch_size=10, verbose=0)
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


@pytest.mark.parametrize("kind", ["gan", "gradient"])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool", "float16", "float64"])
def test_examples_are_cast_to_what_the_opponent_takes(kind, dtype):
    model = MODELS[kind]()
    x = np.array([[0, 1, 1], [1, 0, 1]], dtype)
    real = model.real_examples((x, np.zeros(2)))
    assert keras.backend.standardize_dtype(real.dtype) == "float32"
    np.testing.assert_array_equal(real, x)


def test_a_last_axis_of_one_may_be_left_out():
    image = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4), keras.layers.Reshape((2, 2, 1))])
    model = WGAN(generator, image, seed=0)
    assert model.real_examples(np.zeros((3, 2, 2))).shape == (3, 2, 2, 1)
    assert MODELS["gan"]().real_examples(np.zeros((5, 3, 1))).shape == (5, 3)


def test_wgan_trains_on_any_numbers_as_on_float32_and_a_seed_repeats_a_training():
    ends = []
    for dtype in ("float32", "uint8", "float64"):
        model = MODELS["gradient"]()
        model.compile()
        dataset = tf.data.Dataset.from_tensor_slices(((10 * X).astype("uint8").astype(dtype), np.zeros(20)))
        model.fit(dataset.batch(10), shuffle=False, verbose=0)
        ends.append([np.asarray(weight) for weight in model.weights])
    for weights in ends[1:]:
        for weight, twin in zip(weights, ends[0], strict=True):
            np.testing.assert_array_equal(weight, twin)


@pytest.mark.parametrize("kind", ["gan", "clip"])
def test_an_epoch_is_the_mean_over_its_examples(kind):
    model = MODELS[kind]()
    model.compile(keras.optimizers.SGD(1e-30), keras.optimizers.SGD(1e-30))
    # the generator makes zeros, so all that the batches differ in are the real examples
    for weight in model.generator.weights:
        weight.assign(np.zeros(weight.shape))
    whole, cut = (model.evaluate(X, batch_size=size, verbose=0, return_dict=True) for size in (20, 19))
    assert cut == pytest.approx(whole, rel=1e-5, abs=1e-6)


# without labels Keras itself loses weights before a step sees them
WEIGHTED = {
    "sample_weight": lambda model, x, w: model.fit(x, w, sample_weight=w, verbose=0),
    "sample_weight without labels": lambda model, x, w: model.fit(x, sample_weight=w, verbose=0),
    "class_weight": lambda model, x, w: model.fit(x, w, class_weight={0: 0.0}, verbose=0),
    "validation": lambda model, x, w: model.fit(x, validation_data=(x, w, w), verbose=0),
    "evaluate": lambda model, x, w: model.evaluate(x, sample_weight=w, verbose=0),
    "dataset": lambda model, x, w: model.fit(tf.data.Dataset.from_tensors((x, w, w)), shuffle=False, verbose=0),
}


@pytest.mark.parametrize("given", WEIGHTED)
@pytest.mark.parametrize("kind", ["gan", "clip"])
def test_weights_are_refused_by_name(kind, given):
    model = MODELS[kind]()
    model.compile(run_eagerly=True)
    with pytest.raises(ValueError, match=f"sample_weight, class_weight: {type(model).__name__} takes neither"):
        WEIGHTED[given](model, X[:8], np.ones(8))


@pytest.mark.parametrize("name", ["loss", "metrics", "loss_weights", "weighted_metrics"])
def test_losses_and_metrics_of_another_kind_are_refused(name):
    with pytest.raises(ValueError, match=f"{name}: got .*, expected nothing, for a GAN has its own losses"):
        MODELS["gan"]().compile(**{name: ["mse"]})


@contextlib.contextmanager
def policy(name):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def stepped(kind, precision):
    """A model after one step of SGD, and how far each weight has gone."""

    def optimizer():
        # at Keras' first scale of 2¹⁵ a first step overflows
        sgd = keras.optimizers.SGD(0.1)
        return keras.optimizers.LossScaleOptimizer(sgd, initial_scale=16) if precision == "mixed_float16" else sgd

    with policy(precision):
        model = MODELS[kind]()
        before = [np.asarray(weight).copy() for weight in model.trainable_variables]
        model.compile(optimizer(), optimizer())
        logs = model.train_on_batch(X.astype("float64"), return_dict=True)
    assert all(weight.dtype == "float32" for weight in model.trainable_variables)
    return logs, [np.asarray(now) - then for now, then in zip(model.trainable_variables, before, strict=True)]


@pytest.mark.parametrize("kind", ["gan", "gradient"])
def test_mixed_precision_takes_the_same_step(kind):
    expected, far = stepped(kind, "float32")
    precisions = ["mixed_float16", "mixed_bfloat16"]
    # on JAX, where each costs a program, one of them
    for precision in precisions if ALL or not ON_JAX else [precisions[kind == "gan"]]:
        logs, moved = stepped(kind, precision)
        assert logs == pytest.approx(expected, rel=0.03, abs=0.03)
        for weight, twin in zip(moved, far, strict=True):
            np.testing.assert_allclose(weight, twin, atol=0.05 * np.abs(twin).max())


@KERAS_COPIES
def test_float16_losses_are_scaled_as_keras_does(tmp_path):
    # gradients of half of the smallest number that float16 has
    x = np.full((4, 3), 2.0**-24)
    ends = {}
    for precision in ("float32", "mixed_float16"):
        with policy(precision):
            discriminator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])
            generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, kernel_initializer="zeros")])
            model = GAN(generator, discriminator, seed=0)
            model.compile("sgd", keras.optimizers.SGD(1e6))
            model.train_on_batch(x)
        ends[precision] = np.asarray(discriminator.layers[0].kernel)
    np.testing.assert_allclose(ends["mixed_float16"], ends["float32"], rtol=0.01)
    assert ends["float32"].all()
    assert all(
        type(optimizer).__name__ == "LossScaleOptimizer"
        for optimizer in (model.optimizer.generator, model.optimizer.opponent)
    )
    assert int(model.optimizer.opponent.step_counter.value) == 1
    # an overflow is no step, and halves the scale
    scale = float(model.optimizer.opponent.dynamic_scale.value)
    model.train_on_batch(np.full((4, 3), np.inf))
    np.testing.assert_array_equal(discriminator.layers[0].kernel, ends["mixed_float16"])
    assert float(model.optimizer.opponent.dynamic_scale.value) == scale / 2
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert float(loaded.optimizer.opponent.dynamic_scale.value) == scale / 2
    # asked not to, it does not; and what is scaled already is left as it is
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))
    model.compile("sgd", scaled, auto_scale_loss=False)
    assert type(model.optimizer.generator) is keras.optimizers.SGD
    model.compile("sgd", scaled)
    assert model.optimizer.opponent is scaled


def networks_with_normalization():
    dense, normalization = keras.layers.Dense, keras.layers.BatchNormalization
    inner = keras.Sequential([dense(4), normalization()], name="inner")
    generator = keras.Sequential([keras.Input((2,)), inner, dense(3)])
    return generator, keras.Sequential([keras.Input((3,)), dense(4), normalization(), dense(1)])


@pytest.mark.parametrize("kind", ["gan", "gradient", "clip"])
def test_frozen_layers_stay_and_the_others_move(kind):
    settings = {"gan": {}, "gradient": {"n_critic": 1}, "clip": {"penalty": "clip", "n_critic": 1}}[kind]
    keras.utils.set_random_seed(0)  # by another start no unit of the critic may be on, and nothing moves
    model = (GAN if kind == "gan" else WGAN)(*networks_with_normalization(), seed=0, **settings)
    inner, normalization = model.generator.get_layer("inner"), model.opponent.layers[1]
    inner.trainable = normalization.trainable = False
    frozen = [*inner.weights, *normalization.weights]
    moving = [weight for weight in model.trainable_variables if weight.path.endswith("kernel")]
    before = [np.asarray(weight).copy() for weight in (*frozen, *moving)]
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    model.train_on_batch(X)
    after = [np.asarray(weight) for weight in (*frozen, *moving)]
    same = [np.array_equal(old, other) for old, other in zip(before, after, strict=True)]
    assert same == [True] * len(frozen) + [False] * len(moving)


def test_a_frozen_network_stays_and_the_other_learns_against_it():
    model = MODELS["gan"]()
    model.generator.trainable = False
    before = [np.asarray(weight).copy() for weight in model.generator.weights]
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    start = np.asarray(model.discriminator.weights[0]).copy()
    logs = model.train_on_batch(X, return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    for weight, kept in zip(model.generator.weights, before, strict=True):
        np.testing.assert_array_equal(weight, kept)
    assert not np.array_equal(model.discriminator.weights[0], start)


@KERAS_COPIES
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_exported_it_is_the_generator(tmp_path):
    model = MODELS["gan"]()
    with steps_compiled():
        model.export(tmp_path / "generator", verbose=False)
        served = tf.saved_model.load(tmp_path / "generator")
    np.testing.assert_allclose(served.serve(X[:, :2]), model.generator(X[:, :2]), rtol=1e-5, atol=1e-6)
    # what it is trained against stays at home
    assert len(served.variables) == len(model.generator.weights)


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

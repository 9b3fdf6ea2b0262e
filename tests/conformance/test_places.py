"""Every part in its place in a model: trained, evaluated, compiled, in every precision, from every kind of data."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from custom.activations import hard_tanh, heaviside
from custom.constraints import soft_threshold
from custom.losses import earth_mover, huber, log_cosh
from custom.regularizers import elastic_net, kl_sparsity
from tests.conformance.parts import FEATURES, LAYERS, MODELS, PLACES, POINTWISE, X, network
from tests.custom.support import KERAS_COPIES, wide_floats

# a step has no gradient on purpose; Keras says so
pytestmark = [KERAS_COPIES, pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning")]

# the classes call them
LOSS_FUNCTIONS = ("losses.huber", "losses.log_cosh", "losses.wasserstein", "losses.earth_mover")
SETTINGS = {"default": {}, "eager": {"run_eagerly": True}, "jit": {"jit_compile": True}}
# a few steps on TensorFlow are sooner taken than compiled; on JAX a program is sooner compiled than all its operations
SOONEST = SETTINGS["eager" if keras.backend.backend() == "tensorflow" else "default"]


def trained(part, data=None, **settings):
    place = PLACES[part]
    model = network(place)
    model.compile(place.optimizer(), place.loss, **settings)
    data = (X, place.labels) if data is None else data
    history = model.fit(
        *data, batch_size=None if len(data) == 1 else 8, epochs=2, shuffle=False, verbose=0, callbacks=place.callbacks()
    )
    return model, history.history["loss"]


@functools.cache
def reference(part, **settings):
    """The part trained, by default or as told; whoever takes it leaves it as it is."""
    return trained(part, **settings)


@pytest.mark.parametrize("part", PLACES)
def test_eager_jitted_and_default_agree(part):
    model, losses = reference(part)
    assert np.isfinite(losses).all()
    # the default is "auto": where that is with jit, the same program is not compiled twice
    for name in ("eager",) if model.jit_compile else ("eager", "jit"):
        np.testing.assert_allclose(reference(part, **SETTINGS[name])[1], losses, rtol=2e-5)


@pytest.mark.parametrize("part", PLACES)
def test_a_dataset_is_as_good_as_arrays(part):
    place = PLACES[part]
    dataset = tf.data.Dataset.from_tensor_slices((X, place.labels)).batch(8)
    np.testing.assert_allclose(trained(part, (dataset,), **SOONEST)[1], reference(part, **SOONEST)[1], rtol=1e-6)


@pytest.mark.parametrize("part", PLACES)
def test_evaluate_is_the_loss_of_predict(part):
    model, _ = reference(part, **SOONEST)
    value = model.evaluate(X, PLACES[part].labels, batch_size=24, verbose=0)
    predicted = model.predict(X, batch_size=24, verbose=0)
    loss = keras.losses.get(PLACES[part].loss)
    loss = loss if isinstance(loss, keras.losses.Loss) else (lambda y, p, f=loss: keras.ops.mean(f(y, p)))
    # a call on all of the data leaves its penalties in `losses`
    model(X)
    penalties = sum(float(penalty) for penalty in model.losses)
    assert value == pytest.approx(float(loss(PLACES[part].labels, predicted)) + penalties, rel=1e-5)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16", "float64"])
@pytest.mark.parametrize("part", [part for part in PLACES if not part.startswith(("callbacks", *LOSS_FUNCTIONS))])
def test_precisions(part, precision):
    before = keras.config.dtype_policy()
    expected = reference(part)[1]
    keras.config.set_dtype_policy(precision)
    # losses keep to the default float type, whatever the layers' policy
    keras.config.set_floatx("float64" if precision == "float64" else "float32")
    try:
        with wide_floats():
            model, losses = trained(part, **({} if precision == "mixed_float16" else SOONEST))
    finally:
        keras.config.set_dtype_policy(before)
        keras.config.set_floatx("float32")
    # a step turns a rounding into a whole unit
    loose = part in ("activations.heaviside", "layers.Perceptron")
    tolerance = 1e-5 if precision == "float64" and not loose else 0.5 if loose else 0.05
    np.testing.assert_allclose(losses, expected, rtol=tolerance)
    assert model.layers[-1].compute_dtype == {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}.get(
        precision, precision
    )
    assert all(np.isfinite(np.asarray(weight)).all() for weight in model.weights)


@pytest.mark.parametrize("part", [part for part in PLACES if part.startswith(("losses", "optimizers"))])
def test_compiled_by_configuration(part):
    place = PLACES[part]
    kind, name = part.split(".")
    if name[0].islower():
        identifiers = {"loss": keras.losses.get(keras.saving.serialize_keras_object(place.loss))}
    elif kind == "losses":
        # `compile` itself takes a dictionary for losses of several outputs, with Keras' own losses too
        identifier = {"class_name": f"custom>{name}", "config": place.loss.get_config()}
        identifiers = {"loss": keras.losses.get(identifier)}
    else:
        identifiers = {"optimizer": {"class_name": f"custom>{name}", "config": place.optimizer().get_config()}}
    model = network(place)
    model.compile(**{"optimizer": place.optimizer(), "loss": place.loss, **identifiers, **SOONEST})
    losses = model.fit(X, place.labels, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(losses, reference(part, **SOONEST)[1], rtol=1e-6)


@pytest.mark.parametrize("part", LAYERS)
def test_time_distributed(part):
    layer, arguments, _ = LAYERS[part]
    x = X.reshape(4, 6, FEATURES)
    one = layer(**arguments)
    one.build((None, FEATURES))
    output = np.asarray(keras.layers.TimeDistributed(one)(x))
    for step in range(6):
        np.testing.assert_array_equal(output[:, step], one(x[:, step]))


@pytest.mark.parametrize("part", LAYERS)
def test_functional_model_with_shared_use(part):
    layer, arguments, _ = LAYERS[part]
    one = layer(**arguments)
    left, right = keras.Input((FEATURES,)), keras.Input((FEATURES,))
    model = keras.Model([left, right], keras.layers.Subtract()([one(left), one(right)]))
    np.testing.assert_array_equal(model([X, X]), np.zeros_like(np.asarray(one(X))))
    assert model([X[:2], X[2:4]]).shape == one(X[:2]).shape


FUNCTIONS = {
    "activations.hard_tanh": hard_tanh,
    "activations.heaviside": heaviside,
    "activations.heaviside, straight through": lambda x: heaviside(x, straight_through=True),
    "losses.huber": lambda x: huber(x[:, :2], x[:, 2:]),
    "losses.log_cosh": lambda x: log_cosh(x[:, :2], x[:, 2:]),
    "losses.earth_mover": lambda x: earth_mover(x[:, :2], x[:, 2:]),
    "regularizers.elastic_net": elastic_net,
    "regularizers.kl_sparsity": lambda x: kl_sparsity(x, target=0.1, weight=1.0),
    "constraints.soft_threshold": lambda x: soft_threshold(x, amount=0.1),
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_in_a_functional_model_saved_and_loaded(function, tmp_path):
    inputs = keras.Input((FEATURES,))
    model = keras.Model(inputs, FUNCTIONS[function](inputs))
    expected = np.asarray(FUNCTIONS[function](X))
    np.testing.assert_allclose(model(X), expected, rtol=1e-6, atol=1e-7)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(X), expected, rtol=1e-6, atol=1e-7)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a tf.data pipeline computes with TensorFlow")
@pytest.mark.parametrize("part", [part for part in POINTWISE if not part.startswith("regularizers")])
def test_inside_tf_data(part):
    x = np.linspace(-2, 2, 12, dtype="float32")
    mapped = list(tf.data.Dataset.from_tensor_slices(x.reshape(3, 4)).map(POINTWISE[part].call).as_numpy_iterator())
    np.testing.assert_allclose(np.concatenate(mapped), POINTWISE[part].call(tf.constant(x)), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("part", MODELS)
def test_models_train_evaluate_and_predict(part, name):
    make, compiled, data, epochs = MODELS[part]
    model = make()
    model.compile(**compiled, **SETTINGS[name])
    if name == "default":
        dataset = tf.data.Dataset.from_tensor_slices(data if len(data) > 1 else data[0]).batch(12)
        history = model.fit(dataset, epochs=epochs, shuffle=False, verbose=0).history
    else:
        history = model.fit(*data, batch_size=24, epochs=epochs, verbose=0).history
    assert history and all(np.isfinite(values).all() for values in history.values())
    inputs = X[:, :2] if part.startswith(("models.GAN", "models.WGAN")) else X
    predicted = model.predict(inputs, verbose=0)
    assert len(predicted) == len(X) and np.isfinite(predicted).all()
    assert np.isfinite(model.evaluate(*data, verbose=0)).all()


@pytest.mark.parametrize("part", [part for part in PLACES if part.startswith("losses")])
def test_sample_weights_in_fit(part):
    """An example of weight 2 is that example twice."""
    place = PLACES[part]
    model = network(place)
    model.compile("sgd", place.loss, **SOONEST)
    weights = np.array([2.0] + [1.0] * 5, "float32")
    weighted = model.evaluate(X[:6], place.labels[:6], sample_weight=weights, batch_size=6, verbose=0)
    doubled = model.evaluate(
        np.vstack([X[:1], X[:6]]), np.vstack([place.labels[:1], place.labels[:6]]), batch_size=7, verbose=0
    )
    assert weighted * 6 == pytest.approx(doubled * 7, rel=1e-5)

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
from tests.conformance.places import ALONE, LABELS, LOSSES, TOGETHER, alone, loss_of, output, together, trained
from tests.custom.support import ALL, KERAS_COPIES, ON_JAX, wide_floats

# a step has no gradient on purpose; Keras says so
pytestmark = [KERAS_COPIES, pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning")]

SETTINGS = {"default": {}, "eager": {"run_eagerly": True}, "jit": {"jit_compile": True}}
# a few steps on TensorFlow are sooner taken than compiled; on JAX a program is sooner compiled than all its operations
SOONEST = SETTINGS["eager" if keras.backend.backend() == "tensorflow" else "default"]


# eagerly JAX compiles each operation by itself, as it does programs: those alone show it that keep a state of their own
@pytest.mark.parametrize("part", ALONE if ON_JAX and not ALL else PLACES)
def test_eager_jitted_and_default_agree(part):
    model, losses = trained(part)
    # the default is "auto": where that is with jit, the same program is not compiled twice
    for name in ("eager",) if model.jit_compile else ("eager", "jit"):
        np.testing.assert_allclose(trained(part, **SETTINGS[name])[1], losses, rtol=2e-5)


@pytest.mark.parametrize("part", PLACES)
def test_losses_are_numbers(part):
    assert np.isfinite(trained(part, **SOONEST)[1]).all()


def batches(labels):
    return (tf.data.Dataset.from_tensor_slices((X, labels)).batch(8),)


def test_a_dataset_is_as_good_as_arrays():
    _, losses = together(batches(LABELS), **SOONEST)
    for part in TOGETHER:
        np.testing.assert_allclose(losses[part], trained(part, **SOONEST)[1], rtol=1e-6, err_msg=part)


@pytest.mark.parametrize("part", ALONE)
def test_a_dataset_is_as_good_as_arrays_alone(part):
    _, losses = alone(part, batches(PLACES[part].labels), **SOONEST)
    np.testing.assert_allclose(losses, trained(part, **SOONEST)[1], rtol=1e-6)


def test_evaluate_is_the_loss_of_predict():
    model, _ = trained(TOGETHER[0], **SOONEST)
    values = model.evaluate(X, LABELS, batch_size=24, verbose=0, return_dict=True)
    predicted = model.predict(X, batch_size=24, verbose=0)
    for part in TOGETHER:
        value = values[f"{output(part)}_loss"]
        assert value == pytest.approx(loss_of(part, predicted[output(part)]), rel=1e-5), part
    # a call on all of the data leaves its penalties in `losses`
    model(X)
    penalties = sum(float(penalty) for penalty in model.losses)
    parts = sum(values[f"{output(part)}_loss"] for part in TOGETHER)
    assert values["loss"] == pytest.approx(parts + penalties, rel=1e-5)
    assert len(model.losses) == sum(part.startswith(("layers.Sparsity", "regularizers")) for part in TOGETHER)


@pytest.mark.parametrize("part", ALONE)
def test_evaluate_is_the_loss_of_predict_alone(part):
    model, _ = trained(part, **SOONEST)
    value = model.evaluate(X, PLACES[part].labels, batch_size=24, verbose=0)
    assert value == pytest.approx(loss_of(part, model.predict(X, batch_size=24, verbose=0)), rel=1e-5)


@functools.cache
def in_precision(part, precision):
    """The weights, types and losses of a part, or of all parts side by side, trained in a precision."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    # losses keep to the default float type, whatever the layers' policy
    keras.config.set_floatx("float64" if precision == "float64" else "float32")
    settings = {} if precision == "mixed_float16" else SOONEST
    try:
        with wide_floats():
            model, losses = alone(part, **settings) if part else together(**settings)
    finally:
        keras.config.set_dtype_policy(before)
        keras.config.set_floatx("float32")
    assert all(np.isfinite(np.asarray(weight)).all() for weight in model.weights)
    return {layer.compute_dtype for layer in model.layers if layer.weights}, losses


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16", "float64"])
@pytest.mark.parametrize("part", [part for part in PLACES if not part.startswith("callbacks")])
def test_precisions(part, precision):
    types, losses = in_precision(part if part in ALONE else None, precision)
    losses = losses if part in ALONE else losses[part]
    # a step turns a rounding into a whole unit
    loose = part in ("activations.heaviside", "layers.Perceptron")
    tolerance = 1e-5 if precision == "float64" and not loose else 0.5 if loose else 0.05
    np.testing.assert_allclose(losses, trained(part)[1], rtol=tolerance)
    assert types == {{"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}.get(precision, precision)}


def read_back(loss):
    """The loss as `compile` would read it from a file; a dictionary it takes for losses of several outputs."""
    if isinstance(loss, str):
        return loss
    if not isinstance(loss, keras.losses.Loss):
        return keras.losses.get(keras.saving.serialize_keras_object(loss))
    return keras.losses.get({"class_name": f"custom>{type(loss).__name__}", "config": loss.get_config()})


def test_losses_compiled_by_configuration():
    _, losses = together(losses={name: read_back(loss) for name, loss in LOSSES.items()}, **SOONEST)
    for part in TOGETHER:
        np.testing.assert_allclose(losses[part], trained(part, **SOONEST)[1], rtol=1e-6, err_msg=part)


def test_an_optimizer_compiled_by_configuration():
    part = "optimizers.MovingAverageMomentum"
    place = PLACES[part]
    model = network(place)
    config = place.optimizer().get_config()
    model.compile({"class_name": "custom>MovingAverageMomentum", "config": config}, place.loss, **SOONEST)
    losses = model.fit(X, place.labels, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(losses, trained(part, **SOONEST)[1], rtol=1e-6)


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


@pytest.mark.parametrize(
    ("part", "name"),
    # their own tests train each by default, which on JAX is jit; there one does eagerly what the others do compiled
    [
        (part, name)
        for part in MODELS
        for name in SETTINGS
        if ALL
        or (name != "default" and not ON_JAX)
        or (ON_JAX and (name == "default" or (part, name) == ("models.PerceptronClassifier", "eager")))
    ],
)
def test_models_train_evaluate_and_predict(part, name):
    make, compiled, data, epochs = MODELS[part]
    model = make()
    model.compile(**compiled, **SETTINGS[name])
    if name != "jit":
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

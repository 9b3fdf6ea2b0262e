"""Configurations: complete, plain, through JSON, by registered name, in a model's JSON."""

import json

import keras
import numpy as np
import pytest

from tests.conformance.parts import CONFIGURED, FEATURES, LAYERS, MODELS, PLACES, X, network
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES


@pytest.mark.parametrize("part", CONFIGURED)
def test_from_config(part):
    original = CONFIGURED[part]
    copy = type(original).from_config(original.get_config())
    assert type(copy) is type(original)
    assert copy.get_config() == original.get_config()


@pytest.mark.parametrize("part", CONFIGURED)
def test_through_json_by_its_registered_name(part):
    original = CONFIGURED[part]
    serialized = keras.saving.serialize_keras_object(original)
    assert serialized["registered_name"] == f"custom>{part.split('.')[1]}"
    # JSON holds nothing but plain values: NumPy's numbers would stop it here
    copy = keras.saving.deserialize_keras_object(json.loads(json.dumps(serialized)))
    assert type(copy) is type(original)
    assert copy.get_config() == original.get_config()


GETTERS = {
    "losses": keras.losses.get,
    "regularizers": keras.regularizers.get,
    "constraints": keras.constraints.get,
    "optimizers": keras.optimizers.get,
}


@pytest.mark.parametrize("part", [part for part in CONFIGURED if part.split(".")[0] in GETTERS])
def test_by_class_name_and_config(part):
    kind, name = part.split(".")
    original = CONFIGURED[part]
    copy = GETTERS[kind]({"class_name": f"custom>{name}", "config": original.get_config()})
    assert type(copy) is type(original)
    assert copy.get_config() == original.get_config()


@pytest.mark.parametrize("part", [part for part in PLACES if part.split(".")[0] not in ("callbacks", "optimizers")])
def test_in_the_json_of_a_model(part):
    model = network(PLACES[part])
    copy = keras.models.model_from_json(model.to_json())
    for weight, value in zip(copy.weights, model.weights, strict=True):
        weight.assign(value)
    np.testing.assert_array_equal(copy(X), model(X))
    assert [type(layer) for layer in copy.layers] == [type(layer) for layer in model.layers]


@pytest.mark.parametrize("part", LAYERS)
def test_as_a_clone(part):
    layer, arguments, _ = LAYERS[part]
    model = keras.Sequential([keras.Input((FEATURES,)), layer(**arguments)])
    assert keras.models.clone_model(model).layers[0].get_config() == model.layers[0].get_config()


@pytest.mark.parametrize("part", MODELS)
def test_models(part):
    make, *_ = MODELS[part]
    original = make()
    copy = keras.saving.deserialize_keras_object(json.loads(json.dumps(keras.saving.serialize_keras_object(original))))
    assert type(copy) is type(original)
    plain = {name: value for name, value in original.get_config().items() if not isinstance(value, dict)}
    assert {name: copy.get_config()[name] for name in plain} == plain

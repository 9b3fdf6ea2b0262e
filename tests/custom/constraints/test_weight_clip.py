"""WeightClip against NumPy's clip."""

import keras
import numpy as np
import pytest
from keras import ops

from custom.constraints import WeightClip, weight_clip
from tests.custom.support import DTYPES, POINTS, as_array, cast, representable, wide_floats


@pytest.mark.parametrize("limit", [1e-3, 0.01, 1.0, 50.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_is_the_clip_of_numpy(dtype, limit):
    with wide_floats():
        w, held = cast(representable(POINTS, dtype), dtype)
        clipped = as_array(weight_clip(w, limit=limit))
        _, limit = cast(limit, dtype)
    np.testing.assert_array_equal(clipped, np.clip(held, -limit, limit))


def test_a_layer_keeps_to_it():
    layer = keras.layers.Dense(3, kernel_constraint=WeightClip(0.05), kernel_initializer="ones")
    model = keras.Sequential([keras.Input((4,)), layer])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(np.ones((8, 4)), np.ones((8, 3)), verbose=0)
    assert np.abs(np.asarray(layer.kernel)).max() <= np.float32(0.05)


def test_what_is_no_number_stays_so():
    assert np.isnan(np.asarray(WeightClip()(ops.convert_to_tensor([np.nan]))))[0]


def test_configuration():
    config = WeightClip(np.float32(0.5)).get_config()
    assert config == {"limit": 0.5} and type(config["limit"]) is float
    named = keras.constraints.get({"class_name": "custom>WeightClip", "config": config})
    assert isinstance(named, WeightClip) and named.limit == 0.5


@pytest.mark.parametrize("limit", [0, -0.01, float("nan"), float("inf"), True, "0.01", None])
def test_wrong_limit(limit):
    with pytest.raises(ValueError) as error:
        WeightClip(limit)
    assert f"limit: got {limit!r}, expected a finite number above 0; try limit=0.01" in str(error.value)

"""Keras' own harness over every layer: configuration, build, symbolic, eager, training, mixed precision."""

import pytest
from keras.src import testing

from tests.conformance.parts import LAYERS
from tests.custom.support import KERAS_COPIES


# the harness trains from a generator, which Keras then tells it that it can't shuffle
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
# and fits a layer that has no weights to train
@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights:UserWarning")
@KERAS_COPIES
@pytest.mark.parametrize("shape", [(2, 4), (2, 3, 4)], ids=["flat", "sequence"])
@pytest.mark.parametrize("part", LAYERS)
def test_keras_own_harness(part, shape):
    layer, arguments, expected = LAYERS[part]
    harness = testing.TestCase()
    harness.setUp()
    harness.run_layer_test(
        layer,
        init_kwargs=arguments,
        input_shape=shape,
        expected_output_shape=shape,
        supports_masking=True,
        expected_num_seed_generators=0,
        **{"expected_num_losses": 0, "expected_num_trainable_weights": 0, **expected},
    )

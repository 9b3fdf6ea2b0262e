"""A rebuilt model: the intact one again with fresh weights from a seed, and arms that begin as it does."""

import keras
import numpy as np
import pytest

from experiments.ablation.base import Base, structure_of
from experiments.ablation.checked import check_arm
from experiments.ablation.edit import Edit
from experiments.ablation.plan import Planner
from experiments.ablation.rebuild import rebuild
from experiments.errors import RequestError
from tests.experiments.ablation.networks import X, network

MODEL = network(optimizer=keras.optimizers.SGD(0.05), loss="sparse_categorical_crossentropy")
BASE = Base(MODEL)


def values(model):
    return {weight.path: keras.ops.convert_to_numpy(weight) for weight in model.weights}


def test_without_an_edit_it_is_the_intact_model():
    again = rebuild(BASE, Edit(), 0)
    assert structure_of(again) == structure_of(MODEL)
    with pytest.raises(RequestError, match="an arm: the model stays the same, so there is nothing to compare"):
        check_arm(BASE, again, Planner(BASE).plan(Edit(removed=("norm",))), "an arm")
    assert again.count_params() == MODEL.count_params()
    assert float(again.optimizer.learning_rate) == np.float32(0.05)
    assert again.optimizer is not MODEL.optimizer
    again.set_weights(MODEL.get_weights())
    np.testing.assert_allclose(again.predict_on_batch(X[:8]), MODEL.predict_on_batch(X[:8]), rtol=1e-6)


def test_weights_come_from_the_seed_and_what_stays_begins_alike():
    whole, same, other = (values(rebuild(BASE, Edit(), seed)) for seed in (0, 0, 1))
    arm = values(rebuild(BASE, Edit(removed=("norm",)), 0))
    drawn = [path for path in whole if path.endswith("kernel")]
    for path in whole:
        np.testing.assert_array_equal(whole[path], same[path])
    for path in drawn:
        assert (whole[path] != other[path]).any()
    assert {*arm} == {path for path in whole if not path.startswith("norm/")}
    for path, value in arm.items():
        np.testing.assert_array_equal(value, whole[path])
    pairs = [(one, two) for one in drawn for two in drawn if one < two and whole[one].shape == whole[two].shape]
    assert pairs
    for one, two in pairs:
        assert (whole[one] != whole[two]).any(), "two layers drew the same"


def test_what_was_adapted_is_kept():
    scaled = rebuild(BASE, Edit(removed=("norm",)), 3).get_layer("scaled")
    np.testing.assert_allclose(np.ravel(scaled.get_weights()[0]), X.mean(axis=0), rtol=1e-5)
    outputs = keras.ops.convert_to_numpy(scaled(X))
    np.testing.assert_allclose(outputs, (X - X.mean(axis=0)) / X.std(axis=0), rtol=1e-3, atol=1e-4)


def test_a_merge_that_is_gone_leaves_the_shortcut():
    model = rebuild(BASE, Edit(removed=("join",)), 0)
    assert not {"branch", "norm", "act", "join"} & {layer.name for layer in model.layers}
    part = keras.Model(model.inputs, model.get_layer("hidden").output)
    assert part.count_params() < model.count_params()


def test_an_arm_with_other_weights_than_planned_is_refused():
    arm = rebuild(BASE, Edit(removed=("norm",)), 0)
    with pytest.raises(RequestError, match="an arm: built, its layers inner/a, inner/b have other weights"):
        check_arm(BASE, arm, Planner(BASE).plan(Edit(removed=("norm",), halved=("inner/a",))), "an arm")


class OwnTraining(keras.Model):
    """It takes inputs and outputs."""


def test_a_class_of_inputs_and_outputs_is_kept():
    inputs = keras.Input((2,))
    dropped = keras.layers.Dropout(0.5, name="dropped")(inputs)
    base = Base(OwnTraining(inputs, keras.layers.Dense(1)(dropped)))
    assert type(rebuild(base, Edit(removed=("dropped",)), 0)) is OwnTraining

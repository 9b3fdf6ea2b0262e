"""Plans from shapes alone, held to what Keras builds."""

import keras
import pytest

from experiments.ablation.base import Base, structure_of, weights_of
from experiments.ablation.edit import Edit
from experiments.ablation.plan import Planner
from experiments.ablation.rebuild import rebuild
from experiments.ablation.refused import Refused
from tests.experiments.ablation.networks import network

layers = keras.layers


def images():
    """Strides, pooling, a squeeze of channels, a branch that is concatenated, and a layer that is called twice."""
    inputs = keras.Input((8, 8, 3))
    x = layers.Reshape((8, 8, 3), name="same")(inputs)
    x = layers.Conv2D(4, 3, strides=2, padding="same", name="stem")(x)
    x = layers.MaxPooling2D(name="pool")(x)
    twice = layers.Conv2D(4, 3, padding="same", name="twice")
    x = twice(layers.Activation("relu", name="act")(twice(x)))
    gate = layers.Dense(4, "sigmoid", name="gate")(layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x))
    x = layers.Multiply(name="gated")([x, gate])
    x = layers.Concatenate(name="both")([x, layers.Conv2D(2, 1, name="side")(x)])
    x = layers.Flatten(name="flat")(x)
    return keras.Model(inputs, layers.Dense(2, name="classes")(x))


@pytest.mark.parametrize("make", [network, images])
def test_every_layer_is_removed_as_planned_or_refused(make):
    model = make()
    base, refused = Base(model), {}
    planner = Planner(base)
    for path in base.operations:
        edit = Edit(removed=(path,))
        try:
            plan = planner.plan(edit)
        except Refused as reason:
            refused[path] = reason.kind
            continue
        arm = rebuild(base, edit, 0)
        assert weights_of(arm) == plan.weights, path
        assert structure_of(arm) != base.structure, path
        assert tuple(arm.output_shape) == tuple(model.output_shape)
    told = {
        network: {"hidden": "shapes", "idle": "nothing", "classes": "output"},
        images: {"same": "nothing", "stem": "shapes", "flat": "outputs", "classes": "output"},
    }
    assert refused == told[make]


def test_a_branch_of_another_shape_is_not_merged_by_repeating_it():
    inputs = keras.Input((4, 4, 2))
    pooled = layers.AveragePooling2D(4, name="pool")(inputs)
    short = layers.Conv2D(2, 4, name="short")(inputs)
    x = layers.Add(name="join")([pooled, short])
    model = keras.Model(inputs, layers.GlobalAveragePooling2D(name="end")(x))
    with pytest.raises(Refused, match="leaves 4×4×2 and 1×1×2 where join takes 1×1×2") as raised:
        Planner(Base(model)).plan(Edit(removed=("pool",)))
    assert (raised.value.kind, raised.value.at) == ("shapes", "join")

"""What works in the place of a removal that does not."""

import keras

from experiments.ablation.base import Base, weights_of
from experiments.ablation.edit import Edit
from experiments.ablation.plan import Planner
from experiments.ablation.rebuild import rebuild
from experiments.ablation.refused import Refused
from experiments.ablation.remedies import remedies

layers = keras.layers


def bottleneck():
    """A residual block that narrows and widens."""
    inputs = keras.Input((8,))
    x = layers.Activation("relu", name="act")(layers.Dense(4, name="narrow")(inputs))
    x = layers.Add(name="join")([inputs, layers.Dense(8, name="wide")(x)])
    return keras.Model(inputs, layers.Dense(2, name="classes")(x))


def test_each_of_them_works():
    planner = Planner(Base(bottleneck()))
    try:
        planner.plan(Edit(removed=("wide",)))
    except Refused as refused:
        found = remedies(planner, ["wide"], refused.at)
    assert found == ['.without("narrow", "wide") works', '.without("join") works and loses the branch']
    plan = planner.plan(Edit(removed=("narrow", "wide")))
    assert list(plan.weights) == ["classes"]
    plan = planner.plan(Edit(removed=("join",)))
    assert plan.lost == ("narrow", "act", "wide")


def test_half_of_what_can_not_be_gone():
    inputs = keras.Input((7,), dtype="int32")
    words = layers.Embedding(10, 4, name="words")(inputs)
    model = keras.Model(inputs, layers.Dense(2, name="classes")(layers.LSTM(3, name="read")(words)))
    found = remedies(Planner(Base(model)), ["words"], "read")
    assert found == ['.halve("words") works', '.without("words", "read") works']


def test_merges_that_do_not_fit_any_more_go_along():
    inputs = keras.Input((4, 4, 2))
    x = layers.Conv2D(6, 1, name="wide")(inputs)
    gate = layers.Reshape((1, 1, 6), name="as_image")(layers.GlobalAveragePooling2D(name="squeeze")(x))
    x = layers.Multiply(name="gated")([x, layers.Dense(6, name="gate")(gate)])
    pooled = layers.GlobalAveragePooling2D(name="end")(x)
    planner = Planner(Base(keras.Model(inputs, layers.Dense(2, name="classes")(pooled))))
    edit = Edit(removed=("wide", "gated"))
    assert remedies(planner, ["wide"], "as_image") == ['.without("wide", "gated") works']
    # what fails in a branch that nothing uses any more does not matter
    assert planner.plan(edit).lost == ("squeeze", "as_image", "gate")
    assert weights_of(rebuild(planner.base, edit, 0)) == planner.plan(edit).weights

"""What a user's own build is called, and which change of it counts as another one."""

import functools

import keras
import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.study.builds import check_build, digest_of, name_of


def net(width=8):
    return width


def closed_over(width):
    def build():
        return width

    return build


def calls_itself():
    def build():
        return build

    return build


class Maker:
    def __init__(self, width):
        self.width = width

    def __call__(self, outputs):
        return self.width

    def build(self, outputs):
        return self.width


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (net, "net"),
        (functools.partial(functools.partial(net), width=3), "net"),
        (Maker(3), "Maker"),
        (Maker(3).build, "build"),
        (Maker, "Maker"),
        (lambda: None, "<lambda>"),
    ],
)
def test_names(build, name):
    assert name_of(build) == name


@pytest.mark.parametrize(
    "make",
    [
        lambda bound: functools.partial(net, width=bound),
        lambda bound: functools.partial(net, bound),
        closed_over,
        Maker,
        lambda bound: Maker(bound).build,
        lambda bound: functools.partial(net, width=functools.partial(net, width=bound)),
    ],
    ids=["keyword", "position", "closure", "object", "method", "nested"],
)
@pytest.mark.parametrize("values", [(3, 4), (np.arange(3), np.arange(3) + 1), ([1, {"a": 2}], [1, {"a": 3}])])
def test_what_it_is_bound_to_counts(make, values):
    one, same, other = make(values[0]), make(values[0]), make(values[1])
    assert digest_of(one) == digest_of(same) != digest_of(other)


def test_a_function_that_refers_to_itself_has_a_digest():
    assert digest_of(calls_itself()) == digest_of(calls_itself())


def test_objects_that_cannot_be_told_apart_count_by_their_class():
    assert digest_of(functools.partial(net, width=object())) == digest_of(functools.partial(net, width=object()))


def test_what_builds_nothing_is_refused():
    check_build(net)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="mine")
    with pytest.raises(RequestError, match=r"build: got the model mine, allowed is a function .*clone_model"):
        check_build(model)
    with pytest.raises(RequestError, match="build: got 3, allowed is a function that builds"):
        check_build(3)

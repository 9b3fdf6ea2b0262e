"""Settings of tasks and models: from the catalog, or from the signature of a user's own function."""

from typing import Any

import numpy as np
import pytest

from experiments.errors import RequestError
from experiments.study import catalog
from experiments.study.catalog import NamedPart, Setting
from experiments.study.settings import model_facts, signature_settings, task_facts
from experiments.tasks import Data, Task


def draw(seed):
    """Never called here: facts need no data."""
    raise AssertionError


TASK = Task("linear", (3,), 2, draw)


def test_facts_of_the_catalog_need_no_import():
    facts = task_facts({"name": "mnist"}, None)
    assert (facts.head, facts.metrics) == ("softmax", ("accuracy", "cross_entropy"))
    assert facts.settings == catalog.TASKS["mnist"].settings
    assert model_facts("mlp", None).settings == catalog.MODELS["mlp"].settings


def test_facts_of_a_task_that_is_given():
    facts = task_facts({"name": "arrays"}, None, TASK)
    assert (facts.head, facts.metrics, facts.settings) == ("linear", ("mean_absolute_error", "mean_squared_error"), {})


def test_facts_of_a_function_that_makes_a_task():
    def make(width=3, *, noise=0.5):
        return Task("linear", (width,), 1, draw)

    facts = task_facts({"name": "own.py:make", "width": 5}, None, make)
    assert facts.settings == {"width": Setting(Any, 3), "noise": Setting(Any, 0.5)}


def test_a_users_function_offers_its_own_parameters_as_settings():
    def net(
        input_shape, outputs, head, seed, activation, loss, epochs, kernel_regularizer=None,
        width=4, sizes=(8, 8), deep=True, needed="", *rest, other=None, **more,
    ):  # fmt: skip
        """What the project fills in is no setting of the function's own; nor are * and **."""

    settings = signature_settings(net)
    assert {name: setting.default for name, setting in settings.items()} == {
        "activation": "relu",
        "width": 4,
        "sizes": [8, 8],
        "deep": True,
        "needed": "",
        "other": None,
    }
    assert settings["activation"].type is NamedPart
    assert settings["sizes"].type is Any


def test_a_default_activation_is_kept():
    assert signature_settings(lambda activation="tanh": None)["activation"].default == "tanh"


@pytest.mark.parametrize("default", [object(), np.zeros(3), len, {1: 2}])
def test_a_parameter_with_an_object_for_a_default_is_no_setting(default):
    assert list(signature_settings(lambda width=3, made=default: None)) == ["width"]


@pytest.mark.parametrize(
    ("function", "slots", "names"),
    [
        (lambda input_shape, width=3: None, (), ["width"]),
        (lambda input_shape, kernel_regularizer: None, ("kernel_regularizer",), ["regularizer"]),
        (lambda dropout, activity_regularizer: None, ("dropout", "activity_regularizer"), ["regularizer", "dropout"]),
    ],
)
def test_a_model_has_the_factor_regularizer_where_it_has_a_slot_for_one(function, slots, names):
    facts = model_facts("own", None, function)
    assert facts.slots == slots
    assert list(facts.settings) == names


def needs(width):
    """A task's function with a parameter that must be given."""
    return TASK


def refuses(width=-1):
    """A task's function that checks what it gets."""
    raise ValueError("width must be positive")


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (needs, {}, "task: own does not take these settings: missing a required argument: 'width'"),
        (
            needs,
            {"width": 3, "widht": 3},
            "task: own does not take these settings: got an unexpected keyword argument 'widht'",
        ),
        (refuses, {}, "task: own refused its settings: width must be positive"),
        (lambda: None, {}, "task: own gave a NoneType, allowed is an experiments.tasks.Task"),
        (lambda: Data, {}, "task: own gave a type, allowed is an experiments.tasks.Task"),
        (3, {}, "task: own gave a int, allowed is an experiments.tasks.Task"),
        (TASK, {"n": 3}, "task: own is no function, so it takes no settings, got n"),
    ],
)
def test_what_makes_no_task_is_refused(given, options, message):
    with pytest.raises(RequestError) as error:
        task_facts({"name": "own", **options}, None, given)
    assert str(error.value) == message


def test_what_is_no_function_is_no_model():
    with pytest.raises(RequestError, match=r"^model kind: own is a int, allowed is a function that builds a model$"):
        model_facts("own", None, 3)


def test_a_slip_in_a_users_task_is_told_with_its_place():
    def make():
        raise KeyError("a slip")

    with pytest.raises(RequestError, match=r"own failed: KeyError: 'a slip' \(test_settings.py, line \d+\)"):
        task_facts({"name": "own"}, None, make)

"""The lines that tell a user what is wrong: where, what was given, what is allowed, the nearest match."""

import pytest

from experiments.errors import RequestError, TaskUnavailable, closest, nearest, show, unknown, wrong


@pytest.mark.parametrize(
    ("given", "found"),
    [("rellu", "relu"), ("relu", "relu"), ("tnah", "tanh"), ("swish", None), ("", None), (3, None)],
)
def test_the_closest_name_is_found_where_one_is_close(given, found):
    allowed = ["relu", "tanh", "sigmoid"]
    assert closest(given, allowed) == found
    assert nearest(given, allowed) == (f'; did you mean "{found}"?' if found else ".")


def test_an_unknown_name_lists_what_is_allowed_even_from_an_iterator():
    line = unknown("loss", "hubber", iter(["huber", "hinge"]))
    assert line == 'loss: got "hubber"; did you mean "huber"? Allowed: huber, hinge'
    assert unknown("loss", "xyz", {"huber": 1}) == 'loss: got "xyz". Allowed: huber'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("relu", '"relu"'),
        (False, "false"),
        (1, "1"),
        (0.5, "0.5"),
        (None, "none"),
        ([1, "a"], '[1, "a"]'),
        ([], "[]"),
        ({"name": "huber", "delta": 0.5}, '{ name = "huber", delta = 0.5 }'),
        ([{"on": True}], "[{ on = true }]"),
    ],
)
def test_values_are_shown_as_a_study_file_has_them(value, shown):
    assert show(value) == shown
    assert wrong("field", value, "another") == f"field: got {shown}, allowed is another"


def test_a_task_that_is_unavailable_is_a_wrong_request_too():
    assert issubclass(TaskUnavailable, RequestError)
    assert issubclass(RequestError, ValueError)

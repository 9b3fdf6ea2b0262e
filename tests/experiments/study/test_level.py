"""Levels: checked, filled with defaults, and written as the labels of a CSV."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.errors import RequestError
from experiments.study import catalog
from experiments.study.catalog import Setting
from experiments.study.level import check, check_level, check_part, check_plain, label, plain

MLP = catalog.MODELS["mlp"].settings


@pytest.mark.parametrize(
    ("setting", "value", "canonical"),
    [
        (Setting(catalog.Positive), 1, 1.0),
        (Setting(catalog.Positive), 1e-300, 1e-300),
        (Setting(catalog.Positive), 1e300, 1e300),
        (Setting(catalog.NonNegative), 0, 0.0),
        (Setting(catalog.Decay), 0, 0.0),
        (Setting(catalog.Count), 1, 1),
        (MLP["units"], 8, [8]),
        (MLP["units"], [8, 4], [8, 4]),
        (MLP["batch_normalization"], True, True),
        (Setting(Any), (1, (2, "a")), [1, [2, "a"]]),
    ],
)
def test_what_is_allowed_comes_out_canonical(setting, value, canonical):
    result = check("field", value, setting)
    assert (result, type(result)) == (canonical, type(canonical))


@pytest.mark.parametrize(
    ("setting", "value", "allowed"),
    [
        (Setting(catalog.Positive), 0, "above 0"),
        (Setting(catalog.Positive), -1.5, "above 0"),
        (Setting(catalog.Positive), float("inf"), "a finite number"),
        (Setting(catalog.Positive), float("nan"), "a finite number"),
        (Setting(catalog.Positive), "1", "a number"),
        (Setting(catalog.Positive), True, "a number"),
        (Setting(catalog.NonNegative), -1e-9, "0 or more"),
        (Setting(catalog.Decay), 1.0, "below 1"),
        (Setting(catalog.Count), 0, "1 or more"),
        (Setting(catalog.Count), 1.5, "a whole number"),
        (Setting(catalog.Count), 2.0, "a whole number"),
        (Setting(catalog.Count), True, "a whole number"),
        (Setting(catalog.Count), "3", "a whole number"),
        (Setting(catalog.Count), [3], "a whole number"),
        (MLP["units"], [], "a list of 1 or more"),
        (MLP["batch_normalization"], 1, "true or false"),
        (catalog.TASKS["outliers"].settings["share"], 0.6, "0.5 or less"),
        (catalog.LOSSES["earth_mover"].settings["exponent"], 3, "1 or 2"),
        (Setting(Any), object, "text, a number, true, false, or a list or table of them"),
        (Setting(Any), [1, {2}], "text, a number, true, false, or a list or table of them"),
    ],
)
def test_what_is_not_allowed_is_told_with_the_field_and_the_range(setting, value, allowed):
    with pytest.raises(RequestError) as error:
        check("field", value, setting)
    message = str(error.value)
    assert message.startswith("field: got ")
    assert message.endswith(f", allowed is {allowed}")
    assert "\n" not in message


def test_a_choice_names_the_nearest():
    with pytest.raises(RequestError, match=r'initializer: got "he_norml", .*; did you mean "he_normal"\?'):
        check("initializer", "he_norml", MLP["initializer"])


def test_a_named_part_has_every_setting_and_no_other():
    assert check_part("loss", {"name": "huber", "delta": 2}, catalog.LOSSES) == {"name": "huber", "delta": 2.0}
    assert check_part("regularizer", "elastic_net", catalog.REGULARIZERS) == {
        "name": "elastic_net",
        "l1": 5e-5,
        "l2": 5e-5,
    }


@pytest.mark.parametrize("setting", catalog.PARTS)
def test_a_level_that_was_checked_passes_again_unchanged(setting):
    for name in catalog.PARTS[setting]:
        once = check_part(setting, name, catalog.PARTS[setting])
        assert check_part(setting, once, catalog.PARTS[setting]) == once
        assert label(setting, once) == name


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("hubber", 'loss: got "hubber"; did you mean "huber"? Allowed: cross_entropy,'),
        (3, "loss: got 3, allowed is a name or a table"),
        ([], "loss: got [], allowed is a name or a table"),
        ({"delta": 1.0}, "loss: got { delta = 1.0 }, allowed is a name or a table"),
        ({"name": "huber", "delt": 1.0}, 'loss huber: got "delt"; did you mean "delta"? Allowed: delta'),
        ({"name": "huber", "delta": 0}, "loss huber delta: got 0, allowed is above 0"),
        ({"name": "log_cosh", "delta": 1.0}, "loss log_cosh: got delta, log_cosh takes no settings"),
        ({"name": "own.py:loss", "at": {1}}, "loss own.py:loss: got { at = {1} }, allowed is text, a number"),
    ],
)
def test_wrong_parts(given, message):
    with pytest.raises(RequestError) as error:
        check_part("loss", given, catalog.LOSSES)
    assert str(error.value).startswith(message)


def test_a_part_of_the_users_own_keeps_its_settings_in_one_order():
    one = check_part("loss", {"name": "own.py:loss", "b": 1, "a": (2, 3)}, catalog.LOSSES)
    assert list(one.items()) == [("name", "own.py:loss"), ("a", [2, 3]), ("b", 1)]
    assert label("loss", one) == "own.py:loss(a=[2, 3], b=1)"


@pytest.mark.parametrize(
    ("setting", "level", "written"),
    [
        ("loss", {"name": "huber", "delta": 0.5}, "huber(delta=0.5)"),
        ("loss", {"name": "huber", "delta": 1.0}, "huber"),
        ("regularizer", {"name": "elastic_net", "l1": 0.1, "l2": 0.1}, "elastic_net(l1=0.1, l2=0.1)"),
        ("regularizer", {"name": "elastic_net", "l1": 5e-5, "l2": 0.1}, "elastic_net(l2=0.1)"),
        ("optimizer", {"name": "sgd", "momentum": 0.9, "nesterov": True}, "sgd(momentum=0.9, nesterov=True)"),
        ("units", [64, 64], "64-64"),
        ("units", [8], "8"),
        ("width", {"a": 1}, "{ a = 1 }"),
        ("learning_rate", 0.001, 0.001),
        ("batch_normalization", False, False),
        ("train_size", None, None),
    ],
)
def test_labels_are_those_of_the_contract(setting, level, written):
    assert label(setting, level) == written


FINITE = st.floats(min_value=0, exclude_min=True, allow_infinity=False, allow_subnormal=False)


@given(one=FINITE, other=FINITE)
def test_different_levels_have_different_labels(one, other):
    levels = [
        check_level("loss", {"name": "huber", "delta": delta}, Setting(catalog.NamedPart)) for delta in (one, other)
    ]
    assert (label("loss", levels[0]) == label("loss", levels[1])) == (one == other)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_plain_values_are_left_as_they_are(value):
    assert plain(value) == value


@pytest.mark.parametrize("value", [object(), {1: 2}, {1}, b"a", [lambda: None]])
def test_what_json_has_not_is_no_plain_value(value):
    with pytest.raises(TypeError, match="is no plain value"):
        plain(value)


@pytest.mark.parametrize("value", [2**63, float("nan"), "\udcff", {"a": [10**400]}])
def test_a_value_that_no_file_holds_is_no_level(value):
    with pytest.raises(RequestError, match="allowed is what a file can hold: whole numbers below 2⁶³"):
        check_plain("width", value)

"""Which metrics a study may name, what their columns are called, and what is asked for."""

import re

import keras
import pytest

from experiments.errors import RequestError
from experiments.study.scorer import KERAS, read_metrics, snake


def of(given, head="sigmoid"):
    return read_metrics(given, head)


def test_the_table_names_classes_of_keras_as_keras_does():
    made = {
        "PrecisionAtRecall": 0.5,
        "RecallAtPrecision": 0.5,
        "SensitivityAtSpecificity": 0.5,
        "SpecificityAtSensitivity": 0.5,
        "BinaryIoU": [1],
    }
    for kind in KERAS:
        found = getattr(keras.metrics, kind)
        metric = found(made[kind]) if kind in made else found()
        column = snake(kind)
        usual = {"binary_iou": "binary_io_u", "auc": "auc"}.get(column, column)
        assert re.sub(r"_\d+$", "", metric.name) in (column, usual, column.replace("log_cosh_error", "logcosh")), kind


@pytest.mark.parametrize(
    ("given", "head", "names", "told"),
    [
        ("accuracy", "softmax", ("accuracy",), {}),
        (["acc"], "softmax", ("accuracy",), {}),
        ("BinaryAccuracy", "sigmoid", ("accuracy",), {}),
        ("mse", "linear", ("mean_squared_error",), {}),
        (["auc", "pr_auc"], "sigmoid", ("auc", "pr_auc"), {"auc": {}, "pr_auc": {"curve": "PR"}}),
        ({"name": "auc", "curve": "PR", "as": "area"}, "softmax", ("area",), {"area": {"curve": "PR"}}),
        (keras.metrics.AUC(), "sigmoid", ("auc",), {"auc": {}}),
        (keras.metrics.AUC(curve="PR", name="area", from_logits=True), "sigmoid", ("area",), {"area": {"curve": "PR"}}),
        (keras.metrics.AUC, "sigmoid", ("auc",), {"auc": {}}),
        ([keras.metrics.SparseCategoricalAccuracy()], "softmax", ("accuracy",), {}),
        ({"name": "F1Score", "average": "macro"}, "softmax", ("f1_score",), {"f1_score": {"average": "macro"}}),
        ("r2_score", "linear", ("r2_score",), {}),
        (keras.metrics.R2Score(), "linear", ("r2_score",), {"r2_score": {}}),
        (["log_loss", "roc_auc"], "softmax", ("cross_entropy", "roc_auc"), {}),
        (["rmse"], "softmax", ("rmse",), {"rmse": {}}),
        (["top_k"], "softmax", ("top_k",), {}),
        ({"name": "top_k", "k": 3, "as": "top_3"}, "softmax", ("top_3",), {"top_3": {"k": 3}}),
        (["exact_match", "precision"], "multi_label", ("exact_match", "precision"), {"precision": {}}),
        (("math:fabs", "min"), "linear", ("fabs",), {"fabs": {}}),
        ({"name": "math:fabs", "direction": "min", "as": "off"}, "linear", ("off",), {"off": {}}),
    ],
)
def test_names_and_settings(given, head, names, told):
    found, scorers = of(given, head)
    assert found == names
    for name, settings in told.items():
        kept = scorers[name].settings
        assert settings.items() <= kept.items()
    assert set(scorers) == set(told)


def own(y, p):
    return 0


def test_directions():
    assert of("false_positives")[1]["false_positives"].direction == "min"
    assert of("recall")[1]["recall"].direction == "max"
    assert of((own, "min"))[1]["own"].direction == "min"
    assert of([[own, "max"]])[1]["own"].object is own


@pytest.mark.parametrize(
    ("given", "head", "message"),
    [
        ([], "softmax", "metrics: got [], allowed is one metric or more"),
        ({"name": "top_k", "k": 0}, "softmax", "metrics top_k k: got 0, allowed is 1 or more"),
        (3, "softmax", "metrics: got 3, allowed is a metric of Keras by name"),
        ("aucc", "sigmoid", 'metrics: got "aucc"; did you mean "auc"?'),
        ("R2Score", "softmax", 'metrics: got "R2Score", which does not fit a softmax head. Fitting: auc'),
        ("roc_auc", "linear", 'metrics: got "roc_auc", which does not fit a linear head. Fitting: mean_absolute_error'),
        ("f1", "multi_label", 'metrics: got "f1", which does not fit a multi_label head. Fitting: accuracy'),
        ("accuracy", "linear", 'metrics: got "accuracy", which does not fit a linear head'),
        (["auc", keras.metrics.AUC(curve="PR")], "sigmoid", "metrics: two are called auc; name="),
        (own, "softmax", "metrics: whether more or less of own is better is not clear; give"),
        ("math:fabs", "softmax", '{ name = "math:fabs", direction = "max" } or "min"'),
        ({"name": "auc", "direction": "up"}, "sigmoid", 'metrics auc direction: got "up"'),
        ({"name": "recall", "as": "loss"}, "sigmoid", '"loss" is the name of another column'),
        ({"name": "recall", "as": "accuracy"}, "sigmoid", '"accuracy" is the name of another column'),
        ({"name": "recall", "as": "a b"}, "sigmoid", 'got "a b", allowed as a column'),
        (keras.metrics.MeanIoU(2), "softmax", "whether more or less of mean_io_u"),
        (keras.metrics.PrecisionAtRecall, "sigmoid", "PrecisionAtRecall is a class that needs arguments"),
        ("auc", "softmx", 'head: got "softmx"'),
    ],
)
def test_refuses(given, head, message):
    with pytest.raises(RequestError, match=re.escape(message)):
        of(given, head)

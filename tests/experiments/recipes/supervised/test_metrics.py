"""Metrics against scikit-learn, and those of Keras against what `evaluate` gives for a model with the same scores."""

import keras
import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn import metrics as reference

from experiments.errors import RequestError
from experiments.recipes.supervised.constant import constant_score
from experiments.recipes.supervised.metrics import check_scores, score, scores, top_k
from experiments.recipes.supervised.scored import Scored
from experiments.study.scorer import read_metrics
from experiments.tasks import Data, Task

GENERATOR = np.random.default_rng(1)


def test_classes():
    z, y = GENERATOR.normal(size=(50, 4)), GENERATOR.integers(0, 4, 50)
    found = scores(("accuracy", "cross_entropy"), Scored("softmax", y, z))
    assert found["accuracy"] == reference.accuracy_score(y, z.argmax(axis=1))
    assert found["cross_entropy"] == pytest.approx(reference.log_loss(y, softmax(z, axis=1)), rel=1e-12)


def test_two_classes_with_one_output():
    z, y = GENERATOR.normal(size=(50, 1)), GENERATOR.integers(0, 2, 50)
    found = scores(("accuracy", "cross_entropy"), Scored("sigmoid", y, z))
    assert found["accuracy"] == reference.accuracy_score(y, z[:, 0] > 0)
    assert found["cross_entropy"] == pytest.approx(reference.log_loss(y, expit(z[:, 0])), rel=1e-12)


def test_among_the_k_most_probable_where_scores_are_equal():
    y, z = GENERATOR.integers(0, 6, 80), np.round(GENERATOR.normal(size=(80, 6)))  # many ties
    drawn = [
        reference.top_k_accuracy_score(y, z + 1e-6 * GENERATOR.random(z.shape), k=2, labels=range(6))
        for _ in range(400)
    ]
    assert top_k(y, z, k=2) == pytest.approx(np.mean(drawn), abs=0.01)
    apart = GENERATOR.normal(size=(80, 6))
    assert top_k(y, apart, k=3) == pytest.approx(reference.top_k_accuracy_score(y, apart, k=3, labels=range(6)))
    assert top_k(y, 0 * z, k=2) == pytest.approx(2 / 6)
    with pytest.raises(RequestError, match="metrics top_k: got k = 6 with 6 classes"):
        top_k(y, z, k=6)


def test_regression():
    z, y = GENERATOR.normal(size=(50, 2)), GENERATOR.normal(size=(50, 2))
    found = scores(("mean_absolute_error", "mean_squared_error"), Scored("linear", y, z))
    assert found["mean_absolute_error"] == pytest.approx(reference.mean_absolute_error(y, z), rel=1e-12)
    assert found["mean_squared_error"] == pytest.approx(reference.mean_squared_error(y, z), rel=1e-12)


def test_scores_far_out_stay_finite():
    found = scores(("cross_entropy",), Scored("softmax", np.array([0, 1]), np.array([[-1e4, 1e4], [1e4, -1e4]])))
    assert found["cross_entropy"] == 2e4


def told(given, head, y, z):
    names, scorers = read_metrics(given, head)
    return list(scores(names, Scored(head, y, z), scorers).values())


def evaluated(metrics, head, y, z):
    """What `evaluate` gives for a saved model whose probabilities, or values, are those of raw scores."""
    model = keras.Sequential([keras.Input((z.shape[1],)), keras.layers.Activation(head)])
    model.compile(loss="mse", metrics=metrics)
    found = model.evaluate(z, y, return_dict=True, verbose=0, batch_size=16)
    return [float(np.squeeze(found[metric.name])) for metric in metrics]


KINDS = keras.metrics
SIGMOID = [
    "auc", "pr_auc", {"name": "f1_score"}, "precision", {"name": "recall", "thresholds": 0.3},
    KINDS.PrecisionAtRecall(0.5), "false_positives", "binary_crossentropy", "rmse", KINDS.FBetaScore(beta=2.0),
]  # fmt: skip
OF_SIGMOID = lambda: [  # noqa: E731
    KINDS.AUC(), KINDS.AUC(curve="PR"), KINDS.F1Score(threshold=0.5), KINDS.Precision(), KINDS.Recall(thresholds=0.3),
    KINDS.PrecisionAtRecall(0.5), KINDS.FalsePositives(), KINDS.BinaryCrossentropy(), KINDS.RootMeanSquaredError(),
    KINDS.FBetaScore(beta=2.0, threshold=0.5),
]  # fmt: skip
SOFTMAX = [
    "auc", {"name": "f1_score", "average": "macro"}, KINDS.Recall(class_id=2), {"name": "top_k", "k": 2},
    "categorical_crossentropy", KINDS.AUC(multi_label=True, num_labels=4, name="per_class"), KINDS.MeanSquaredError,
]  # fmt: skip
OF_SOFTMAX = lambda: [  # noqa: E731
    KINDS.AUC(), KINDS.F1Score(average="macro"), KINDS.Recall(class_id=2), KINDS.TopKCategoricalAccuracy(k=2),
    KINDS.CategoricalCrossentropy(), KINDS.AUC(multi_label=True, num_labels=4), KINDS.MeanSquaredError(),
]  # fmt: skip
LINEAR = ["r2_score", "rmse", "mape", "cosine_similarity", KINDS.MeanSquaredError(), "log_cosh_error"]
OF_LINEAR = lambda: [  # noqa: E731
    KINDS.R2Score(),
    KINDS.RootMeanSquaredError(),
    KINDS.MeanAbsolutePercentageError(),
    KINDS.CosineSimilarity(),
    KINDS.MeanSquaredError(),
    KINDS.LogCoshError(),
]


@pytest.mark.parametrize(
    ("head", "given", "of_keras", "outputs"),
    [("sigmoid", SIGMOID, OF_SIGMOID, 1), ("softmax", SOFTMAX, OF_SOFTMAX, 4), ("linear", LINEAR, OF_LINEAR, 2)],
)
def test_metrics_of_keras_are_what_evaluate_gives(head, given, of_keras, outputs):
    z = GENERATOR.normal(size=(70, outputs))
    y = GENERATOR.integers(0, max(outputs, 2), 70)
    y = y if head != "linear" else GENERATOR.normal(size=z.shape)
    coded = {"softmax": lambda: np.eye(outputs)[y], "sigmoid": lambda: y[:, None].astype(float), "linear": lambda: y}
    assert told(given, head, y, z) == pytest.approx(evaluated(of_keras(), head, coded[head](), z), rel=1e-6, abs=1e-6)


def test_whole_number_labels():
    z, y = GENERATOR.normal(size=(70, 4)), GENERATOR.integers(0, 4, 70)
    found = told([{"name": "sparse_top_k_categorical_accuracy", "k": 2}], "softmax", y, z)
    assert found == [pytest.approx(reference.top_k_accuracy_score(y, z, k=2), abs=1e-6)]


@pytest.mark.parametrize("head", ["softmax", "sigmoid"])
def test_of_two_classes_the_positive_one_counts(head):
    y = (GENERATOR.random(200) < 0.1).astype(int)
    score_of_one = GENERATOR.normal(size=200) + y - 0.5
    z = score_of_one[:, None] if head == "sigmoid" else np.stack([np.full(200, 3.0), 3 + score_of_one], axis=1)
    predicted = score_of_one > 0
    found = told(["f1_score", "precision", "recall", "auc", "accuracy"], head, y, z)
    expected = [
        metric(y, predicted) for metric in (reference.f1_score, reference.precision_score, reference.recall_score)
    ]
    assert found[:3] == pytest.approx(expected, abs=1e-6)
    assert found[3] == pytest.approx(reference.roc_auc_score(y, score_of_one), abs=0.01)  # Keras has 200 thresholds
    assert found[4] == reference.accuracy_score(y, predicted)


def squared(y, p):
    return np.square(y - p).mean(axis=-1)


class Total(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name="total")
        self.total = self.add_variable((), "zeros", name="sum")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(keras.ops.sum(keras.ops.cast(y_true, "float32") * y_pred))

    def result(self):
        return self.total


def test_metrics_of_the_users_own():
    z, y = GENERATOR.normal(size=(30, 1)), GENERATOR.integers(0, 2, 30)
    brier, again, total = told(
        [(squared, "min"), ("sklearn.metrics:brier_score_loss", "min"), (Total(), "max")], "sigmoid", y, z
    )
    assert brier == pytest.approx(again) == pytest.approx(reference.brier_score_loss(y, expit(z[:, 0])), abs=1e-6)
    assert total == pytest.approx((y * expit(z[:, 0])).sum(), rel=1e-6)


def test_a_second_time_gives_the_same():
    _, scorers = read_metrics(["auc", (Total(), "max")], "sigmoid")
    z, y = GENERATOR.normal(size=(30, 1)), GENERATOR.integers(0, 2, 30)
    for scorer in scorers.values():
        scored = Scored("sigmoid", y, z)
        assert score(scorer, scored) == score(scorer, scored)
        assert np.isnan(score(scorer, Scored("sigmoid", y, z * np.inf)))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("f1_score", 'metrics f1_score: gives 3 numbers, allowed is one; give average = "macro"'),
        ({"name": "precision", "class_id": 9}, "metrics precision: fails on the task's data"),
        (
            {"name": "auc", "curve": "XY"},
            'metrics auc: fails on the task\'s data: ValueError: Invalid AUC curve value: "XY"',
        ),
        ("f1", "metrics f1: got 3 classes, allowed are two; macro_f1 is for several"),
        ("probability_error", "metrics probability_error: the task does not know true probabilities"),
        ("support_recall", "metrics support_recall: the task does not know which features matter"),
        (("math:fabs", "min"), "metrics fabs: fails on the task's data: TypeError"),
    ],
)
def test_what_does_not_work_is_found_before_anything_trains(given, message):
    part = np.arange(10)
    data = Data(np.zeros((30, 1)), np.arange(30) % 3, part, part + 10, part + 20)
    task = Task("softmax", (1,), 3, lambda seed: data, (given,))
    with pytest.raises(RequestError, match=message):
        check_scores(task, data)


def test_what_a_constant_prediction_scores():
    part = np.arange(10)
    data = Data(np.zeros((30, 1)), (np.arange(30) % 10 == 0).astype(int), part, part + 10, part + 20)
    for metric, expected in {"auc": 0.5, "f1_score": 0.0, "accuracy": 0.9}.items():
        for head, outputs in (("softmax", 2), ("sigmoid", 1)):
            task = Task(head, (1,), outputs, lambda seed: data, (metric,))
            assert constant_score(task, data) == pytest.approx(expected, abs=1e-6)
    values = Data(data.x, np.arange(30.0)[:, None], part, part + 10, part + 20)
    for metric, expected in {"roc_auc": 0.5, "average_precision": 0.1, "balanced_accuracy": 0.5, "f1": 0.0}.items():
        assert constant_score(Task("sigmoid", (1,), 1, lambda seed: data, (metric,)), data) == pytest.approx(expected)
    calibration = Task("sigmoid", (1,), 1, lambda seed: data, ("expected_calibration_error",))
    assert constant_score(calibration, data) is None
    sparse = Task("sigmoid", (5,), 1, lambda seed: data, ("support_recall",), support=(1, 4))
    assert constant_score(sparse, data) == pytest.approx(2 / 5)
    assert constant_score(Task("linear", (1,), 1, lambda seed: values, ("pearson_correlation",)), values) is None

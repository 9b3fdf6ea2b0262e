"""Metrics of probabilities against scikit-learn's, with ties, classes that a part lacks and constant predictions."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from experiments.errors import RequestError
from experiments.recipes.supervised.metrics import scores
from experiments.recipes.supervised.scored import Scored

GENERATOR = np.random.default_rng(4)
CLASSES = GENERATOR.integers(0, 3, 80)
BITS = CLASSES % 2
LABELS = GENERATOR.integers(0, 2, (80, 3)).astype(np.float32)
Z = np.round(GENERATOR.normal(size=(80, 3)) + np.eye(3)[CLASSES])  # many ties
NAMES = ("roc_auc", "average_precision", "brier_score")


def told(names, head, y, z, **beside):
    return list(scores(names, Scored(head, y, z, **beside)).values())


def of_two(y, p):
    return [reference.roc_auc_score(y, p), reference.average_precision_score(y, p), reference.brier_score_loss(y, p)]


def test_two_classes_by_one_output_or_two():
    expected = pytest.approx(of_two(BITS, expit(Z[:, 0])), rel=1e-12)
    assert told(NAMES, "sigmoid", BITS, Z[:, :1]) == expected
    assert told(NAMES, "softmax", BITS, np.stack([0 * Z[:, 0], Z[:, 0]], axis=1)) == expected


def test_several_classes_and_labels():
    p = softmax(Z, axis=1)
    one_hot = np.eye(3)[CLASSES]
    expected = [
        reference.roc_auc_score(CLASSES, p, multi_class="ovr"),
        reference.average_precision_score(one_hot, p),
        reference.brier_score_loss(CLASSES, p, scale_by_half=True),
    ]
    assert told(NAMES, "softmax", CLASSES, Z) == pytest.approx(expected, rel=1e-12)
    of_labels = np.mean([of_two(LABELS[:, at], expit(Z[:, at])) for at in range(3)], axis=0)
    assert told(NAMES, "multi_label", LABELS, Z) == pytest.approx(of_labels, rel=1e-12)


def test_classes_that_a_part_lacks_are_left_out():
    lacking = np.where(CLASSES == 2, 0, CLASSES)
    p = softmax(Z, axis=1)
    expected = np.mean([of_two(lacking == at, p[:, at]) for at in (0, 1)], axis=0)
    assert told(NAMES[:2], "softmax", lacking, Z) == pytest.approx(expected[:2], rel=1e-12)
    all_there = LABELS * [1, 1, 0] + [0, 0, 1]
    expected = np.mean([of_two(LABELS[:, at], expit(Z[:, at])) for at in (0, 1)], axis=0)
    assert told(NAMES[:1], "multi_label", all_there, Z) == pytest.approx(expected[:1], rel=1e-12)
    for name in NAMES[:2]:
        with pytest.raises(RequestError, match=f"metrics {name}: a part of the data has one class alone"):
            told((name,), "sigmoid", 0 * BITS, Z[:, :1])


def test_the_same_prediction_for_every_example():
    share = BITS.mean()
    constant = np.full((80, 1), np.log(share / (1 - share)))
    assert told(NAMES, "sigmoid", BITS, constant) == pytest.approx([0.5, share, share * (1 - share)], rel=1e-12)


@pytest.mark.parametrize("head", ["softmax", "sigmoid"])
def test_calibration_against_a_calibration_curve(head):
    z, y = 2 * GENERATOR.normal(size=(400, 3 if head == "softmax" else 1)), GENERATOR.integers(0, 2, 400)
    p = softmax(z, axis=1) if head == "softmax" else np.hstack([expit(-z), expit(z)])
    right, confidence = p.argmax(axis=1) == y, p.max(axis=1)
    shares, means = calibration_curve(right, confidence, n_bins=15)  # only bins that have examples
    counts = np.histogram(confidence, np.linspace(0, 1, 16))[0]
    expected = np.sum(counts[counts > 0] * np.abs(shares - means)) / 400
    assert told(("expected_calibration_error",), head, y, z) == [pytest.approx(expected, rel=1e-12)]
    sure = np.where(y == 1, 1e3, -1e3)[:, None]  # probabilities of exactly 0 and 1
    assert told(("expected_calibration_error",), "sigmoid", y, sure) == [0.0]


def test_probabilities_that_are_known():
    truth = GENERATOR.random(80)
    expected = np.abs(expit(Z[:, 0]) - truth).mean()
    pair = np.stack([0 * Z[:, 0], Z[:, 0]], axis=1)
    assert told(("probability_error",), "sigmoid", BITS, Z[:, :1], truth=truth) == [pytest.approx(expected)]
    of_both = np.stack([1 - truth, truth], axis=1)
    assert told(("probability_error",), "softmax", BITS, pair, truth=of_both) == [pytest.approx(expected)]
    with pytest.raises(RequestError, match="the task does not know true probabilities"):
        told(("probability_error",), "sigmoid", BITS, Z[:, :1])


def test_what_is_no_number_is_told_as_none():
    z = np.where(np.arange(80)[:, None] == 3, np.nan, Z)
    assert np.isnan(told((*NAMES, "expected_calibration_error"), "softmax", CLASSES, z)).all()

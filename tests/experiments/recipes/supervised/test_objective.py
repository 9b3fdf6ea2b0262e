"""Every loss at every head that it fits, against its formula in NumPy and float64."""

import numpy as np
import pytest
from scipy.special import expit, log_expit, log_softmax, softmax

from experiments.recipes.supervised.objective import objective
from experiments.study import catalog
from experiments.study.level import check_part

GENERATOR = np.random.default_rng(0)
Z = {"softmax": GENERATOR.normal(size=(6, 3)) * 3, "sigmoid": GENERATOR.normal(size=(6, 1)) * 3}
Z["linear"] = GENERATOR.normal(size=(6, 2))
Z |= {head: GENERATOR.normal(size=(6, 2)) * 3 for head in ("ordinal", "multi_label", "fractions")}
Y = {
    "softmax": np.array([0, 1, 2, 2, 1, 0]),
    "sigmoid": np.array([0, 1, 1, 0, 1, 0]),
    "linear": GENERATOR.normal(size=(6, 2)),
    "ordinal": np.array([0, 1, 2, 2, 1, 0]),
    "multi_label": np.array([[0, 1], [1, 1], [0, 0], [1, 0], [1, 1], [0, 1]], np.float32),
    "fractions": GENERATOR.random((6, 2)),
}
ONE_HOT, P = np.eye(3)[Y["softmax"]], softmax(Z["softmax"], axis=1)
BIT, Q = Y["sigmoid"][:, None], expit(Z["sigmoid"])
PICKED = -log_softmax(Z["softmax"], axis=1)[np.arange(6), Y["softmax"]]
BINARY = -log_expit(np.where(BIT == 1, Z["sigmoid"], -Z["sigmoid"]))[:, 0]
BITS = {"ordinal": np.stack([Y["ordinal"] > 0, Y["ordinal"] > 1], axis=1) * 1.0}
BITS |= {head: Y[head] for head in ("multi_label", "fractions")}
ERRORS = {"softmax": P - ONE_HOT, "sigmoid": Q - BIT, "linear": Z["linear"] - Y["linear"]}


def huber(e, delta=1.0):
    return np.where(np.abs(e) <= delta, e**2 / 2, delta * (np.abs(e) - delta / 2)).mean(axis=1)


EXPECTED = {
    ("cross_entropy", "softmax"): PICKED,
    ("cross_entropy", "sigmoid"): BINARY,
    ("sparse_cross_entropy", "softmax"): PICKED,
    ("kl_divergence", "softmax"): PICKED,
    ("hinge", "softmax"): np.maximum(0, 1 + (P * (1 - ONE_HOT)).max(axis=1) - (P * ONE_HOT).sum(axis=1)),
    ("hinge", "sigmoid"): np.maximum(0, 1 - (2 * BIT - 1) * (2 * Q - 1))[:, 0],
    ("wasserstein", "sigmoid"): -((2 * BIT - 1) * (2 * Q - 1))[:, 0],
    ("earth_mover", "softmax"): np.square(np.cumsum(P - ONE_HOT, axis=1)).sum(axis=1),
}
for head, bits in BITS.items():
    p = expit(Z[head])
    EXPECTED["cross_entropy", head] = -(bits * np.log(p) + (1 - bits) * np.log(1 - p)).mean(axis=1)
    EXPECTED["hinge", head] = np.maximum(0, 1 - (2 * bits - 1) * (2 * p - 1)).mean(axis=1)
    ERRORS[head] = p - bits
for head, e in ERRORS.items():
    EXPECTED["mean_squared_error", head] = np.square(e).mean(axis=1)
    EXPECTED["mean_absolute_error", head] = np.abs(e).mean(axis=1)
    EXPECTED["huber", head] = huber(e)
    EXPECTED["log_cosh", head] = np.log(np.cosh(e)).mean(axis=1)

FITTING = [(name, head) for name, part in catalog.LOSSES.items() for head in part.heads if head != "generated"]


@pytest.mark.parametrize(("name", "head"), FITTING)
def test_losses_at_their_heads(name, head):
    level = check_part("loss", name, catalog.LOSSES)
    found = objective(level, head, Z[head].shape[1]).call(Y[head], Z[head].astype(np.float32))
    np.testing.assert_allclose(np.asarray(found), EXPECTED[name, head], rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(("name", "head"), FITTING)
def test_leading_axes_pass_through(name, head):
    level = check_part("loss", name, catalog.LOSSES)
    made = objective(level, head, Z[head].shape[1])
    z = np.stack([Z[head], Z[head][::-1]]).astype(np.float32)
    y = np.stack([Y[head], Y[head][::-1]])
    alone = np.asarray(made.call(Y[head], Z[head].astype(np.float32)))
    np.testing.assert_allclose(np.asarray(made.call(y, z)), np.stack([alone, alone[::-1]]), rtol=1e-6)


def test_cross_entropy_neither_clips_nor_overflows():
    z = np.array([[200.0, 0.0]], np.float32)
    found = objective({"name": "cross_entropy"}, "softmax", 2).call(np.array([1]), z)
    assert float(np.asarray(found)[0]) == pytest.approx(200.0)


def test_a_users_function_meets_probabilities(tmp_path):
    (tmp_path / "own_losses.py").write_text(
        "from keras import ops\n\ndef brier(y_true, y_pred, power=2):\n"
        "    return ops.sum(ops.abs(y_true - y_pred) ** power, axis=-1)\n"
    )
    level = {"name": "own_losses.py:brier", "power": 1}
    found = objective(level, "softmax", 3, str(tmp_path)).call(Y["softmax"], Z["softmax"].astype(np.float32))
    np.testing.assert_allclose(np.asarray(found), np.abs(P - ONE_HOT).sum(axis=1), rtol=1e-5)

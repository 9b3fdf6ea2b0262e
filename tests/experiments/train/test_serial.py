"""The serial trainer against a network written out by hand in NumPy, and its promises on seeds and divergence."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from experiments.models.build import build
from experiments.recipes.batches import Batches, examples
from experiments.recipes.supervised.constant import constant_score
from experiments.train.serial import train
from tests.experiments.studies import classes, tiny

# powers of two, which Keras' rounding of settings through float32 leaves as they are
L2, RATE, BATCH, EPOCHS = 2**-7, 2**-3, 7, 3


def study(**changes):
    settings = {
        "task": "blobs",  # facts of a softmax head; the data come from `classes`
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "learning_rate": RATE,
        "optimizer": "sgd",
        "model": {"units": [5], "regularizer": {"name": "l2", "l2": L2}},
        "factors": {"activation": ["tanh"]},
    }
    return tiny(**(settings | changes))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class ByHand:
    """tanh network with one hidden layer: cross-entropy, L2 on the hidden kernel, plain gradient descent."""

    def __init__(self, weights):
        self.w1, self.b1, self.w2, self.b2 = (np.array(w, np.float64) for w in weights)

    def forward(self, x):
        self.h = np.tanh(x @ self.w1 + self.b1)
        return softmax(self.h @ self.w2 + self.b2)

    def loss(self, x, y, weights=1.0):
        p = self.forward(x)
        return (-weights * np.log(p[np.arange(len(y)), y])).mean() + L2 * np.square(self.w1).sum()

    def step(self, x, y, weights):
        loss = self.loss(x, y, weights)
        dz = weights[:, None] * (self.forward(x) - np.eye(3)[y]) / len(y)
        dh = dz @ self.w2.T * (1 - self.h**2)
        self.w2 -= RATE * self.h.T @ dz
        self.b2 -= RATE * dz.sum(axis=0)
        self.w1 -= RATE * (x.T @ dh + 2 * L2 * self.w1)
        self.b1 -= RATE * dh.sum(axis=0)
        return loss


@pytest.mark.parametrize("weights", [None, np.linspace(0, 4, 40).astype(np.float32)], ids=["alike", "weighted"])
def test_training_equals_gradient_descent_written_by_hand(float64, weights):
    task, data = classes()
    data = replace(data, weights=weights)  # of the training loss alone
    weights = np.ones(40) if weights is None else weights
    declared = study()
    trial = declared.trials[1]
    hand = ByHand(build(declared, trial, task).get_weights())
    losses = []
    for epoch in range(EPOCHS):
        order = data.train[np.random.default_rng([trial.seed, epoch]).permutation(len(data.train))]
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        assert len(batches[-1]) == 2  # a short last batch counts by its size
        steps = [
            (len(batch), hand.step(data.x[batch].astype(np.float64), data.y[batch], weights[batch]))
            for batch in batches
        ]
        losses.append(sum(size * loss for size, loss in steps) / len(order))

    outcome, model = train(declared, trial, task, data)

    for ours, expected in zip(model.get_weights(), (hand.w1, hand.b1, hand.w2, hand.b2), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose([entry["train_loss"] for entry in outcome.history], losses, rtol=1e-9)
    x, y = data.x[data.validation].astype(np.float64), data.y[data.validation]
    assert outcome.row["validation_loss"] == pytest.approx(hand.loss(x, y), rel=1e-9)
    p = hand.forward(x)
    assert outcome.row["validation_accuracy"] == np.mean(p.argmax(axis=1) == y)
    test = hand.forward(data.x[data.test].astype(np.float64))
    expected = -np.log(test[np.arange(len(data.test)), data.y[data.test]]).mean()
    assert outcome.row["test_cross_entropy"] == pytest.approx(expected, rel=1e-9)
    np.testing.assert_allclose(model.predict(x, verbose=0), p, rtol=1e-9)


@pytest.mark.parametrize("regularizer", ["none", "dropout", "sparsity", "elastic_net"])
def test_a_trial_gives_the_same_outcome_whatever_was_built_before(regularizer):
    declared = study(model={"units": [5], "regularizer": regularizer, "batch_normalization": True})
    task, data = classes()
    first, _ = train(declared, declared.trials[0], task, data)
    build(declared, declared.trials[1], task)
    keras.layers.Dense(3)(np.zeros((1, 2)))
    again, _ = train(declared, declared.trials[0], task, data)
    assert again.history == first.history
    assert again.row | {"seconds": 0} == first.row | {"seconds": 0}


def test_seeds_differ():
    declared = study()
    task, data = classes()
    first, second = (train(declared, trial, task, data)[0] for trial in declared.trials)
    assert first.row["train_loss"] != second.row["train_loss"]


def test_a_trial_that_is_not_finite_any_more_is_diverged_and_has_no_metrics():
    declared = study(learning_rate=1e30)
    task, data = classes()
    outcome, _ = train(declared, declared.trials[0], task, data)
    assert outcome.row["status"] == "diverged"
    assert outcome.row["epochs_run"] == 0
    assert outcome.history == []
    assert not [name for name in outcome.row if "loss" in name or "accuracy" in name]
    assert outcome.row["constant_score"] == constant_score(task, data), "what a failure costs"


def test_a_late_divergence_keeps_the_whole_epochs():
    # a linear network at a rate just above its limit grows by one factor in every step, until it overflows
    declared = study(
        epochs=60,
        learning_rate=40.0,
        loss="mean_squared_error",
        task="sine",
        model={"units": [3]},
        factors={"activation": ["linear"]},
    )
    from experiments.tasks.sine import sine

    task = sine(n=60)
    outcome, _ = train(declared, declared.trials[0], task, task.draw(0))
    assert outcome.row["status"] == "diverged"
    assert outcome.row["epochs_run"] == len(outcome.history) < 60
    assert all(np.isfinite(entry["train_loss"]) for entry in outcome.history)


def test_batches_cover_every_example_once_and_differ_by_epoch():
    _, data = classes()
    batches = Batches(data, seed=0, batch_size=BATCH)
    epochs = []
    for epoch in range(2):
        batches.start(epoch)
        seen = np.concatenate([batches[i][0] for i in range(len(batches))])
        assert sorted(map(tuple, seen)) == sorted(map(tuple, data.x[data.train]))
        epochs.append(seen)
    assert not np.array_equal(*epochs)


def test_examples_are_scaled_floats():
    _, data = classes(scale=0.5)
    x, y = examples(data, data.test)
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, data.x[data.test] * 0.5)
    np.testing.assert_array_equal(y, data.y[data.test])

from dataclasses import replace

import numpy as np
import pytest

from experiments.tasks.blobs import blobs
from experiments.tasks.factors import change
from experiments.tasks.factors.label_noise import label_noise
from experiments.tasks.gates import xor


@pytest.mark.parametrize("share", [0.2, 1.0])
def test_such_a_share_is_another_class_each_other_one_alike(share):
    task = blobs(n=20_000, classes=4)
    clean, noisy = task.draw(0), change(task, {"label_noise": share}).draw(0)
    before, after = clean.y[clean.train], noisy.y[clean.train]
    assert (before != after).sum() == round(share * len(before))
    table = np.zeros((4, 4))
    np.add.at(table, (before, after), 1)
    off = table[~np.eye(4, dtype=bool)]
    assert np.abs(off - off.mean()).max() < 4 * np.sqrt(off.mean())
    assert noisy.y.dtype == clean.y.dtype


def test_of_two_classes_it_is_the_other_one():
    clean, noisy = xor().draw(0), change(xor(), {"label_noise": 0.5}).draw(0)
    assert np.abs(clean.y - noisy.y)[clean.train].sum() == 120


def test_a_bootstrap_sample_counts_an_example_once():
    data = xor().draw(0)
    twice = replace(data, train=np.repeat(data.train[:10], 2))
    assert (label_noise(twice, 2, np.random.default_rng(0), label_noise=0.5).y != data.y).sum() == 5

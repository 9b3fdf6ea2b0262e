import numpy as np
import pytest

from experiments.tasks import Data
from experiments.tasks.digits import digits
from experiments.tasks.factors import change
from experiments.tasks.factors.imbalance import imbalance

PARTS = np.arange(40), np.arange(40, 50), np.arange(50, 60)


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_the_rarest_class_loses_so_many_for_every_seed(share):
    trains = [change(digits(), {"imbalance": share}).draw(seed) for seed in range(5)]
    counts = [np.bincount(data.y[data.train]) for data in trains]
    plain = [np.bincount(data.y[data.train]) for data in map(digits().draw, range(5))]
    lost = np.subtract(plain, counts)
    assert (lost[:, 8] == round((1 - share) * 174 * 1079 / 1797)).all()  # eights: 174 of 1797, the fewest
    assert not np.delete(lost, 8, axis=1).any()
    assert len({len(data.train) for data in trains}) == 1  # so that seeds stack


def test_of_several_rarest_classes_it_is_the_last_and_one_example_stays():
    data = Data(np.zeros((60, 1)), np.arange(60) % 3, *PARTS)
    left = imbalance(data, 4, np.random.default_rng(0), imbalance=0.001)
    assert np.bincount(data.y[left.train]).tolist() == [14, 13, 1]

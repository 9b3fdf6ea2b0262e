import numpy as np
import pytest

from experiments.tasks.gates import and_gate, xor

TABLES = [(and_gate, lambda a, b: a & b), (xor, lambda a, b: a ^ b)]


@pytest.mark.parametrize(("gate", "table"), TABLES)
def test_labels_follow_the_truth_table(gate, table):
    data = gate(noise=0.0).draw(0)
    a, b = data.x.astype(int).T
    np.testing.assert_array_equal(data.y, table(a, b))


@pytest.mark.parametrize("gate", [and_gate, xor])
def test_every_part_holds_the_corners_equally(gate):
    data = gate(n=200, noise=0.0).draw(1)
    for part in (data.train, data.validation, data.test):
        _, counts = np.unique(data.x[part], axis=0, return_counts=True)
        assert counts.tolist() == [len(part) // 4] * 4


def test_noise_moves_inputs_by_its_standard_deviation_and_leaves_labels():
    clean, noisy = xor(n=8000, noise=0.0).draw(0), xor(n=8000, noise=0.3).draw(0)
    assert np.std(noisy.x - clean.x) == pytest.approx(0.3, rel=0.02)
    np.testing.assert_array_equal(noisy.y, clean.y)

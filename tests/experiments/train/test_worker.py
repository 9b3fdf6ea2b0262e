"""What a worker tells of itself and of the data."""

from experiments.train import worker
from tests.experiments.studies import tiny


def test_the_sizes_of_the_data_are_told():
    study = tiny(task={"name": "blobs", "n": 100, "classes": 4}, factors={"activation": ["tanh"]})
    told = worker.describe(study, study.trials[0])
    assert told["data"] == {"train": 60, "validation": 20, "test": 20, "input_shape": [2], "outputs": 4}
    assert len(told["data_digest"]) == 16

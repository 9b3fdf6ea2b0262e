"""A small study that was run, for what tests it to start from."""

from pathlib import Path

import pytest

from experiments.run import runner
from experiments.study import study_file
from experiments.train.executors.inline import Inline

STUDY = """
name = "small"
task = { name = "moons", n = 60 }
seeds = 3
epochs = 15
batch_size = 16
[model]
units = [4]
[factors]
activation = ["relu", "tanh"]
learning_rate = [0.003, 0.1]
"""


@pytest.fixture(scope="session")
def carried_out():
    """A function that runs a study, in this process."""
    return lambda study, results: runner.run(study, results, Inline(), engine="fused", say=lambda line: None)


@pytest.fixture(scope="session")
def results(tmp_path_factory, carried_out) -> Path:
    """The folder of results in which it is; its file, `small.toml`, lies beside the folder."""
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "small.toml").write_text(STUDY)
    carried_out(study_file.load(folder / "small.toml"), folder / "results")
    return folder / "results"

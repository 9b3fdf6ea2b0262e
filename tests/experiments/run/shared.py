"""Studies and files that tests of runs share."""

from tests.experiments.studies import tiny


def four(**changes):
    return tiny(factors={"activation": ["relu", "tanh"], "learning_rate": [0.1, 0.01]}, **changes)


def csv(tmp_path, name="trials.csv"):
    return (tmp_path / "tiny" / name).read_bytes()

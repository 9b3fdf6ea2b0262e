"""A folder with a study, and the runner stood in for."""

import signal

import pytest

from experiments.run import runner
from experiments.run.runner import Summary

STUDY = """task = "xor"
epochs = 2
seeds = 2
[factors]
activation = ["relu", "tanh"]
regularizer = ["none", { name = "elastic_net", l1 = 0.1, l2 = 0.1 }, { name = "l2", l2 = 0.1 }]
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder with a study, made the current one; the handler of SIGTERM as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(STUDY)
    before = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def asked(monkeypatch):
    """What the runner is asked for; it trains nothing and says that all is done."""
    calls = []

    def run(study, results, executor, **options):
        calls.append({"study": study, "results": results, "executor": executor, **options})
        return Summary(study, results / study.name, {"ok": len(study.trials)}, trained=len(study.trials))

    monkeypatch.setattr(runner, "run", run)
    return calls

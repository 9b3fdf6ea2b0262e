"""A runner whose training is stood in for; that has its own tests."""

import time
from dataclasses import replace

import pytest

from experiments.errors import RequestError
from experiments.run import runner
from experiments.store.chunk import Chunk
from experiments.store.journal import Outcome
from experiments.train import worker
from experiments.train.executors.inline import Inline


class Trainer:
    """Stands in for training: a score that is a function of the trial, and a record of what was asked."""

    def __init__(self):
        self.asked, self.fail, self.diverge, self.stop_after, self.seconds = [], set(), set(), None, 0.0
        self.data = "d1"
        self.misfit, self.notes, self.checked = "", (), []
        self.plans = 0
        self.refuse, self.stacks, self.saved, self.most, self.broken = (), [], [], 100, False

    def train(self, study, trial):
        if self.stop_after is not None and len(self.asked) >= self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(trial.id)
        time.sleep(self.seconds)
        if trial.id in self.fail:
            return worker.failed_outcome(trial, "ValueError: no luck")
        row = {"status": "ok", "epochs_run": 2, "seconds": 0.01 + self.seconds, "engine": "serial", "parameters": 9}
        if trial.id in self.diverge:
            return Outcome(trial.id, row | {"status": "diverged", "constant_score": 0.5})
        score = {"relu": 0.8, "tanh": 0.9}[study.labels(trial.settings)["activation"]] + trial.seed / 100
        losses = {"train_loss": 1 - score, "validation_loss": 1 - score}
        metrics = {"validation_accuracy": score, "validation_cross_entropy": 1 - score}
        row |= losses | metrics | {"test_accuracy": score, "test_cross_entropy": 1 - score}
        return Outcome(trial.id, row, [{"epoch": 1, **losses, **metrics}])

    def describe(self, study, trial):
        return {"backend": "tensorflow", "device": "cpu", "floatx": "float32", "data_digest": self.data}

    def check(self, study, trials):
        self.checked = [trial.id for trial in trials]
        if self.misfit:
            raise RequestError(self.misfit)
        return list(self.notes)

    def import_libraries(self):
        pass

    def plan(self, study, trials):
        """Stacks of a seed's cells; `refuse` holds activations that can't be stacked."""
        self.plans += 1
        cells = [trial for trial in trials if study.labels(trial.settings)["activation"] not in self.refuse]
        seeds = sorted({trial.seed for trial in cells})
        chunks = [Chunk(tuple(trial.cell for trial in cells if trial.seed == seed), (seed,), (), "p") for seed in seeds]
        return chunks, {trial.cell: "no rule" for trial in trials if trial not in cells}

    def train_chunk(self, study, chunk, trials):
        self.stacks.append(chunk)
        if len(trials) > self.most:
            raise MemoryError("does not fit")
        if self.broken:
            raise TypeError("a part of the user's")
        found = [self.train(study, trial) for trial in trials]
        return [replace(outcome, row=outcome.row | {"engine": "fused"}) for outcome in found]

    def save(self, study, trial, chunk, trials):
        self.saved.append(chunk)
        return self.train(study, trial).row, trial.id.encode()


@pytest.fixture
def trainer(monkeypatch):
    made = Trainer()
    for name in ("train", "train_chunk", "plan", "import_libraries", "describe", "check", "save"):
        monkeypatch.setattr(worker, name, getattr(made, name))
    return made


@pytest.fixture
def run(tmp_path, trainer):
    def run(study, **options):
        said = options.pop("said", [])
        executor = options.pop("executor", Inline())
        options.setdefault("engine", "serial")
        return runner.run(study, tmp_path, executor, say=said.append, **options)

    return run

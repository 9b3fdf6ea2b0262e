"""Our runner with two worker processes: one by one, or as stacks."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from cases import Case

from experiments.run import runner
from experiments.study.trial import Trial
from experiments.train import worker
from experiments.train.executors.catalog import make_executor
from experiments.train.executors.executor import Executor, Job
from experiments.train.executors.run_jobs import run_jobs

WORKERS = 2


def ready(case: Case, trials: list[Trial], engine: str = "fused") -> Callable[[Path], None]:
    """Worker processes started, Keras and the fused trainer imported in them."""
    from experiments.api import Results  # noqa: F401

    executor = make_executor("processes", Path("/dev/null"), WORKERS)
    list(run_jobs(executor, [Job(at, worker.import_libraries, ()) for at in range(WORKERS)]))
    wanted = {trial.id for trial in trials}
    study = case.study
    study.__dict__["trials"] = [trial for trial in study.trials if trial.id in wanted]
    return partial(_all, study, executor, engine)


def _all(study: Any, executor: Executor, engine: str, folder: Path) -> None:
    runner.run(study, folder, executor, engine=engine, say=lambda line: None)
    executor.stop()

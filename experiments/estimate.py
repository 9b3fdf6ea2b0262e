"""How long a study would take: from its own rows, or from one trial trained for two epochs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.errors import RequestError
from experiments.journal import Journal
from experiments.progress import duration
from experiments.runner import mean_seconds
from experiments.study import Study
from experiments.train import worker
from experiments.train.workers import Inline, Job, Workers
from experiments.trial import Trial


def estimate(study: Study, results: Path, pool: Workers | Inline) -> str:
    """A line on how many trials there are, how many are missing, and how long they would take here.

    Writes nothing. Raises RequestError where the trial that is tried fails.
    """
    path = results / study.name / "journal.sqlite"
    kept: dict[str, str] = {}
    seconds = 0.0
    if path.is_file():
        journal = Journal(path)
        kept, seconds = journal.statuses(), mean_seconds(journal)
        journal.close()
    missing = [trial for trial in study.trials if trial.id not in kept]
    text = f"{study.name}: {len(study.cells)} cells × {len(study.seeds)} seeds = {len(study.trials)} trials"
    if not missing:
        return f"{text}, none missing"
    source = f"the mean of {len(kept)} trials so far"
    if not seconds:
        seconds, source = _tried(study, missing[0], pool), "one trial tried for 1 and for 3 epochs"
    total = seconds * len(missing) / min(pool.count, len(missing))
    return f"{text}, {len(missing)} missing: about {duration(total)} with {pool.count} workers ({source})"


def _tried(study: Study, trial: Trial, pool: Workers | Inline) -> float:
    """The seconds of a whole trial: those of 1 epoch, and of each further one what 3 take longer, halved."""

    def seconds(epochs: int) -> float:
        short: Any = replace(trial, settings=trial.settings | {"epochs": epochs})
        (answer,) = pool.run([Job(None, worker.train, (replace(study), short))])
        row = answer.value.row if answer.value else {"status": "failed", "error": str(answer.error)}
        if row["status"] == "failed":
            raise RequestError(f"{study.name}: the trial that was tried failed: {row['error']}")
        return float(row["seconds"])

    seconds(1)  # the first one in a process also pays for imports
    once, thrice = seconds(1), seconds(3)
    return once + (trial.settings["epochs"] - 1) * max(thrice - once, 0.0) / 2

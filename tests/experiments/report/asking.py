"""Findings of the planted grid whose question declares a comparison."""

from typing import Any

from experiments.analysis.declared import read_declared
from experiments.analysis.failure_cost import with_costs
from experiments.report.page_findings import PageFindings
from experiments.results.follow_ups import NONE, FollowUps
from experiments.results.results import Results
from experiments.study.question import Question, add_stamp
from tests.experiments.report.results_folder import (
    GRID,
    cells_of,
    declared_study,
    history_rows,
    manifest_of,
    planted,
    trial_rows,
)

TANH = {"factor": "activation", "level": "tanh", "against": "relu", "conditions": {}}
BEFORE = ((0, "2026-11-24T09:59:00+00:00", {}),)


def asking(
    compare: dict[str, Any] | None = TANH,
    *,
    factors: dict[str, Any] = GRID,
    seeds: int = 8,
    score: Any = planted,
    stamps: Any = BEFORE,
    follow_ups: FollowUps = NONE,
    design: str = "grid",
    data: tuple[str, ...] = (),
    **declares: Any,
) -> PageFindings:
    """Of trials without a folder. compare: the comparison, on top of which the question `declares` more.

    stamps: `(trials, time, what was declared otherwise)` of each. data: settings of the task.
    """
    baseline = {name: levels[0] for name, levels in factors.items()}
    trials = trial_rows(cells_of(design, factors, baseline, {}), range(seeds), score)
    asked = {"compare": compare, **declares} if compare else declares
    kept: list[dict[str, Any]] = []
    for ended, at, otherwise in stamps:
        question = Question("?", "accuracy", "max", {"activation": "relu"}, **asked | otherwise)
        kept = add_stamp(kept, question, ended, at)
    parts = {"factors": factors, "design": design, "baseline": baseline, "search": asked}
    trials, _ = declared_study(trials, **parts)
    manifest = manifest_of(trials, questions=kept, **parts)
    study = read_declared(manifest, trials, data)
    return PageFindings(Results(study, manifest, with_costs(trials, study), history_rows(trials)), follow_ups)

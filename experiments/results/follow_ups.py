"""What was trained to test a study: its choices on fresh seeds, and its baseline against itself."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from experiments.analysis.declared import Declared
from experiments.errors import RequestError
from experiments.results.results import Results, read_results
from experiments.store.manifest_file import read_study
from experiments.study.origin import CheckOrigin, read_origin


@dataclass(frozen=True)
class FollowUps:
    """fresh: trials on fresh seeds, of `ablations confirm`; fresh_correct: which test examples those got right;
    fresh_study: the declaration of that.

    compared: the comparisons of a cell with itself, of `ablations calibrate`; of `self_comparisons`. None where there
    are none.
    """

    fresh: pd.DataFrame | None = None
    fresh_correct: pd.DataFrame = field(default_factory=pd.DataFrame)
    compared: pd.DataFrame | None = None
    fresh_study: Declared | None = None

    def under(self, condition: dict[str, str]) -> "FollowUps":
        """The part under one condition; comparisons of a cell with itself are the whole study's."""
        if self.fresh is None:
            return FollowUps()
        keep = (self.fresh[list(condition)] == pd.Series(condition)).all(axis=1)
        study = None if self.fresh_study is None else self.fresh_study.under(condition)
        return FollowUps(self.fresh[keep], self.fresh_correct, fresh_study=study)


def follow_ups(folder: Path, results: Results) -> FollowUps:
    """Those of the study in a results folder; what can't be read, or tests another study, is as if it were not there.

    Fresh trials on seeds that the study has come to use itself are left out.
    """
    fresh = None
    if _tests(_beside(folder, "confirm"), results.study.name):
        with suppress(RequestError):
            fresh = read_results(_beside(folder, "confirm"))
    compared = None
    if _tests(_beside(folder, "calibration"), results.study.name):
        with suppress(OSError, ValueError):
            compared = pd.read_csv(_beside(folder, "calibration") / "calibration.csv")
    if fresh is None:
        return FollowUps(compared=compared)
    trials = fresh.trials[~fresh.trials["seed"].isin(results.trials["seed"])]
    lacking = {results.study.validation, results.study.test, *results.study.factors} - set(trials)
    return FollowUps(None if lacking or trials.empty else trials, fresh.correct, compared, fresh.study)


def _tests(folder: Path, study: str) -> bool:
    """Whether a folder holds results that test a study."""
    origin = read_origin((read_study(folder) or {}).get("search"))
    return isinstance(origin, CheckOrigin) and origin.of == study


def _beside(folder: Path, name: str) -> Path:
    return folder.with_name(f"{folder.name}-{name}")


NONE = FollowUps()

"""The files of a keras-tuner project, read without keras-tuner; a broken file loses only its own content.

Their form is that of `get_state` of keras-tuner's `Oracle` and `Trial` (versions 1.1 to 1.4): `oracle.json`, and for
every trial `trial_<id>/trial.json`. `executions.csv` and `history.csv` are those of our `FusedTuner`.
"""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel

from experiments.errors import RequestError, closest
from experiments.study.types import Plain, PlainTable, Settings

_Shape = TypeVar("_Shape", bound=BaseModel)


class Config(BaseModel):
    """A hyper-parameter's name, and its levels or range, whichever it has."""

    name: str
    values: list[Plain] | None = None
    value: Plain = None
    min_value: int | float | None = None
    max_value: int | float | None = None
    sampling: Literal["linear", "log", "reverse_log"] | None = None


class HyperParameter(BaseModel):
    """class_name: Choice, Boolean, Fixed, Int or Float."""

    class_name: str
    config: Config


class HyperParameters(BaseModel):
    """A space, and values of those that are active."""

    space: list[HyperParameter] = []
    values: Settings = {}


class Observation(BaseModel):
    """A metric's values at a step: one per execution, or their mean."""

    value: float | list[float]
    step: int = 0

    @property
    def mean(self) -> float:
        """What keras-tuner takes an observation for."""
        values = self.value if isinstance(self.value, list) else [self.value]
        return sum(values) / len(values) if values else float("nan")


class Metric(BaseModel):
    """What was seen of a metric, and whether more of it is better."""

    direction: Literal["min", "max"]
    observations: list[Observation] = []


class Metrics(BaseModel):
    """Metrics by name."""

    metrics: dict[str, Metric] = {}


class Trial(BaseModel):
    """A `trial.json`."""

    trial_id: str
    hyperparameters: HyperParameters
    metrics: Metrics = Metrics()
    score: float | None = None
    best_step: int | None = None
    status: str
    message: str | None = None


class State(BaseModel):
    """An `oracle.json`; what only some oracles have is None in those of others."""

    hyperparameters: HyperParameters = HyperParameters()
    start_order: list[str] = []
    seed: Plain = None
    seed_state: Plain = None
    brackets: Plain = None  # Hyperband's
    num_initial_points: Plain = None  # of Bayesian optimization; None there too, where it is left to the oracle
    display: PlainTable = {}


@dataclass(frozen=True)
class Project:
    """What the files hold.

    state: None where `oracle.json` is not there or broken. trials: in order of start. executions, history: rows of
    `FusedTuner`, as text. notes: a sentence for each file that is broken. written: seconds since 1970 of the last one.
    """

    place: Path
    state: State | None
    trials: list[Trial]
    executions: list[dict[str, str]] = field(default_factory=list)
    history: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    written: float = 0.0


def read_project(place: Path) -> Project:
    """The files in a project's folder.

    Raises RequestError where the folder is no keras-tuner project, a file can't be opened, or every trial is broken.
    """
    files = _trial_files(place)
    oracle_file = place / "oracle.json"
    if not files:
        raise RequestError(_no_project(place))
    notes: list[str] = []
    trials: dict[str, Trial] = {}
    times: dict[str, float] = {}
    for file in files:
        trial = _read(file, Trial)
        if isinstance(trial, str):
            notes.append(f"{file.parent.name}/{file.name} can’t be read ({trial}): this trial is left out.")
            continue
        trials[trial.trial_id] = trial
        times[trial.trial_id] = file.stat().st_mtime
    if not trials:
        raise RequestError(f"{place}: none of its trials can be read; {notes[0]}")
    state = _read(oracle_file, State) if oracle_file.exists() else "it is not there"
    if isinstance(state, str):
        notes.append(f"oracle.json can’t be read ({state}): the order of trials is that of their ids and files.")
        state = None
    order = _order(state, trials, times)
    written = max([*times.values(), *([oracle_file.stat().st_mtime] if oracle_file.exists() else [])])
    executions, history = (_table(place / name, notes) for name in ("executions.csv", "history.csv"))
    return Project(place, state, [trials[name] for name in order], executions, history, notes, written)


def _trial_files(place: Path) -> list[Path]:
    return sorted(place.glob("trial_*/trial.json")) if place.is_dir() else []


def _no_project(place: Path) -> str:
    allowed = "allowed is the folder of a keras-tuner project, in which there are trial_*/trial.json"
    if place.is_file():
        return f"--from {place}: is a file; {allowed}"
    near = place if place.is_dir() else place.parent
    found = {folder.name: folder for folder in near.iterdir() if _trial_files(folder)} if near.is_dir() else {}
    match = closest(place.name, found) or (next(iter(sorted(found))) if place.is_dir() and found else None)
    hint = f'; did you mean "{found[match]}"?' if match else ";"
    what = "no keras-tuner project there" if place.is_dir() else "no such folder"
    return f"--from {place}: {what}{hint} {allowed[0].upper() if match else allowed[0]}{allowed[1:]}"


def _read(file: Path, shape: type[_Shape]) -> _Shape | str:
    """A file in its shape, or why it is broken; RequestError where it can't be opened."""
    try:
        return shape.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise RequestError(f"{file}: can't be read: {error.strerror or error}") from None
    except json.JSONDecodeError as error:
        return f"{error.msg.lower()}, line {error.lineno}"
    except ValueError as error:
        return str(error).splitlines()[0]


def _order(state: State | None, trials: dict[str, Trial], times: dict[str, float]) -> list[str]:
    """Ids in order of start: as the oracle has it, those that it does not know behind, by number or by time."""
    known = [name for name in (state.start_order if state else []) if name in trials]

    def place(name: str) -> tuple[float, str]:
        return (float(name) if name.isdecimal() else times[name], name)

    return list(dict.fromkeys([*known, *sorted(trials, key=place)]))


def _table(file: Path, notes: list[str]) -> list[dict[str, str]]:
    """The rows of a CSV that `FusedTuner` wrote; none where there is none, or it is broken."""
    if not file.exists():
        return []
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if None not in row.values()]
    except OSError as error:
        raise RequestError(f"{file}: can't be read: {error.strerror or error}") from None
    except (ValueError, csv.Error) as error:
        notes.append(f"{file.name} can’t be read ({error}).")
        return []
    return [row for row in rows if row.get("trial") and row.get("seed", "").isdecimal()]

"""Reads `manifest.json`, and checks that the keys which readers of results need are there, with the right types."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from experiments.errors import RequestError, show
from experiments.store.files import read_object
from experiments.study.study_table import NAME
from experiments.study.types import PlainTable

WHAT = "the manifest of results"
Label = str | bool | int | FiniteFloat | None
Labels = dict[str, Label]
Positive = Annotated[FiniteFloat, Field(gt=0)]
Text = str | None


class _Object(BaseModel):
    """A table in which other keys are allowed as well."""

    model_config = ConfigDict(extra="allow", strict=True)


class _Range(_Object):
    min: int | FiniteFloat
    max: int | FiniteFloat
    scale: Text = None


class _Compare(_Object):
    factor: str
    level: Label
    against: Label
    conditions: Labels = {}


class _Study(_Object):
    name: Annotated[str, Field(pattern=NAME)]  # it names folders
    question: str = ""
    task: str = ""
    model: str = ""
    design: str = "grid"
    seeds: list[int] = []
    factors: dict[str, list[Label] | _Range] = {}
    baseline: Labels = {}
    without: Labels = {}
    settings: Labels = {}
    task_settings: list[str] = []
    smallest_effect: Positive | None = None
    compare: _Compare | None = None
    failure_score: FiniteFloat | None = None
    about: str = ""
    looks: list[int] = []
    extend_rates: int = 0
    fresh_seeds: int = 0
    search: PlainTable = {}
    proposed: list[str] = []


class _Stamp(_Object):
    digest: str
    at: str
    trials: int
    question: PlainTable


class _Look(_Object):
    seeds: int
    planned: list[int] = []


class _Data(_Object):
    train: int | None = None
    validation: int | None = None
    test: int | None = None
    input_shape: list[int | None] | None = None
    outputs: int | None = None
    sealed: bool | None = None
    seeds: Text = None
    resplit: Annotated[int, Field(ge=0)] | None = None


class _Imported(_Object):
    kind: str = ""
    path: str
    file_digest: Text = None
    caveats: list[str] = []
    method: str = ""


class _Manifest(_Object):
    study: _Study
    head: Text = None
    metrics: list[str] = []
    primary: str
    direction: Literal["max", "min"]
    unit: Text = None
    digest: Text = None
    command: Text = None
    versions: dict[str, str] | None = None
    machine: Text = None
    git_revision: Text = None
    code_digest: Text = None
    earlier_code_digests: list[str] = []
    backend: Text = None
    device: Text = None
    floatx: Text = None
    data_digest: Text = None
    data_trial: Text = None
    data: _Data | None = None
    started: Text = None
    ended: Text = None
    trials: dict[str, int] = {}
    looked: list[_Look] = []
    questions: list[_Stamp] = []
    best: Text = None
    imported: _Imported | None = None


def read_manifest(path: Path) -> PlainTable:
    """A manifest, as the file has it; unknown keys are kept as they are.

    Raises RequestError where it can't be read, lacks `study`, `primary` or `direction`, or has a wrong type.
    """
    found = read_object(path, WHAT)
    try:
        _Manifest(**found)
    except (ValidationError, TypeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "type": "", "msg": str(error)}
        where = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            raise RequestError(f"{path}: lacks '{where}'") from None
        given = show(first.get("input"))
        given = given if len(given) < 60 else f"{given[:60]}…"
        raise RequestError(f"{path}: {where}: got {given}: {first['msg']}") from None
    return found


def read_study(folder: Path) -> PlainTable | None:
    """The study in a folder's manifest; None where there is no manifest that can be read."""
    try:
        return read_manifest(folder / "manifest.json")["study"]
    except RequestError:
        return None

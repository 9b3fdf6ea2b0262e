"""keras-tuner's hyper-parameters as factors: levels or ranges, and the columns that they get."""

from collections.abc import Iterable

from experiments.interchange.imports.keras_tuner_files import HyperParameter, Project
from experiments.study.columns import ENDING, FIGURES, IDENTITY
from experiments.study.types import Factors, Plain, PlainTable, Range

OF_TUNER = "tuner/"  # what Hyperband keeps beside a trial's own values
EPOCHS = "tuner/epochs"
SEED = "seed"  # of our FactorialOracle and AblationOracle


def space_of(project: Project) -> list[HyperParameter]:
    """The oracle's space, and what only some trials' own spaces have."""
    spaces = [project.state.hyperparameters.space] if project.state else []
    spaces += [trial.hyperparameters.space for trial in project.trials]
    found = {spec.model_dump_json(): spec for space in spaces for spec in space}
    return [spec for spec in found.values() if not spec.config.name.startswith(OF_TUNER)]


def factors_of(space: list[HyperParameter], values: list[PlainTable]) -> PlainTable:
    """Levels or a range `{min, max, scale}` by hyper-parameter. values: those of every trial.

    A name that stands for several (under different conditions) has all of their levels, or one range over all of
    them; where some are ranges and some are not, the values that trials have are its levels.

    >>> rate = {"name": "rate", "min_value": 0.001, "max_value": 0.1, "sampling": "log"}
    >>> factors_of([HyperParameter(class_name="Float", config=rate)], [{"rate": 0.01}])
    {'rate': {'min': 0.001, 'max': 0.1, 'scale': 'log'}}
    """
    names = dict.fromkeys([spec.config.name for spec in space])
    names |= dict.fromkeys(name for some in values for name in some if not name.startswith(OF_TUNER))
    return {
        name: _factor([spec for spec in space if spec.config.name == name], _values_seen(name, values))
        for name in names
    }


def _values_seen(name: str, values: list[PlainTable]) -> list[Plain]:
    return [some[name] for some in values if name in some]


def _factor(specs: list[HyperParameter], seen: list[Plain]) -> list[Plain] | Range:
    ranges = [bounds for bounds in map(_range, specs) if bounds]
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in seen)
    if ranges and numbers and len(ranges) == len(specs):
        scales = {bounds.get("scale") for bounds in ranges}
        low, high = min(bounds["min"] for bounds in ranges), max(bounds["max"] for bounds in ranges)
        return Range(min=low, max=high, scale=(scales.pop() if len(scales) == 1 else None) or "linear")
    return _distinct([*(level for spec in specs for level in _levels(spec)), *seen])


def _range(spec: HyperParameter) -> Range | None:
    low, high, sampling = spec.config.min_value, spec.config.max_value, spec.config.sampling or "linear"
    if low is None or high is None or not low < high:
        return None
    return Range(min=low, max=high, scale="linear" if sampling == "log" and low <= 0 else sampling)


def _levels(spec: HyperParameter) -> list[Plain]:
    config = spec.config
    if config.values is not None:
        return list(config.values)
    if spec.class_name == "Boolean":
        return [False, True]
    if spec.class_name == "Fixed":
        return [config.value]
    return [config.min_value] if config.min_value is not None and config.min_value == config.max_value else []


def _distinct(levels: Iterable[Plain]) -> list[Plain]:
    return list({repr(level): level for level in levels}.values())


def seeds_of(factors: Factors) -> bool:
    """Whether the hyper-parameter `seed` counts seeds from 0, as our oracles have it."""
    levels = factors.get(SEED)
    return isinstance(levels, list) and len(levels) > 1 and repr(levels) == repr(list(range(len(levels))))


def columns_of(names: Iterable[str], scores: Iterable[str]) -> dict[str, str]:
    """The column of every hyper-parameter: its name, or `hp_<name>` where rows have another column of that name.

    scores: the columns of losses and metrics.

    >>> columns_of(["units", "model", "block 1/rate"], ["train_loss"])
    {'units': 'units', 'model': 'hp_model', 'block 1/rate': 'block 1/rate'}
    """
    names = list(names)
    taken = {*IDENTITY, "status", *ENDING, *scores}
    columns: dict[str, str] = {}
    for name in names:
        column = name or "hp_"
        while column in taken or column in columns.values() or (column != name and column in names) or _figure(column):
            column = f"hp_{column}"
        columns[name] = column
    return columns


def _figure(column: str) -> bool:
    """Whether a column would be taken for telemetry of a layer."""
    return "/" in column and column.split("/", maxsplit=1)[0] in FIGURES

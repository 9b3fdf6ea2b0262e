"""keras-tuner's hyper-parameters as factors: levels or ranges, and the columns that they get."""

from collections.abc import Iterable
from typing import Any

from experiments.interchange.imports.keras_tuner_files import HyperParameter, Project
from experiments.study.columns import ENDING, FIGURES, IDENTITY

OF_TUNER = "tuner/"  # what Hyperband keeps beside a trial's own values
EPOCHS = "tuner/epochs"
SEED = "seed"  # of our FactorialOracle and AblationOracle


def space_of(project: Project) -> list[HyperParameter]:
    """The oracle's space, and what only some trials' own spaces have."""
    spaces = [project.state.hyperparameters.space] if project.state else []
    spaces += [trial.hyperparameters.space for trial in project.trials]
    found = {one.model_dump_json(): one for space in spaces for one in space}
    return [one for one in found.values() if not one.config.name.startswith(OF_TUNER)]


def factors_of(space: list[HyperParameter], values: list[dict[str, Any]]) -> dict[str, Any]:
    """Levels or a range `{min, max, scale}` by hyper-parameter. values: those of every trial.

    A name that stands for several (under different conditions) has all of their levels, or one range over all of
    them; where some are ranges and some are not, the values that trials have are its levels.

    >>> rate = {"name": "rate", "min_value": 0.001, "max_value": 0.1, "sampling": "log"}
    >>> factors_of([HyperParameter(class_name="Float", config=rate)], [{"rate": 0.01}])
    {'rate': {'min': 0.001, 'max': 0.1, 'scale': 'log'}}
    """
    names = dict.fromkeys([one.config.name for one in space])
    names |= dict.fromkeys(name for some in values for name in some if not name.startswith(OF_TUNER))
    return {name: _factor([one for one in space if one.config.name == name], _seen(name, values)) for name in names}


def _seen(name: str, values: list[dict[str, Any]]) -> list[Any]:
    return [some[name] for some in values if name in some]


def _factor(specs: list[HyperParameter], seen: list[Any]) -> Any:
    ranges = [_range(one) for one in specs]
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in seen)
    if specs and numbers and all(ranges):
        scales = {one["scale"] for one in ranges}  # type: ignore[index]
        low, high = min(one["min"] for one in ranges), max(one["max"] for one in ranges)  # type: ignore[index]
        return {"min": low, "max": high, "scale": scales.pop() if len(scales) == 1 else "linear"}
    return _distinct([*(level for one in specs for level in _levels(one)), *seen])


def _range(one: HyperParameter) -> dict[str, Any] | None:
    low, high, sampling = one.config.min_value, one.config.max_value, one.config.sampling or "linear"
    if low is None or high is None or not low < high:
        return None
    return {"min": low, "max": high, "scale": "linear" if sampling == "log" and low <= 0 else sampling}


def _levels(one: HyperParameter) -> list[Any]:
    config = one.config
    if config.values is not None:
        return list(config.values)
    if one.class_name == "Boolean":
        return [False, True]
    if one.class_name == "Fixed":
        return [config.value]
    return [config.min_value] if config.min_value is not None and config.min_value == config.max_value else []


def _distinct(levels: Iterable[Any]) -> list[Any]:
    return list({repr(one): one for one in levels}.values())


def seeds_of(factors: dict[str, Any]) -> bool:
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
    found: dict[str, str] = {}
    for name in names:
        column = name or "hp_"
        while column in taken or column in found.values() or (column != name and column in names) or _figure(column):
            column = f"hp_{column}"
        found[name] = column
    return found


def _figure(column: str) -> bool:
    """Whether a column would be taken for telemetry of a layer."""
    return "/" in column and column.split("/", maxsplit=1)[0] in FIGURES

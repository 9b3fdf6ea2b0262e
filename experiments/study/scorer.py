"""Metrics beyond the catalog's: any of Keras, or of the user's own, with the direction in which each is better."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from experiments.errors import RequestError, nearest, unknown, wrong
from experiments.study import catalog
from experiments.study.imports import is_target
from experiments.study.level import check, check_plain
from experiments.study.types import OwnPart, PlainTable, Settings

DIRECTIONS = ("max", "min")
REPORTED = "reported"  # the head, and the form, of what a model that trains by its own step is scored by
EVALUATED = "keras.Model:evaluate/"  # and a name of what that returns
_CLASSES = ("softmax", "sigmoid", "multi_label")
_VALUES, _ANY = ("linear", "fractions"), (*_CLASSES, "fractions", "linear")


@dataclass(frozen=True)
class Known:
    """A metric class of Keras: the direction in which it is better, the heads that it fits, and its targets.

    form: "plain" (one-hot rows for softmax and ordinal, a column of 0 and 1 for sigmoid, labels and values as they
    are), "index" (whole numbers) or "binary" (plain, but of two classes only the second, the positive one).
    unit: "share" where it is read in per cent, "bounded" for other numbers from 0 to 1, "" for the rest.
    """

    direction: str
    heads: tuple[str, ...]
    form: str = "plain"
    unit: str = ""


_SHARE = Known("max", _CLASSES, "binary", "share")
KERAS: dict[str, Known] = {
    "AUC": Known("max", _CLASSES, "binary", "bounded"),
    **dict.fromkeys(("Precision", "Recall", "PrecisionAtRecall", "RecallAtPrecision"), _SHARE),
    **dict.fromkeys(("SensitivityAtSpecificity", "SpecificityAtSensitivity", "BinaryAccuracy", "BinaryIoU"), _SHARE),
    **dict.fromkeys(("F1Score", "FBetaScore"), _SHARE),
    **dict.fromkeys(("TruePositives", "TrueNegatives"), Known("max", _CLASSES, "binary")),
    **dict.fromkeys(("FalsePositives", "FalseNegatives"), Known("min", _CLASSES, "binary")),
    **dict.fromkeys(("CategoricalAccuracy", "TopKCategoricalAccuracy"), Known("max", ("softmax",), "plain", "share")),
    **dict.fromkeys(
        ("SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy"), Known("max", ("softmax",), "index", "share")
    ),
    "SparseCategoricalCrossentropy": Known("min", ("softmax",), "index"),
    **dict.fromkeys(("CategoricalCrossentropy", "CategoricalHinge"), Known("min", ("softmax",))),
    "BinaryCrossentropy": Known("min", (*_CLASSES, "fractions")),
    **dict.fromkeys(("Hinge", "SquaredHinge"), Known("min", _CLASSES)),
    **dict.fromkeys(("KLDivergence", "Poisson"), Known("min", _ANY)),
    **dict.fromkeys(("MeanSquaredError", "RootMeanSquaredError", "MeanAbsoluteError"), Known("min", _ANY)),
    **dict.fromkeys(
        ("MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "LogCoshError"), Known("min", _VALUES)
    ),
    **dict.fromkeys(("R2Score", "CosineSimilarity"), Known("max", _VALUES)),
    **dict.fromkeys(("ConcordanceCorrelation", "PearsonCorrelation"), Known("max", _VALUES)),
}
# Ours, which are computed example by example, for those of Keras that give the same.
_ERRORS = {"MeanSquaredError": "mean_squared_error", "MeanAbsoluteError": "mean_absolute_error"}
_OURS: dict[str, dict[str, str]] = {
    "softmax": {"CategoricalAccuracy": "accuracy", "SparseCategoricalAccuracy": "accuracy"},
    "sigmoid": {"BinaryAccuracy": "accuracy"},
    "multi_label": {"BinaryAccuracy": "accuracy"},
    "fractions": _ERRORS,
    "linear": _ERRORS,
}
_SHORT: dict[str, tuple[str, Settings]] = {
    "pr_auc": ("AUC", {"curve": "PR"}),
    "mse": ("MeanSquaredError", {}),
    "mae": ("MeanAbsoluteError", {}),
    "mape": ("MeanAbsolutePercentageError", {}),
    "rmse": ("RootMeanSquaredError", {}),
}
_TAKEN = ("accuracy", "loss")  # columns of ours
# Options of Keras' metrics that ask for more than the positive one of two classes.
OF_SEVERAL = ("class_id", "top_k", "multi_label", "num_labels", "average")


@dataclass(frozen=True)
class Scorer:
    """A metric that is computed from all targets and predictions at once.

    name: of its columns. target: what is imported; "" where it is an `object` of Python. settings: what a class is
    made with. direction: "max" or "min". form, unit: as `Known` has them. output: of several, the one that is scored.
    metric: the catalog's, where it is one.
    """

    name: str
    target: str
    direction: str
    settings: Settings = field(default_factory=dict)
    form: str = "plain"
    unit: str = ""
    output: str = ""
    metric: str = ""
    object: OwnPart = field(default=None, compare=False)

    def as_json(self) -> PlainTable:
        """The metric as a manifest has it."""
        made = {"target": self.target or "an object of Python"} | self.settings
        made |= {"direction": self.direction} | ({"unit": self.unit} if self.unit else {})
        return made | ({"output": self.output} if self.output else {})


def read_metrics(given: OwnPart, head: str, field: str = "metrics") -> tuple[tuple[str, ...], dict[str, Scorer]]:
    """The names of metrics, the primary one first, and of those that are not the catalog's the scorer.

    given: one or several of: a name of the catalog or of Keras ("auc", "F1Score"), an import target, a table
    `{name, direction, as, …}` of a name and options, an object or class or function, or `(metric, "max" or "min")`.

    Raises RequestError for what is no metric, does not fit the head, has no known direction, or is there twice.

    >>> names, scorers = read_metrics(["accuracy", "auc"], "sigmoid")
    >>> names, scorers["auc"].direction
    (('accuracy', 'auc'), 'max')
    """
    several = given if isinstance(given, (list, tuple)) and not _is_directed(given) else [given]
    if not several:
        raise RequestError(wrong(field, given, "one metric or more"))
    if head not in catalog.HEADS:
        raise RequestError(unknown("head", head, catalog.HEADS))
    read = _read_reported if head == REPORTED else _read
    metrics = [read(item, head, field) for item in several]
    names = tuple(metric if isinstance(metric, str) else metric.name for metric in metrics)
    for name in names:
        if names.count(name) > 1:
            raise RequestError(
                f'{field}: two are called {name}; name= of a metric, or as = "…" in a table, tells them apart'
            )
    return names, {metric.name: metric for metric in metrics if isinstance(metric, Scorer)}


def read_metrics_of(
    given: OwnPart, heads: Mapping[str, str], field: str = "metrics"
) -> tuple[tuple[str, ...], dict[str, Scorer]]:
    """The same for several outputs: a table of the metrics of some outputs by name, or names such as `price_rmse`.

    heads: of the outputs. None for those of each head. Names begin with the output's, as Keras' do.

    >>> heads = {"kind": "softmax", "price": "linear"}
    >>> read_metrics_of({"price": "rmse", "kind": ["accuracy"]}, heads)[0]
    ('price_rmse', 'kind_accuracy')
    """
    if given is None:
        given = {name: list(catalog.HEADS[head].metrics) for name, head in heads.items()}
    if not isinstance(given, dict):
        given = _by_output(given, heads, field)
    found: dict[str, Scorer] = {}
    for output, metrics in given.items():
        if output not in heads:
            raise RequestError(unknown(f"{field} of outputs", output, heads))
        names, scorers = read_metrics(metrics, heads[output], f"{field} {output}")
        for name in names:
            found[f"{output}_{name}"] = _of_output(output, name, scorers.get(name))
    return tuple(found), found


def _by_output(given: OwnPart, heads: Mapping[str, str], field: str) -> dict[str, list[str]]:
    """Names such as `price_rmse` in a list, by output; in the order of the list where it can be kept."""
    found: dict[str, list[str]] = {}
    for name in given if isinstance(given, (list, tuple)) else [given]:
        outputs = [output for output in heads if isinstance(name, str) and name.startswith(f"{output}_")]
        if not outputs:
            wanted = ", ".join(f'{output} = "{catalog.HEADS[head].metrics[0]}"' for output, head in heads.items())
            raise RequestError(wrong(field, name, f"metrics by output, such as {{ {wanted} }}"))
        output = max(outputs, key=len)
        found.setdefault(output, []).append(name.removeprefix(f"{output}_"))
    return found


def _of_output(output: str, name: str, scorer: Scorer | None) -> Scorer:
    column = f"{output}_{name}"
    if scorer is not None:
        return replace(scorer, name=column, output=output)
    part = catalog.METRICS[name]
    return Scorer(column, part.target, part.direction, unit=part.unit, output=output, metric=name)


def _read(given: OwnPart, head: str, field: str) -> "str | Scorer":
    direction = None
    if _is_directed(given):
        given, direction = given
    if isinstance(given, str):
        given = {"name": given}
    if not isinstance(given, dict):
        return _object(given, head, field, direction)
    if not isinstance(given.get("name"), str):
        raise RequestError(wrong(field, given, 'a name or a table { name = "…", … }'))
    settings = {key: value for key, value in given.items() if key not in ("name", "direction", "as")}
    direction, column = given.get("direction", direction), given.get("as")
    if direction not in (None, *DIRECTIONS):
        raise RequestError(unknown(f"{field} {given['name']} direction", direction, DIRECTIONS))
    name = {"acc": "accuracy", "log_loss": "cross_entropy"}.get(given["name"], given["name"])
    fitting = catalog.fitting_metrics(head)
    if name in fitting and not settings and column in (None, name):
        return name
    if name in fitting and {*settings} <= {*catalog.METRICS[name].settings}:
        part = catalog.METRICS[name]
        checked = {key: check(f"{field} {name} {key}", value, part.settings[key]) for key, value in settings.items()}
        return _check(Scorer(column or name, part.target, part.direction, checked, unit=part.unit, metric=name), field)
    short = name if name in _SHORT else None
    kind, more = _SHORT.get(name) or (_kind(name), {})
    if kind:
        return _of_keras(kind, more | settings, head, field, direction, column or short)
    if is_target(name):
        attribute = name.rsplit(":", 1)[1]
        checked = check_plain(f"{field} {name}", dict(sorted(settings.items())))
        return _check(Scorer(column or attribute, name, _direction(direction, name, field), checked), field)
    of_keras = (snake(name) for name, facts in KERAS.items() if head in facts.heads)
    shorthand = (name for name, (kind, _) in _SHORT.items() if head in KERAS[kind].heads)
    known = list(dict.fromkeys([*fitting, *of_keras, *shorthand]))
    if name in catalog.METRICS:
        raise RequestError(f"{field}: {_fits_not(name, head)} Fitting: {', '.join(known)}")
    raise RequestError(
        f'{field}: got "{name}"{nearest(name, known)} Allowed are metrics of Keras by name, '
        f'"package.module:attribute" for your own, and {", ".join(fitting)}'
    )


def _read_reported(given: OwnPart, head: str, field: str) -> Scorer:
    """A metric of a model that trains by its own step: by name what its `evaluate` returns, or a function."""
    direction = None
    if _is_directed(given):
        given, direction = given
    if isinstance(given, str):
        given = {"name": given}
    if not isinstance(given, dict):
        if not callable(given) or isinstance(given, type):
            raise RequestError(wrong(field, given, "a name of what evaluate returns, or a function of (model, x, y)"))
        name = str(getattr(given, "__name__", type(given).__name__))
        return _check(Scorer(name, "", _direction(direction, name, field), form=REPORTED, object=given), field)
    if not isinstance(name := given.get("name"), str) or {*given} - {"name", "direction", "as"}:
        raise RequestError(wrong(field, given, 'a name or a table { name = "…", direction = "max", as = "…" }'))
    direction = given.get("direction", direction)
    if direction not in (None, *DIRECTIONS):
        raise RequestError(unknown(f"{field} {name} direction", direction, DIRECTIONS))
    target = name if is_target(name) else f"{EVALUATED}{name}"
    column = given.get("as") or (name.rsplit(":", 1)[1] if is_target(name) else name)
    known = direction or ("min" if name.endswith(("loss", "error")) else None) or _known_direction(name)
    return _check(Scorer(column, target, _direction(known, name, field), form=REPORTED), field, taken=("loss",))


def _known_direction(name: str) -> str | None:
    if metric := catalog.METRICS.get(name):
        return metric.direction
    kind = _kind(_SHORT[name][0] if name in _SHORT else name)
    return KERAS[kind].direction if kind else None


def _is_directed(given: OwnPart) -> bool:
    """Whether it is a pair of a metric and its direction."""
    return isinstance(given, (list, tuple)) and len(given) == 2 and isinstance(given[1], str) and given[1] in DIRECTIONS


def _of_keras(
    kind: str, settings: Settings, head: str, field: str, direction: str | None, column: str | None
) -> "str | Scorer":
    known = KERAS[kind]
    if head not in known.heads:
        fitting = ", ".join(snake(name) for name, facts in KERAS.items() if head in facts.heads)
        raise RequestError(f"{field}: {_fits_not(kind, head)} Fitting: {fitting}")
    settings = {key: value for key, value in settings.items() if key != "from_logits"}  # predictions are none
    if not settings and kind in _OURS.get(head, {}) and direction in (None, known.direction):
        return _OURS[head][kind]
    settings = check_plain(f"{field} {kind}", settings)
    made = Scorer(
        column or snake(kind), f"keras.metrics:{kind}", direction or known.direction, settings, known.form, known.unit
    )
    return _check(made, field)


def _object(given: OwnPart, head: str, field: str, direction: str | None) -> "str | Scorer":
    """A metric given as an object, class or function of Python."""
    if isinstance(given, type) and hasattr(given, "update_state"):
        try:
            given = given()
        except TypeError as error:
            raise RequestError(
                f"{field}: {given.__name__} is a class that needs arguments, give an object: {error}"
            ) from None
    if not (hasattr(given, "update_state") or callable(given)):
        raise RequestError(wrong(field, given, "a metric of Keras by name, or an object or function that is one"))
    kind = type(given)
    if kind.__module__.startswith("keras.") and kind.__name__ in KERAS:
        column = None if re.fullmatch(rf"{snake(kind.__name__)}(_\d+)?", given.name) else given.name
        return _of_keras(kind.__name__, _options(given), head, field, direction, column)
    name = str(getattr(given, "name", None) or getattr(given, "__name__", kind.__name__))
    return _check(Scorer(name, "", _direction(direction, name, field), object=given), field)


def _options(metric: OwnPart) -> Settings:
    """How a metric of Keras differs from one with the defaults of its class."""
    config = {key: value for key, value in metric.get_config().items() if key not in ("name", "dtype")}
    try:
        usual: Settings = type(metric)().get_config()
    except TypeError:  # it has no defaults
        usual = {}
    return {key: value for key, value in config.items() if key not in usual or usual[key] != value}


def _check(scorer: Scorer, field: str, taken: tuple[str, ...] = _TAKEN) -> Scorer:
    if not re.fullmatch(r"[A-Za-z][\w.-]*", scorer.name):
        raise RequestError(f'{field}: got "{scorer.name}", allowed as a column are letters, digits and underscores')
    if scorer.name in taken:
        raise RequestError(
            f'{field}: "{scorer.name}" is the name of another column; name= or as = "…" gives it its own'
        )
    return scorer


def _direction(given: str | None, name: str, field: str) -> str:
    if given is None:
        raise RequestError(
            f"{field}: whether more or less of {name} is better is not clear; give "
            f'{{ name = "{name}", direction = "max" }} or "min", in Python also (metric, "max")'
        )
    return given


def _fits_not(name: str, head: str) -> str:
    return f'got "{name}", which does not fit a {head} head.'


def _kind(name: str) -> str | None:
    """The class of Keras that a name means: the class's own, or as Keras spells it with underscores."""
    return next((kind for kind in KERAS if name in (kind, snake(kind))), None)


def snake(kind: str) -> str:
    """The name of a class as Keras spells it in columns.

    >>> snake("AUC"), snake("F1Score"), snake("TopKCategoricalAccuracy")
    ('auc', 'f1_score', 'top_k_categorical_accuracy')
    """
    kind = {"FBetaScore": "FbetaScore", "BinaryIoU": "BinaryIou"}.get(kind, kind)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()


def objects_of(scorers: Iterable[Scorer]) -> dict[str, "object"]:
    """The metrics that only this process has, by name."""
    return {scorer.name: scorer.object for scorer in scorers if scorer.object is not None}

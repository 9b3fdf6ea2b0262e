"""The directives `parts`, `heads` and `metrics`: tables of what a study may name, from the catalog."""

from typing import Any, Literal, get_args, get_origin

from experiments.study import catalog
from experiments.study.catalog import NamedPart, Setting

TABLES: dict[str, dict[str, Any]] = {"task": catalog.TASKS, "model": catalog.MODELS, **catalog.PARTS}
_SIGNS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def allowed(kind: Any) -> str:
    """What a setting's type allows, in words.

    >>> allowed(catalog.Decay), allowed(catalog.Counts), allowed(bool)
    ('a number, at least 0, below 1', 'a list of whole numbers, each at least 1', 'true or false')
    """
    if kind is NamedPart:
        return "a name or a table, see below"
    if get_origin(kind) is Literal:
        return ", ".join(f"`{option}`" for option in get_args(kind))
    options = [option for option in get_args(kind) if option is not type(None)]
    if type(None) in get_args(kind):
        return f"{allowed(options[0])}; or nothing"
    if hasattr(kind, "__metadata__"):
        return ", ".join([allowed(get_args(kind)[0]), *_bounds(kind.__metadata__)])
    if get_origin(kind) is list:
        each = allowed(options[0]).replace("a whole number,", "whole numbers, each")
        return f"a list of {each.replace('a number,', 'numbers, each')}"
    return {bool: "true or false", int: "a whole number", float: "a number", str: "text"}[kind]


def _bounds(metadata: tuple[Any, ...]) -> list[str]:
    found: list[str] = []
    for constraint in metadata:
        limits = {sign: limit for sign in _SIGNS if (limit := getattr(constraint, sign, None)) is not None}
        found += [f"{_SIGNS[sign]} {limit:g}" for sign, limit in limits.items() if limit != catalog.MOST]
        found += _bounds(tuple(getattr(constraint, "metadata", ())))
    return found


def default(setting: Setting) -> str:
    """A default as a study file would have it."""
    if setting.default is None:
        return "–"
    value = setting.default
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
    return f"`{text!r}`".replace("'", '"') if isinstance(value, str) else f"`{text}`"


def table(name: str) -> list[str]:
    """The table as Markdown: one row per setting of each part."""
    lines = [f"| {name} | setting | allowed | default |", "|---|---|---|---|"]
    for part, told in TABLES[name].items():
        rows = [(key, allowed(setting.type), default(setting)) for key, setting in told.settings.items()] or [
            ("", "", "")
        ]
        for at, (key, kind, value) in enumerate(rows):
            lines.append(f"| {'' if at else f'`{part}`'} | {f'`{key}`' if key else ''} | {kind} | {value} |")
    return lines


def heads() -> list[str]:
    """Heads as a table in Markdown: what each is, what it ends in, its losses and its metrics, the usual ones first."""
    lines = ["| head | y is | outputs end in | losses | metrics |", "|---|---|---|---|---|"]
    for name in catalog.TARGET_HEADS:
        head = catalog.HEADS[name]
        losses = dict.fromkeys([head.loss, *catalog.fitting_losses(name)])
        metrics = dict.fromkeys([*head.metrics, *catalog.fitting_metrics(name)])
        lines.append(f"| `{name}` | {head.about} | {head.link} | {', '.join(losses)} | {', '.join(metrics)} |")
    return lines


def metrics() -> list[str]:
    """Metrics as a table in Markdown.

    >>> metrics()[2]
    '| `accuracy` | share of classes, or of labels, that are right | higher | per cent |'
    """
    units = {"share": "per cent", "bounded": "from 0 to 1", "": ""}
    better = {"max": "higher", "min": "lower"}
    lines = ["| metric | what it is | better | read as |", "|---|---|---|---|"]
    for name, metric in catalog.METRICS.items():
        lines.append(f"| `{name}` | {metric.about} | {better[metric.direction]} | {units[metric.unit]} |")
    return lines


def setup(app: Any) -> dict[str, bool]:
    """As Sphinx asks for it."""
    from docutils import nodes
    from sphinx.util.docutils import SphinxDirective

    class Parts(SphinxDirective):
        required_arguments = 1

        def run(self) -> list[nodes.Node]:
            return self.parse_text_to_nodes("\n".join(table(self.arguments[0])))

    class Heads(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            return self.parse_text_to_nodes("\n".join(heads()))

    class Metrics(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            return self.parse_text_to_nodes("\n".join(metrics()))

    app.add_directive("parts", Parts)
    app.add_directive("heads", Heads)
    app.add_directive("metrics", Metrics)
    return {"parallel_read_safe": True}

"""The recommended configuration as Keras code that runs where it is pasted."""

from experiments.errors import RequestError
from experiments.report.code.kinds import KINDS
from experiments.report.code.levels import levels_of
from experiments.report.code.loss import loss_lines
from experiments.report.code.names import Names
from experiments.report.code.rate import rate_lines
from experiments.report.code.shapes import shape_of
from experiments.report.code.training import data_lines, training_lines
from experiments.report.page_findings import PageFindings
from experiments.study import catalog
from experiments.study.imports import is_target
from experiments.study.labels import text
from experiments.study.words import circumstance


def keras_code(findings: PageFindings, cell: str | None = None) -> str:
    """Code that loads the task's data, builds, trains and tests a cell's model; empty where there is none.

    cell: an id, by default the best's.

    There is some for the project's model kinds, on its tasks and on a user's own that go by an import target, under
    one set of conditions, where the recipe trains as `compile` and `fit` do. Parts of a user's own are imported; those
    that begin with a capital are taken for classes.
    Weights and the order of examples are Keras' own, so scores agree as far as seeds do.
    """
    study, manifest = findings.study, findings.results.manifest
    known = study.model in KINDS and (study.task in catalog.TASKS or is_target(study.task))
    recipe = catalog.RECIPES.get(_recipe(findings))
    if findings.best is None or study.conditions or not known or recipe is None or not recipe.plain_keras:
        return ""
    if manifest.get("head") not in {*catalog.HEADS} - {catalog.SEVERAL}:
        return ""
    try:
        return "\n".join(_lines(findings, manifest["head"], cell or findings.best_cell)) + "\n"
    except (LookupError, RequestError):
        return ""  # a label that can't be read, or a shape that is not known


def _lines(findings: PageFindings, head: str, cell: str) -> list[str]:
    study, names, row = findings.study, Names(), findings.cell(cell)
    labels = study.settings | {factor: row[factor] for factor in study.factors}
    levels, task = levels_of(study, labels, head, _parse_labels(findings, labels))
    data = data_lines(task, levels["loss"]["name"], head, names, _recipe(findings))
    before, loss = loss_lines(levels["loss"], head, names)
    steps, rate = rate_lines(levels, names)
    layers = KINDS[study.model](levels, shape_of(findings, task), catalog.HEADS[head].link, names)
    training = training_lines(levels, rate, loss, head, names)
    words = findings.words(cell)
    where = f", with {circumstance(study.held)}" if study.held else ""
    return [
        "# " + " ".join(f"{words}{where}".split()),
        *names.lines,
        "",
        *(["", *before] if before else []),
        *data,
        *steps,
        "",
        "model = keras.Sequential(",
        "    [",
        *(f"        {layer}," for layer in ["keras.Input(task.input_shape)", *layers]),
        "    ]",
        ")",
        *training,
    ]


def _recipe(findings: PageFindings) -> str:
    recipe: str = findings.results.manifest["study"].get("recipe", catalog.SUPERVISED)
    return recipe


def _parse_labels(findings: PageFindings, labels: dict[str, str]) -> dict[str, object]:
    """Labels of the task's settings as the manifest has them: a number, or text that may look like one."""
    study = findings.results.manifest["study"]
    values = {}
    for name in findings.study.data_settings:
        levels = study.get("factors", {}).get(name, [])
        known = [study.get("settings", {}).get(name), *(levels if isinstance(levels, list) else [])]
        values[name] = next(
            (default for default in known if default is not None and text(default) == labels.get(name)), None
        )
    return values

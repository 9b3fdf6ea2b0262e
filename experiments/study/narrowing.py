"""A study narrowed to some levels of a factor, given by their labels: the option `--only`."""

import dataclasses
import re

from experiments.errors import RequestError, unknown
from experiments.study.level import label
from experiments.study.study import Study


def labels_in(study: Study, name: str, text: str) -> list[str]:
    """A text as labels of a factor's levels; labels may contain commas, and other parts stay as they are."""
    levels = study.factors.get(name)
    labels = sorted({str(label(name, level)) for level in levels} if isinstance(levels, list) else (), key=len)
    chosen: list[str] = []
    while text or not chosen:
        fits = (label for label in reversed(labels) if text == label or text.startswith(f"{label},"))
        # commas inside brackets belong to a level, as in elastic_net(l1=0.1, l2=0.1)
        taken = next(fits, None) or re.split(r",(?![^()]*\))", text, maxsplit=1)[0]
        chosen.append(taken if taken in labels else taken.strip())
        text = text[len(taken) + 1 :].lstrip()
    return chosen


def keep_levels(study: Study, name: str, wanted: list[str]) -> Study:
    """The same study with some of a factor's levels, given by their labels."""
    if name not in study.factors:
        raise RequestError(unknown("--only", name, study.factors))
    if study.design in ("leave-one-out", "random"):
        raise RequestError(f"--only: works with grid and one-factor designs, this one is {study.design}")
    labels = {str(label(name, level)): level for level in study.factors[name]}
    for level in wanted:
        if level not in labels:
            raise RequestError(unknown(f"--only {name}", level, labels))
    if len(set(wanted)) < len(wanted):
        raise RequestError(f"--only {name}: got a level twice in {', '.join(wanted)}")
    levels = [labels[level] for level in wanted]
    return dataclasses.replace(
        study,
        factors=study.factors | {name: levels},
        # a one-factor study keeps its baseline, whatever else is left out
        base=study.base if study.design == "one-factor" else study.base | {name: levels[0]},
    )

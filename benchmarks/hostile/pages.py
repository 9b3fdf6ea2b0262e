"""A page of a world: its trials go the way of any results folder, and what the page says comes back as text."""

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from hostile.world import EPOCHS, World

from experiments.interchange.imports.foreign import read_foreign
from experiments.interchange.imports.writer import write_imported
from experiments.report import sections
from experiments.report.page_findings import PageFindings
from experiments.report.pages import study_page
from experiments.report.tables.table import Table
from experiments.results.follow_ups import FollowUps
from experiments.results.results import read_results
from experiments.study.words import tell_apart

FRESH = 1_000_000  # the first fresh seed
# Of what a page shows: read here, and what says how it was made instead of what was found.
READ = ("answer", "caveats", "sections")
NOT_READ = ("study", "setup", "facts", "trained", "methods", "provenance", "command", "again", "source")
# What draws or lists trials and means as they are claims nothing; it is left out, for the time that it takes.
SHOWN_ONLY = (
    "ladder_figure", "rates_figure", "curves_figure", "layers_figures", "cost_figure", "spread_figure", "heat_map",
    "other_tests_table", "keras_code", "divergence_figure",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What a page says.

    texts: (where it stands, a text of one or more sentences). tables: the page's. findings: what it was made from.
    unread: parts of the page of which nothing is known here.
    """

    texts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    findings: PageFindings
    unread: tuple[str, ...] = ()


def page(world: World, generator: np.random.Generator, folder: Path) -> Page:
    """A page of newly drawn trials. folder: to write results into; what is there is replaced."""
    findings = draw_findings(world, generator, folder)
    with tell_apart(findings.study.factors.values()):
        return read_page(findings)


def draw_findings(world: World, generator: np.random.Generator, folder: Path) -> PageFindings:
    """What the analysis finds in newly drawn trials. folder: as of `page`."""
    place = _table(world, generator, folder) if world.table else _folder(world, generator, folder)
    follow = FollowUps()
    if world.fresh:
        fresh = replace(world, seeds=world.fresh)
        trials = rows(fresh, generator, first=FRESH)
        follow = FollowUps(fresh=read_results(_write(fresh, trials, folder / "fresh")).trials)
    return PageFindings(read_results(place), follow)


def read_page(findings: PageFindings) -> Page:
    """What the page of some findings says."""
    with contextlib.ExitStack() as left_out:
        for module in _section_modules():
            for name in set(SHOWN_ONLY) & set(vars(module)):
                left_out.enter_context(patch.object(module, name, _none if name == "layers_figures" else _nothing))
        context = study_page.study_context(findings)
    texts = [("answer", context["answer"].sentence), *(("answer", text) for text in context["answer"].more)]
    texts += [("beside the answer", text) for text in getattr(context["answer"], "beside", ())]
    texts += [("caveats", text) for text in context["caveats"]]
    tables = []
    for section in context["sections"]:
        texts += [(section.name, section.text)] if section.text else []
        texts += [(f"{section.name}, title of {figure.name}", f"{figure.title}.") for figure in section.figures]
        tables += section.tables
    unread = [f"part of the page: {key}" for key in context if key not in READ + NOT_READ]
    return Page(tuple(texts), tuple(tables), findings, tuple(unread))


def _section_modules() -> list[ModuleType]:
    return [import_module(f"{sections.__name__}.{module.name}") for module in iter_modules(sections.__path__)]


def rows(world: World, generator: np.random.Generator, *, first: int = 0) -> pd.DataFrame:
    """The trials as `trials.csv` has them. first: the first seed."""
    scores = world.draw(generator)
    count = scores.shape[1]
    gone = world.missing(generator) if world.missing else np.zeros(scores.shape, bool)
    place, seed = (indexes.ravel() for indexes in np.indices(scores.shape))
    spread = 0.003 * (1 if world.direction == "max" else abs(float(world.mean.mean())))
    test = scores + spread * generator.normal(size=scores.shape)
    status = np.where(gone, "failed", np.where(np.isnan(scores), "diverged", "ok"))
    ok = status == "ok"
    columns: dict[str, Any] = {
        "study": world.name, "trial": [f"t{a}s{b}" for a, b in zip(place, seed, strict=True)],
        "cell": [f"c{a}" for a in place], "seed": seed + first, "task": "simulated", "model": "mlp",
        **{name: [world.cells[a][name] for a in place] for name in world.factors}, "status": status.ravel(),
        f"validation_{world.metric}": np.where(ok, scores, np.nan).ravel(),
        f"test_{world.metric}": np.where(ok & world.tested, test, np.nan).ravel(),
        "constant_score": world.constant, "epochs_run": EPOCHS, "seconds": 1.0,
        "error": np.where(gone, "Error: crashed", "").ravel(),
    }  # fmt: skip
    return pd.DataFrame(columns).sort_values(["seed", "cell"], kind="stable") if count else pd.DataFrame(columns)


def manifest(world: World, trials: pd.DataFrame) -> dict[str, Any]:
    """As a run would have written it."""
    off = world.design == "leave-one-out"
    study = {
        "name": world.name, "question": "What helps?", "task": "simulated", "model": "mlp", "design": world.design,
        "seeds": sorted({*trials["seed"].tolist()}),
        "factors": {} if off else {name: list(levels) for name, levels in world.factors.items()},
        "baseline": {name: levels[0] for name, levels in world.factors.items()},
        "without": world.without, "settings": {"epochs": EPOCHS} | ({"resample": True} if world.manifest else {}),
        "task_settings": list(world.conditions), **world.question,
    }  # fmt: skip
    counts = {"wanted": len(trials), **trials["status"].value_counts().to_dict()}
    made = {"study": study, "metrics": [world.metric], "primary": world.metric, "direction": world.direction}
    made |= {"data": {"seeds": "own data", "sealed": True}}
    return made | {"command": f"ablations run {world.name}", "trials": counts} | world.manifest


def _folder(world: World, generator: np.random.Generator, folder: Path) -> Path:
    return _write(world, rows(world, generator), folder)


def _write(world: World, trials: pd.DataFrame, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest(world, trials)), encoding="utf-8")
    trials.to_csv(folder / "trials.csv", index=False)
    return folder


def _table(world: World, generator: np.random.Generator, folder: Path) -> Path:
    """A CSV of another tool, without seeds and sorted by score, read as `ablations report` reads it."""
    trials = rows(world, generator)
    score = f"validation_{world.metric}"
    table = trials[[*world.factors, score]].rename(columns={score: world.table}).sort_values(world.table)
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "runs.csv", index=False)
    with contextlib.redirect_stdout(io.StringIO()):
        imported = read_foreign(
            folder / "runs.csv", factors=",".join(world.factors), score=world.table, direction="max"
        )
    return write_imported(imported, folder, "imported", "")


def _nothing(*_: Any) -> None:
    return None


def _none(*_: Any) -> tuple[()]:
    return ()


def sentences(text: str) -> Iterator[str]:
    """A text's sentences, each with its full stop.

    >>> list(sentences("relu wins by 0.6 points. tanh, 1.2, does not."))
    ['relu wins by 0.6 points.', 'tanh, 1.2, does not.']
    """
    start, depth = 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "“(") - (sign in "”)")
        if sign in ".!?" and not depth and text[at + 1 : at + 2] in ("", " "):
            yield text[start : at + 1].strip()
            start = at + 1
    if rest := text[start:].strip():
        yield rest

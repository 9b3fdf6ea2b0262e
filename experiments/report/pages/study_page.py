"""A study's report: results folder → findings → page, Markdown and figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from markupsafe import Markup

from experiments.report.code.keras_code import keras_code
from experiments.report.figures.budget import budget_figure
from experiments.report.figures.cost import cost_figure
from experiments.report.figures.crossing import crossing_figure, interactions_text
from experiments.report.figures.curves import curves_figure
from experiments.report.figures.divergence import divergence_figure
from experiments.report.figures.draw_pairs import draw_pairs_figures
from experiments.report.figures.draws import draws_figures
from experiments.report.figures.effects import effects_figure
from experiments.report.figures.figure import Drawn, Figure, draw
from experiments.report.figures.fresh import fresh_figure
from experiments.report.figures.heat_map import heat_map
from experiments.report.figures.importance import importance_figure, importance_text
from experiments.report.figures.ladder import ladder_figure
from experiments.report.figures.layers import layers_figures
from experiments.report.figures.multiverse import multiverse_figure
from experiments.report.figures.parallel import parallel_figure
from experiments.report.figures.profiles import profiles_figure
from experiments.report.figures.rates import rates_figure
from experiments.report.figures.reruns import reruns_figure
from experiments.report.figures.searches import searches_figure
from experiments.report.figures.spread import spread_figure
from experiments.report.figures.trust import trust_figure
from experiments.report.figures.variance import variance_figure, variance_text
from experiments.report.page_findings import PageFindings
from experiments.report.pages.paper import write_paper
from experiments.report.pages.templating import Context, render
from experiments.report.tables.chances_table import chances_table, chances_text
from experiments.report.tables.failures_tables import errors_table, failures_table, nothing_table
from experiments.report.tables.interactions_table import interactions_table
from experiments.report.tables.neighbours_table import neighbours_table
from experiments.report.tables.shares import shares_table
from experiments.report.tables.table import Table
from experiments.report.tables.tables import (
    best_table,
    chosen_table,
    effects_table,
    other_tests_table,
    searches_table,
)
from experiments.report.text.answer import answer
from experiments.report.text.caveats import caveats
from experiments.report.text.choice import code_text, shown_cell, use_text
from experiments.report.text.fresh import fresh_table, fresh_text
from experiments.report.text.methods import methods
from experiments.report.text.multiverse import multiverse_table
from experiments.report.text.provenance import provenance
from experiments.report.text.tails import unseen
from experiments.report.text.trained import describe_training
from experiments.results.follow_ups import follow_ups
from experiments.results.results import read_results, study_folders
from experiments.results.searches import Search, searches_of
from experiments.store.files import write
from experiments.study.words import circumstance, count, file_name, join_words, name, short, tell_apart

Extra = Sequence[tuple[str, str, Callable[[PageFindings], Figure | None]]]
_PROFILES: Extra = (("profiles", "What share of runs reaches a score", profiles_figure),)
MOST_CODES = 4  # conditions under each of which something else may be best


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    text: str = ""
    code: tuple[str, ...] = ()


def write_study_report(
    results_folder: Path, reports_folder: Path, *, paper: bool = False, profiles: bool = False
) -> Path:
    """Writes `reports/<study>/index.html`, `report.md` and `figures/`; returns the path of the page.

    results_folder: `results/<study>`. paper: write `paper/` too, tables as LaTeX and figures as PDF. profiles: show
    performance profiles too. The same results give the same bytes.

    Raises RequestError where the folder holds no readable results.
    """
    results_folder = Path(results_folder)
    results = read_results(results_folder)
    searches = searches_of(results_folder, study_folders(results_folder.parent))
    findings = PageFindings(results, follow_ups(results_folder, results))
    with tell_apart(results.study.factors.values()):
        context = study_context(findings, searches, profiles=profiles)
        return _write(context, findings, Path(reports_folder) / results.study.name, paper)


def _write(context: Context, findings: PageFindings, folder: Path, paper: bool) -> Path:
    """Writes what a page shows, and returns its path.

    Figures are drawn here, and write out levels as the page does.
    """
    pictures = {figure.name: draw(figure) for section in context["sections"] for figure in section.figures}
    _write_figures(pictures, folder / "figures")
    if paper:
        parts = [(section.figures, section.tables) for section in context["sections"]]
        figures, tables = ([part for some in kind for part in some] for kind in zip(*parts, strict=True))
        write_paper(findings, figures, tables, folder / "paper")
    shown = {name: Markup(picture.inline) for name, picture in pictures.items()}
    write(folder / "report.md", render("study.md", **context))
    page = folder / "index.html"
    write(page, render("study.html", pictures=shown, **context))
    return page


def study_context(findings: PageFindings, searches: Sequence[Search] = (), *, profiles: bool = False) -> Context:
    """All that a study's templates show. searches: of the same space, this one first. profiles: show those too."""
    study, manifest = findings.study, findings.results.manifest
    seconds = findings.trials["seconds"].sum(min_count=1) if "seconds" in findings.trials else 0.0
    stacked = "engine" in findings.trials and findings.trials["engine"].eq("fused").any()
    return {
        "study": study,
        "answer": answer(findings),
        "setup": setup(findings),
        "facts": facts(findings),
        "trained": describe_training(findings),
        "caveats": caveats(findings),
        "sections": sections(findings, list(searches), profiles=profiles),
        "methods": methods(findings),
        "provenance": provenance(manifest, float(seconds), stacked=stacked),
        "command": manifest.get("command") or f"ablations run {study.name}",
        "again": _again(findings),
        "source": f"results/{study.name}",
    }


def _again(findings: PageFindings) -> str:
    """What the command does."""
    if findings.imported:
        return f"This command reads the {findings.imported['kind']} again, and writes its rows and this page anew:"
    return "This command runs the study again; trials that are already there are not trained twice:"


def setup(findings: PageFindings) -> str:
    """Task, model, what was varied, and the score with its direction."""
    study = findings.study
    varied = join_words([name(factor) for factor in study.varied], most=8) if study.varied else "nothing"
    better = "higher" if study.direction == "max" else "lower"
    return (
        f"{short(study.task)}, {short(study.model)}, {study.design} over {varied}, by {findings.scale.label} "
        f"({better} is better)"
    )


def facts(findings: PageFindings) -> list[tuple[str, str]]:
    """(label, number) pairs."""
    counts = findings.counts
    run = str(counts["run"]) if counts["run"] == counts["wanted"] else f"{counts['run']} of {counts['wanted']}"
    again = [] if findings.fresh is None else [("fresh trials", str(len(findings.fresh)))]
    return [
        ("trials", run),
        ("configurations", str(len(findings.cells))),
        *([("seeds", str(findings.trials["seed"].nunique()))] if findings.study.paired else []),
        ("ok", str(counts["ok"])),
        ("diverged", str(counts["diverged"])),
        ("failed", str(counts["failed"])),
        *([("learned nothing", str(findings.learned_nothing))] if findings.learned_nothing else []),
        *again,
    ]


def sections(findings: PageFindings, searches: list[Search], *, profiles: bool = False) -> list[Section]:
    """The parts of the page that have something to show, in reading order. searches: of the same space."""
    extra = _PROFILES if profiles else ()
    scored = findings.best is not None
    ran = findings.counts["ok"] + findings.counts["diverged"]
    candidates = [
        Section(
            "use", "What to use", _some(reruns_figure(findings), ladder_figure(findings) if scored else None),
            _some(chosen_table(findings)), use_text(findings),
        ),
        _code(findings),
        Section(
            "levels", "What each level does", _some(effects_figure(findings) if scored else None),
            _some(*(make(findings) for make in (effects_table, chances_table) if scored)),
            " ".join(filter(None, (chances_text(findings), unseen(findings)))) if scored else "",
        ),
        Section(
            "fresh", "On fresh seeds", _some(fresh_figure(findings)), _some(fresh_table(findings)),
            fresh_text(findings),
        ),
        *([] if findings.study.conditions else _matters(findings)),
        Section(
            "pairs", "Two factors together",
            _some(*(make(findings) for make in (crossing_figure, heat_map) if scored)),
            _some(interactions_table(findings) if scored else None),
            interactions_text(findings) if scored else "",
        ),
        Section(
            "budget", "How the search went",
            _some(budget_figure(findings), searches_figure(findings, searches)),
            _some(searches_table(findings, searches)),
        ),
        Section(
            "importance", "What matters", _some(importance_figure(findings)),
            _some(shares_table(findings) if findings.study.design == "random" else None), importance_text(findings),
        ),
        Section(
            "draws", "Where good draws lie",
            (*_some(parallel_figure(findings)), *draw_pairs_figures(findings), *draws_figures(findings)),
        ),
        *_under_each([part for part in findings.parts if part.study.held], extra),
        *([] if findings.study.conditions else _details(findings, extra)),
        Section(
            "divergence", "What diverged", _some(divergence_figure(findings)),
            _some(failures_table(findings), nothing_table(findings)),
            f"None of {count(ran, 'trial')} diverged." if ran and not findings.counts["diverged"] else "",
        ),
        Section(
            "tests", f"The same by other tests{', and at other rates' if findings.tuned else ''}",
            _some(multiverse_figure(findings)),
            _some(*(make(findings) for make in (multiverse_table, other_tests_table, neighbours_table) if scored)),
        ),
        Section("trust", "Whether the method can be trusted", _some(trust_figure(findings))),
        Section("failed", "What failed", tables=_some(errors_table(findings))),
    ]  # fmt: skip
    return [section for section in candidates if section.figures or section.tables or section.text]


def _code(findings: PageFindings) -> Section:
    """The recommended configuration as code; of a study with conditions the best under each, where they are few."""
    parts = findings.parts if len(findings.parts) <= MOST_CODES else []
    code = tuple(filter(None, (keras_code(part, shown_cell(part)) for part in parts if part.best is not None)))
    return Section("code", "The same in Keras", text=code_text(findings) if code else "", code=code)


def _matters(findings: PageFindings) -> list[Section]:
    shown = variance_figure(findings)
    tables = _some(shares_table(findings) if shown else None)
    return [Section("variance", "What matters", _some(shown), tables, variance_text(findings))]


def _details(findings: PageFindings, extra: Extra) -> list[Section]:
    """extra: sections that are shown on request, and what makes their figure."""
    scored = findings.best is not None
    learning = (rates_figure(findings), curves_figure(findings)) if scored else ()
    return [
        Section("learning", "Learning", _some(*learning)),
        Section("layers", "Inside the networks", tuple(layers_figures(findings)) if scored else ()),
        Section("cost", "What it costs", _some(cost_figure(findings) if scored else None)),
        Section("seeds", "From seed to seed", _some(spread_figure(findings) if scored else None)),
        *(Section(name, title, _some(make(findings) if scored else None)) for name, title, make in extra),
        Section("best", "The best configurations", tables=_some(best_table(findings))),
    ]


def _under_each(parts: list[PageFindings], extra: Extra) -> list[Section]:
    """The details under each condition; conditions that give files of one name are numbered."""
    ends = [file_name(circumstance(part.study.held).lower()) for part in parts]
    same = {end for end in ends if ends.count(end) > 1}
    return [
        _under(part, f"{end}-{place}" if end in same else end, extra)
        for place, (part, end) in enumerate(zip(parts, ends, strict=True), 1)
    ]


def _under(findings: PageFindings, end: str, extra: Extra) -> Section:
    """The details of the part of a study under one condition. end: of their names."""
    figures, tables = (
        tuple(
            replace(part, name=f"{part.name}-{end}")
            for section in [*_matters(findings), *_details(findings, extra)]
            for part in getattr(section, kind)
        )
        for kind in ("figures", "tables")
    )
    return Section(end, f"With {circumstance(findings.study.held)}", figures, tables)


_Item = TypeVar("_Item")


def _some(*items: _Item | None) -> tuple[_Item, ...]:
    return tuple(item for item in items if item is not None)


def _write_figures(pictures: dict[str, Drawn], folder: Path) -> None:
    """Writes `<name>.svg` and `<name>.png`, and removes those of figures that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("*.svg"), *folder.glob("*.png")]:
        if old.stem not in pictures:
            old.unlink()
    for stem, picture in pictures.items():
        (folder / f"{stem}.svg").write_text(picture.svg, encoding="utf-8")
        (folder / f"{stem}.png").write_bytes(picture.png)

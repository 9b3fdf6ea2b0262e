"""A study's report: results folder → findings → page, Markdown and figures."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from experiments.report.figures.figure import Drawn, draw
from experiments.report.page_findings import PageFindings
from experiments.report.pages.paper import write_paper
from experiments.report.pages.templating import Context, render
from experiments.report.sections.reading_order import sections
from experiments.report.text.answer import answer
from experiments.report.text.caveats import caveats
from experiments.report.text.methods import methods
from experiments.report.text.provenance import provenance
from experiments.report.text.trained import describe_training
from experiments.results.follow_ups import follow_ups
from experiments.results.results import read_results, study_folders
from experiments.results.searches import Search, searches_of
from experiments.store.files import write
from experiments.study.words import join_words, name, short, tell_apart


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
    stacked = "engine" in findings.trials and bool(findings.trials["engine"].eq("fused").any())
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


def _write_figures(pictures: dict[str, Drawn], folder: Path) -> None:
    """Writes `<name>.svg` and `<name>.png`, and removes those of figures that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("*.svg"), *folder.glob("*.png")]:
        if old.stem not in pictures:
            old.unlink()
    for stem, picture in pictures.items():
        (folder / f"{stem}.svg").write_text(picture.svg, encoding="utf-8")
        (folder / f"{stem}.png").write_bytes(picture.png)

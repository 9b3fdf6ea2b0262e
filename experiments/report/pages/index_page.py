"""The index: every study that has results, with its question and answer."""

from pathlib import Path

from experiments.errors import RequestError, said
from experiments.report.page_findings import PageFindings
from experiments.report.pages.templating import Context, render
from experiments.report.text.answer import answer
from experiments.report.text.provenance import moment
from experiments.results.follow_ups import follow_ups
from experiments.results.results import read_results, study_folders
from experiments.store.files import write
from experiments.study.words import count, short, tell_apart

GALLERY = "gallery/index.html"  # within the folder of reports


def write_index(reports_folder: Path, results_folder: Path) -> Path:
    """Writes `reports/index.html` and returns its path.

    Lists the studies in `results_folder` by name: question, answer, counts, date, and a link where the page is
    written. Results set aside (`<study>.1`) are not listed; of results that can't be read it says why. Links the
    gallery where that is written.
    """
    reports_folder, results_folder = Path(reports_folder), Path(results_folder)
    studies = [_entry(folder, reports_folder) for folder in study_folders(results_folder)]
    reports_folder.mkdir(parents=True, exist_ok=True)
    page = reports_folder / "index.html"
    found = "1 study has results" if len(studies) == 1 else f"{len(studies)} studies have results"
    none = "No study has results yet. “ablations list” names the studies, “ablations run STUDY” runs one."
    summary = f"{found}, each below with the answer to its question." if studies else none
    gallery = GALLERY if (reports_folder / GALLERY).is_file() else None
    text = render("index.html", studies=studies, summary=summary, gallery=gallery, source="results")
    write(page, text)
    return page


def _entry(folder: Path, reports_folder: Path) -> Context:
    try:
        return _read_entry(folder, reports_folder)
    except Exception as error:  # one study's must not keep others from the index; its own page gives it in full
        why = error if isinstance(error, RequestError) else said(error)
        return {
            "name": folder.name,
            "question": folder.name,
            "page": None,
            "sentence": f"These results can’t be read: {why}",
            "facts": "",
        }


def _read_entry(folder: Path, reports_folder: Path) -> Context:
    results = read_results(folder)
    study, findings = results.study, PageFindings(results, follow_ups(folder, results))
    counts = findings.counts
    run = count(counts["run"], "trial")
    if counts["run"] < counts["wanted"]:
        run = f"{counts['run']} of {counts['wanted']} trials"
    unlucky = [f"{counts[status]} {status}" for status in ("diverged", "failed") if counts[status]]
    date = moment(results.manifest.get("ended") or results.manifest.get("started"))
    facts = [short(study.task), study.design, run, *unlucky, date]
    page = f"{study.name}/index.html"
    with tell_apart(study.factors.values()):
        sentence = answer(findings).sentence
    return {
        "name": study.name,
        "question": study.question or study.name,
        "page": page if (reports_folder / page).is_file() else None,
        "sentence": sentence,
        "facts": " · ".join(facts),
    }

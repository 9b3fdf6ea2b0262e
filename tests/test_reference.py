"""The report in the repository is that of the results in the repository."""

from pathlib import Path

from experiments.report.study_page import write_study_report

ROOT = Path(__file__).parent.parent


def test_the_committed_report_is_what_the_committed_results_give(tmp_path):
    page = write_study_report(ROOT / "results/reference", tmp_path)
    committed = ROOT / "reports/reference"
    told = "write it again: ablations report reference"
    assert (page.parent / "report.md").read_text() == (committed / "report.md").read_text(), told
    pictures = sorted(one.name for one in (page.parent / "figures").iterdir())
    assert pictures == sorted(one.name for one in (committed / "figures").iterdir()), told


def test_it_is_small_enough_for_a_repository():
    folders = [ROOT / "results/reference", ROOT / "reports/reference"]
    files = [one for folder in folders for one in folder.rglob("*") if one.is_file() and "journal" not in one.name]
    assert sum(one.stat().st_size for one in files) < 3 * 2**20

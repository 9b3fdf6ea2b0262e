"""The report in the repository is that of the results in the repository."""

import subprocess
from pathlib import Path

import pytest

from experiments.report.pages.study_page import write_study_report
from tests.experiments.report.conftest import _nothing_drawn  # noqa: F401 (a fixture)

ROOT = Path(__file__).parent.parent


@pytest.mark.usefixtures("_nothing_drawn")  # of pictures only the names are compared
def test_the_committed_report_is_what_the_committed_results_give(tmp_path):
    page = write_study_report(ROOT / "results/reference", tmp_path)
    committed = ROOT / "reports/reference"
    told = "write it again: ablations report reference"
    assert (page.parent / "report.md").read_text() == (committed / "report.md").read_text(), told
    pictures = sorted(path.name for path in (page.parent / "figures").iterdir())
    assert pictures == sorted(path.name for path in (committed / "figures").iterdir()), told


def test_it_is_small_enough_for_a_repository():
    told = subprocess.run(
        ["git", "ls-files", "results", "reports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    files = [ROOT / line for line in told.stdout.splitlines()]
    if not files:
        pytest.skip("no checkout of git, which knows what is committed")
    assert sum(file.stat().st_size for file in files if file.is_file()) < 3 * 2**20

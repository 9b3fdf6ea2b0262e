"""What is said of the method holds for the study."""

from experiments.report.findings import Findings
from experiments.report.methods import methods
from experiments.report.results import read_results


def of(results, name: str) -> str:
    return "\n".join(methods(Findings(read_results(results / name))))


def test_a_tuned_grid(results) -> None:
    text = of(results, "planted")
    assert "m = 5 for the levels, m = 17 for the configurations" in text
    assert "chosen on these same seeds" in text
    assert "6 families of comparisons are made on this page" in text
    assert "(levels, levels with each level of another factor, others with the best, the best with the tuned" in text
    assert "expect at most 0.30 false findings" in text


def test_one_seed_speaks_of_no_interval(results) -> None:
    text = of(results, "one-seed")
    assert "Student" not in text
    assert "false finding" not in text


def test_nothing_ran(results) -> None:
    assert "Student" not in of(results, "empty")

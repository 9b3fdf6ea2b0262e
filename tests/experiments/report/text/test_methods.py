"""What is said of the method holds for the study."""

from experiments.report.text.methods import methods
from tests.experiments.report.found import found_in


def of(results, name: str) -> str:
    return "\n".join(methods(found_in(results / name)))


def test_a_tuned_grid(results) -> None:
    text = of(results, "planted")
    assert "judged step by step (Holm 1979)" in text
    assert "chosen on these same seeds" in text
    assert (
        "At most 5 % of pages like this one hold any false finding: that chance is divided among its families" in text
    )
    dealt = "0.03 for the 5 levels, 0.005 for the 14 other configurations against the tuned baseline, 0.013 for the 2 "
    assert f"{dealt}interactions and 0.0025 for the 17 others beside the best." in text
    assert "with 99.75 % confidence: constrained intervals" in text


def test_one_seed_speaks_of_no_interval(results) -> None:
    text = of(results, "one-seed")
    assert "Student" not in text
    assert "false finding" not in text


def test_nothing_ran(results) -> None:
    assert "Student" not in of(results, "empty")

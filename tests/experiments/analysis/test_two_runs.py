"""Two runs side by side."""

import pytest

from experiments.analysis.two_runs import two_run_table, varied_in_either
from tests.experiments.report.results_folder import declared_study, trial_rows

FACTORS = {"activation": ["relu", "tanh"], "learning_rate": [0.01]}
CELLS = [{"activation": level, "learning_rate": 0.01} for level in ("relu", "tanh")]


def run(gain, seeds=range(6), cells=CELLS):
    return declared_study(
        trial_rows(cells, seeds, lambda cell, seed: 0.8 + gain(cell) + seed / 100 + (seed % 3) / 1000 * gain(cell)),
        factors=FACTORS,
    )


def test_cells_in_common_are_compared_on_the_seeds_in_common() -> None:
    first, one = run(lambda cell: 0.0)
    second, other = run(lambda cell: 0.03 * (cell["activation"] == "tanh"), range(2, 9), CELLS[::-1])
    names = varied_in_either(one, other)
    assert names == ["activation"]
    table = two_run_table(first, second, other, names).set_index("activation")
    assert table["n"].tolist() == [4, 4]
    assert table["mean"].to_dict() == pytest.approx({"relu": 0.0, "tanh": 0.03}, abs=1e-4)
    assert table["outcome"].to_dict() == {"relu": "identical", "tanh": "better"}
    assert table.loc["relu", "first"] == pytest.approx(0.825)


def test_cells_of_one_run_alone_are_left_out() -> None:
    first, _ = run(lambda cell: 0.0, cells=CELLS[:1])
    second, other = run(lambda cell: 0.0)
    assert two_run_table(first, second, other, ["activation"])["activation"].tolist() == ["relu"]
    nothing, _ = run(lambda cell: 0.0, cells=[{"activation": "elu", "learning_rate": 0.01}])
    assert two_run_table(nothing, second, other, ["activation"]).empty

"""What a diverged trial of another tool scores, where that is given."""

import pandas as pd
import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.failure_score import failure_score_of
from experiments.interchange.imports.foreign import read_foreign
from experiments.interchange.imports.writer import write_imported
from experiments.results.results import read_results

COLUMNS = {"factors": "activation", "score": "val_acc", "seed": "seed"}


@pytest.fixture
def table(tmp_path):
    """Of 10 seeds of tanh one has no score, in shares of 1 or in per cent."""

    def written(factor):
        scores = [
            *(factor * (0.9 + seed / 1000) for seed in range(10)),
            *(factor * (0.95 + seed / 1000) for seed in range(9)),
            None,
        ]
        activations = ["relu"] * 10 + ["tanh"] * 10
        frame = pd.DataFrame({"activation": activations, "seed": [*range(10)] * 2, "val_acc": scores})
        frame.to_csv(tmp_path / "runs.csv", index=False)
        return tmp_path / "runs.csv"

    return written


@pytest.mark.parametrize(
    ("factor", "given", "cost", "how"),
    [(1, None, 0.9, "worst"), (1, "0.5", 0.5, "declared"), (100, "50", 0.5, "declared"), (1, "0", 0.0, "declared")],
)
def test_a_row_without_a_score_costs_what_is_given_else_the_worst_score(
    table, tmp_path, factor, given, cost, how
) -> None:
    read = read_foreign(table(factor), failure_score=given, **COLUMNS)
    results = read_results(write_imported(read, tmp_path / "results", "runs", "ablations report"))
    row = results.trials[results.trials["status"].eq("diverged")].iloc[0]
    assert (row["validation_accuracy"], row["score_is"]) == (pytest.approx(cost), how)


@pytest.mark.parametrize(
    ("factor", "given", "allowed"), [(1, "1.5", "from 0 to 1"), (1, "bad", "a number"), (1, "nan", "a number")]
)
def test_what_is_no_such_score_is_refused(table, factor, given, allowed) -> None:
    with pytest.raises(RequestError, match=f'--failure-score: got "?{given}"?.*{allowed}'):
        read_foreign(table(factor), failure_score=given, **COLUMNS)


def test_any_number_is_a_loss() -> None:
    assert failure_score_of("val_loss", "loss", 25.0) == 25.0

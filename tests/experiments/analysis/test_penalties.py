"""How much of a loss is penalty, with the share planted."""

import pytest

from experiments.analysis.penalties import penalty_shares
from tests.experiments.report.results_folder import cells_of, declared_study, trial_rows

FACTORS = {"loss": ["cross_entropy", "mean_squared_error"], "regularizer": ["none", "l1(l1=0.1)"]}
PLAIN = {"cross_entropy": 0.3, "mean_squared_error": 0.02}


def trials(factors=FACTORS):
    table = trial_rows(cells_of("grid", factors, {}, {}), range(4), lambda levels, seed: 0.9)
    penalty = table["regularizer"].ne("none") * 0.1
    return table.assign(validation_loss=table["loss"].map(PLAIN) * (1 + table["seed"]) + penalty * (1 + table["seed"]))


def test_the_planted_share_by_loss():
    table = penalty_shares(*declared_study(trials(), factors=FACTORS)).set_index("loss")["share"]
    assert table.to_dict() == pytest.approx({"cross_entropy": 0.1 / 0.4, "mean_squared_error": 0.1 / 0.12})


@pytest.mark.parametrize("factor", ["loss", "regularizer"])
def test_without_both_or_without_none_there_is_nothing(factor):
    some = FACTORS | {factor: FACTORS[factor][1:]}
    assert penalty_shares(*declared_study(trials(some), factors=some)).empty


def test_what_diverged_is_left_out():
    table = trials()
    table.loc[table["seed"].eq(0), ["status", "validation_loss"]] = "diverged", None
    shares = penalty_shares(*declared_study(table, factors=FACTORS)).set_index("loss")["share"]
    assert shares["mean_squared_error"] == pytest.approx(0.1 / 0.12)

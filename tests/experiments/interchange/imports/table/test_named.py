"""Columns found by the names that users give."""

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.table.named import column_of
from tests.experiments.interchange.imports.table.verdicts import read


@pytest.mark.parametrize(
    "column", ["lr", "params.lr", "params_lr", "param_lr", "config/lr", "hparams/lr", "user_attrs_lr"]
)
def test_prefixes_of_exports(column):
    assert column_of("--factors", "lr", ["a", column]) == column


def test_a_name_of_its_own_comes_before_prefixes():
    assert column_of("--factors", "lr", ["params.lr", "lr"]) == "lr"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["params.lr", "config.lr"], r'--factors: got "lr", which may be "params.lr" \(column 1\) and "config.lr"'),
        (["lr", "a", "lr"], r'"lr" \(column 1\) and "lr" \(column 3\); rename one, or leave it out'),
        (["LR", "a"], 'got "lr".*Allowed: LR, a'),
    ],
)
def test_what_is_not_one_column_is_refused(header, message):
    with pytest.raises(RequestError, match=message):
        column_of("--factors", "lr", header)


def test_columns_that_nobody_asks_for_may_be_there_twice(tmp_path):
    assert read(tmp_path, "a,x,x,,val_acc\nrelu,1,2,,0.5\n").rows[0]["a"] == "relu"


def test_one_column_is_not_two_factors(tmp_path):
    with pytest.raises(RequestError, match=r'--factors: a and params\.a are one column, "params.a"'):
        read(tmp_path, "params.a,val_acc\nrelu,0.5\n", factors="a,params.a")

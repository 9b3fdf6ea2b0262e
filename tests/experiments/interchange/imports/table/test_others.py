"""Columns that nobody named are told of where they may have been varied."""

import pytest

from tests.experiments.interchange.imports.table.verdicts import read, said

TABLE = """a,lr,host,seed,val_acc,train_acc,note
relu,0.1,x,0,0.51,0.9,s
relu,0.01,y,1,0.52,0.9,t
tanh,0.1,x,0,0.61,0.8,u
tanh,0.01,y,1,0.62,0.8,v
"""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"seed": "seed"}, "Varied too, and not among --factors: lr, host."),
        ({}, "Rows of one configuration differ in lr, host, seed, and are taken for repetitions of one another."),
        ({"factors": "a,lr", "seed": "seed"}, "Varied too, and not among --factors: host."),
    ],
)
def test_what_varies(tmp_path, options, told):
    assert told in said(read(tmp_path, TABLE, **options))


def test_settings_by_their_prefix_vary_though_no_value_comes_again(tmp_path):
    text = TABLE.replace(",note", ",params.note")
    assert "not among --factors: lr, host, params.note." in said(read(tmp_path, text, seed="seed"))


def test_a_second_column_as_pandas_calls_it(tmp_path):
    text = TABLE.replace("train_acc", "val_acc.1")
    assert "There is a column val_acc.1 beside val_acc" in said(read(tmp_path, text, seed="seed"))


def test_nothing_is_told_where_nothing_varies(tmp_path):
    text = "a,lr,seed,val_acc\nrelu,0.1,0,0.5\ntanh,0.1,0,0.6\n"
    assert "aried" not in said(read(tmp_path, text, seed="seed"))

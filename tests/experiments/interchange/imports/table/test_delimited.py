"""Files of delimited text, as programs and people write them."""

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.table.delimited import read_delimited
from tests.experiments.interchange.imports.table.verdicts import read, said

PLAIN = "a,seed,val_acc\nrelu,0,0.5\ntanh,0,0.6\n"


def cells(place):
    found = read_delimited(place, lambda header: sum(name in header for name in ("a", "seed", "val_acc")))
    return found.columns, found.rows


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text, ""),
        (lambda text: text.replace(",", ";"), "separated by semicolons"),
        (lambda text: text.replace(",", "\t"), "separated by tabs"),
        (lambda text: text.replace(",", "|"), "separated by vertical bars"),
        (lambda text: "sep=;\n" + text.replace(",", ";"), "separated by semicolons"),
        (lambda text: "\ufeff" + text, ""),
        (lambda text: text.replace("\n", "\r\n"), ""),
        (lambda text: "\n" + text.replace("\n", "\n\n"), ""),
        (lambda text: text.replace("\n", ",,\n"), ""),
        (lambda text: text + ",,\n", "1 row without any content: left out."),
        (lambda text: text.replace("a,", '"a",').replace("relu", '" relu "'), ""),
        (lambda text: text.replace("a,", " a ,").replace("relu", "relu\u00a0\u200b"), ""),
        (lambda text: PLAIN[:26] + PLAIN[:15] + PLAIN[26:], "The header is repeated in 1 row: left out."),
        (lambda text: text.removesuffix("\n"), ""),
    ],
)
def test_one_table_in_many_forms(tmp_path, change, told):
    found = read(tmp_path, change(PLAIN), seed="seed")
    assert [(row["a"], row["seed"], row["validation_accuracy"]) for row in found.rows] == [
        ("relu", 0, 0.5),
        ("tanh", 0, 0.6),
    ]
    assert told in said(found)


@pytest.mark.parametrize(("encoding", "told"), [("utf-16", ["utf-16"]), ("cp1252", ["cp1252"]), ("utf-8", [])])
def test_encodings(tmp_path, encoding, told):
    place = tmp_path / "t.csv"
    place.write_bytes("a,val_acc\nà,0.5\n".encode(encoding))
    found = read_delimited(place, len)
    assert found.rows == [["à", "0.5"]]
    assert found.said == [f"The file is read as {description}." for description in told]


def test_quotes_hold_separators_and_lines(tmp_path):
    (tmp_path / "t.csv").write_text('a,val_acc\n"[64, 32]\nx",0.5\n')
    assert cells(tmp_path / "t.csv") == (["a", "val_acc"], [["[64, 32] x", "0.5"]])


def test_a_cell_may_be_long(tmp_path):
    (tmp_path / "t.csv").write_text(f"a,val_acc\n{'x' * 200_000},0.5\n")
    assert len(cells(tmp_path / "t.csv")[1][0][0]) == 200_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("a,val_acc\n", "has no rows"),
        ("a,val_acc\nrelu\n", "row 1 has 1 cell, the header 2; is the file cut off"),
        ("a,val_acc\nrelu,0.5\ntanh,0,6\n", "row 2 has 3 cells, the header 2; is a quote missing"),
        ("a,val_acc\n\x00\x01,1\n", "it is not text"),
        ("a val_acc\nrelu 0.5\n", '--factors: got "a".*Allowed: a val_acc'),
    ],
)
def test_what_can_not_be_read(tmp_path, text, message):
    with pytest.raises(RequestError, match=message):
        read(tmp_path, text)


def test_a_file_that_can_not_be_opened(tmp_path):
    with pytest.raises(RequestError, match="can't be read: Is a directory"):
        read_delimited(tmp_path, len)

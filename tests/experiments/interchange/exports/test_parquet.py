"""Results in Parquet, read back by pyarrow and pandas."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.interchange.exports.parquet import export_parquet

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
FILES = [("trials.parquet", "trials.csv"), ("history.parquet", "history.csv")]


@pytest.fixture
def target(study_folder, tmp_path):
    return export_parquet(study_folder, tmp_path / "out")


def as_csv(value):
    return "" if value is None else str(value)


@pytest.mark.parametrize(("file", "same"), FILES)
def test_rows_and_columns_are_those_of_the_csv(target, csv, file, same):
    read, expected = parquet.read_table(target / file), csv(same)
    assert read.column_names == list(expected.columns)
    for name in read.column_names:
        found = read[name].to_pylist()
        if name == "learning_rate":  # 1 and 0.01 are one column of numbers
            assert found == [float(cell) for cell in expected[name]]
        else:
            assert [as_csv(value) for value in found] == list(expected[name])


def test_columns_have_types(target):
    kinds = {field.name: field.type for field in parquet.read_schema(target / "trials.parquet")}
    of = {kind: {name for name, found in kinds.items() if found == kind} for kind in set(kinds.values())}
    assert of[pa.int64()] == {"seed", "epochs", "parameters", "epochs_run"}
    assert of[pa.bool_()] == {"batch_normalization"}
    assert {"learning_rate", "loss.huber.delta", "train_loss", "test_accuracy", "seconds"} < of[pa.float64()]
    assert {"trial", "cell", "regularizer", "units", "schedule", "status", "error"} < of[pa.string()]
    history = {field.name: field.type for field in parquet.read_schema(target / "history.parquet")}
    assert (history["trial"], history["epoch"]) == (pa.string(), pa.int64())


def test_what_is_not_there_is_null(target):
    read = {row["trial"]: row for row in parquet.read_table(target / "trials.parquet").to_pylist()}
    assert read["b0"]["train_loss"] is None
    assert read["b0"]["loss.huber.delta"] is None
    assert read["a1"]["parameters"] is None
    assert read["a0"]["error"] is None
    assert read["a1"]["error"] == 'ValueError: got "ü", no number'
    assert (read["a0"]["regularizer"], read["b0"]["regularizer"]) == ("none", "0.5")


@pytest.mark.parametrize(("file", "same"), FILES)
def test_pandas_reads_what_it_reads_of_the_csv(target, study_folder, file, same):
    text = {"regularizer": str, "error": str}
    expected = pd.read_csv(study_folder / same, dtype=text, keep_default_na=False, na_values=[""])
    read = pd.read_parquet(target / file)
    for name in expected:
        if expected[name].dtype == "float64":
            np.testing.assert_array_equal(read[name].to_numpy(float), expected[name].to_numpy(float))
        else:
            assert read[name].astype(object).where(read[name].notna(), None).tolist() == (
                expected[name].astype(object).where(expected[name].notna(), None).tolist()
            )


@pytest.mark.parametrize("file", [name for name, _ in FILES])
def test_a_file_says_what_study_it_is_of(target, study_folder, file):
    described = parquet.read_schema(target / file).metadata
    assert described[b"study"] == b"all-sorts"
    assert json.loads(described[b"manifest"]) == json.loads((study_folder / "manifest.json").read_text("utf-8"))

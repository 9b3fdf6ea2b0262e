"""What all exports share: the journal as they read it, the folder that they may replace."""

import math
import os

import pytest

from experiments.errors import RequestError
from experiments.interchange.exports.results import clear, environment, read_results, require, settings_of
from experiments.study import study_file
from experiments.study.study import Study

ALL = study_file.default_studies()


@pytest.mark.parametrize("path", ALL, ids=[path.stem for path in ALL])
def test_settings_are_the_columns_of_the_csv(path):
    study = study_file.load(path)
    assert isinstance(study, Study)
    assert settings_of({"study": study.describe()}) == study.settings


def test_rows_are_those_of_the_csv(study_folder, csv):
    results = read_results(study_folder)
    assert [row["trial"] for row in results.rows] == list(csv("trials.csv")["trial"])
    assert {row["schedule"] for row in results.rows} == {"constant"}  # which no row has in the journal
    assert list(results.cells()) == ["ca", "cb"]
    assert results.scores == ["validation_accuracy", "test_accuracy"]
    assert results.telemetry == ["gradient_norm/dense_0"]
    assert "loss.huber.delta" not in results.settings_of(results.cells()["cb"][0])


def test_a_trial_ends_with_what_its_row_says(study_folder):
    results = read_results(study_folder)
    ending = {row["trial"]: results.ending_of(row) for row in results.rows}
    assert ending["a0"]["test_accuracy"] == 0.625
    assert ending["a1"] == {}
    assert set(ending["b0"]) == {"train_loss", "validation_loss", "validation_accuracy", "test_accuracy"}
    assert all(map(math.isnan, ending["b0"].values()))


def test_a_folder_is_cleared_where_an_export_wrote_it(tmp_path):
    target = clear(tmp_path / "new" / "one")
    (target / "old").mkdir()
    assert [path.name for path in clear(target).iterdir()] == [".keras-ablations"]
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(RequestError, match="holds other files"):
        clear(tmp_path)
    assert (tmp_path / "thesis.txt").is_file()
    with pytest.raises(NotADirectoryError):
        clear(tmp_path / "thesis.txt")


def test_what_is_not_installed_is_named_with_the_command():
    require("mlflow", "json")
    with pytest.raises(RequestError) as error:
        require("mlflow", "json", "no_such_thing", "nor_such")
    assert str(error.value) == (
        '--to mlflow: needs no_such_thing and nor_such, not installed here; pip install "keras-ablations[mlflow]"'
    )


def test_the_environment_is_as_before(monkeypatch):
    monkeypatch.setenv("ABLATIONS_A", "before")
    monkeypatch.delenv("ABLATIONS_B", raising=False)
    with environment(ABLATIONS_A="a", ABLATIONS_B="b"):
        assert (os.environ["ABLATIONS_A"], os.environ["ABLATIONS_B"]) == ("a", "b")
    assert os.environ["ABLATIONS_A"] == "before"
    assert "ABLATIONS_B" not in os.environ

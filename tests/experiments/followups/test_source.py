"""Which study is tested, with which settings, and what may not have changed since."""

import json
import shutil

import pytest

from experiments.errors import RequestError
from experiments.followups.confirm import confirmation
from experiments.followups.source import read_source
from experiments.study import study_file
from tests.experiments.followups.conftest import STUDY


def test_what_can_not_be_tested_says_why(results, carried_out, tmp_path) -> None:
    with pytest.raises(RequestError, match='did you mean "small"'):
        read_source(results, "smal")
    source = read_source(results, "small")
    carried_out(confirmation(source, [source.rows[0]["cell"]], 1), tmp_path)
    with pytest.raises(RequestError, match="themselves a test of small"):
        read_source(tmp_path, "small-confirm")


def test_a_setting_that_has_changed_since_is_told(results) -> None:
    place = results.parent / "small.toml"
    place.write_text(STUDY.replace("batch_size = 16", "batch_size = 8"))
    try:
        with pytest.raises(RequestError, match="batch_size: the results have 16, the study has 8"):
            read_source(results, "small")
    finally:
        place.write_text(STUDY)


def test_a_study_run_with_other_epochs_is_tested_with_those(tmp_path, carried_out) -> None:
    (tmp_path / "small.toml").write_text(STUDY)
    study = study_file.load(tmp_path / "small.toml").with_epochs(1).with_seeds([0])
    carried_out(study, tmp_path / "results")
    source = read_source(tmp_path / "results", "small")
    assert {source.cell(row["cell"])["epochs"] for row in source.rows} == {1}


def test_rates_that_a_run_has_added_can_be_tested(tmp_path, carried_out) -> None:
    (tmp_path / "small.toml").write_text(STUDY)
    study = study_file.load(tmp_path / "small.toml").with_epochs(1).with_seeds([0]).with_rates([1.0])
    carried_out(study, tmp_path / "results")
    source = read_source(tmp_path / "results", "small")
    assert {source.cell(row["cell"])["learning_rate"] for row in source.rows} == {0.003, 0.1, 1.0}


def test_code_of_a_manifest_from_elsewhere_is_not_run(results, tmp_path) -> None:
    shutil.copytree(results / "small", tmp_path / "results" / "small")
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\ndef net(input_shape, outputs): ...\n")
    (tmp_path / "small.toml").write_text(STUDY.replace("[model]\nunits = [4]", '[model]\nkind = "evil.py:net"'))
    manifest = tmp_path / "results" / "small" / "manifest.json"
    place = json.loads(manifest.read_text())["command"].split()[-1]
    manifest.write_text(manifest.read_text().replace(place, str(tmp_path / "small.toml")))
    with pytest.raises(RequestError, match=r"names the code evil\.py:net, which is not among"):
        read_source(tmp_path / "results", "small")
    assert not (tmp_path / "ran").exists()


def test_results_without_a_journal_are_read_from_their_csvs(results, tmp_path) -> None:
    shutil.copytree(results / "small", tmp_path / "small")
    (tmp_path / "small" / "journal.sqlite").unlink()
    before, after = read_source(results, "small"), read_source(tmp_path, "small")
    assert (after.study, after.seeds) == (before.study, before.seeds)
    assert {row["trial"] for row in after.rows} == {row["trial"] for row in before.rows}
    assert [path.name for path in tmp_path.joinpath("small").glob("journal*")] == []

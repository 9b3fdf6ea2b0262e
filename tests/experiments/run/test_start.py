"""What a run refuses before it trains: other settings, other data, models that do not fit, objects out of reach."""

import json
import time
from dataclasses import replace

import pytest

from experiments.errors import RequestError
from experiments.run import runner
from experiments.train.executors.catalog import make_executor
from tests.experiments.run.shared import csv
from tests.experiments.scripted import HANGS, Scripted
from tests.experiments.studies import tiny


def test_a_changed_setting_is_refused_and_named(run, tmp_path):
    run(tiny())
    before = csv(tmp_path)
    with pytest.raises(RequestError, match="epochs: the results have 2, the study has 3"):
        run(tiny(epochs=3))
    assert csv(tmp_path) == before


def test_changed_data_are_refused(run, trainer):
    run(tiny(seeds=1))
    trainer.data = "d2"
    with pytest.raises(RequestError, match="the data have changed"):
        run(tiny(seeds=2))


def test_results_that_were_imported_are_not_written_over(run, tmp_path):
    study = tiny()
    folder = tmp_path / study.name
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"imported": {"path": "searches/mine"}}))
    with pytest.raises(RequestError, match="results imported from searches/mine; --fresh sets them aside"):
        run(study)
    assert [path.name for path in folder.iterdir()] == ["manifest.json"]
    assert run(study, fresh=True).statuses == {"ok": len(study.trials)}


def test_data_that_cannot_be_drawn_in_time_end_the_run_in_time(run, tmp_path):
    summary = run(tiny(), executor=Scripted(lambda job, say: HANGS), deadline=time.monotonic() + 0.5)
    assert (summary.stopped, summary.trained, summary.left) == ("time", 0, 4)
    assert "go on with: ablations run tiny" in runner.resume_hint(summary, 1)


def test_what_does_not_fit_is_refused_before_training_and_runs_once_it_is_mended(run, trainer):
    trainer.misfit = "model net: the model gives (None, 2), the task wants (None, 3)"
    with pytest.raises(RequestError, match=r"^tiny: nothing was trained\nmodel net: the model gives \(None, 2\)"):
        run(tiny())
    assert trainer.asked == []
    trainer.misfit, trainer.notes, said = "", ("model net: the class Own overrides fit",), []
    mended = replace(tiny(), sources={"net": "mended"})
    assert run(mended, said=said).statuses == {"ok": 4}
    assert "model net: the class Own overrides fit" in said
    assert trainer.checked == [trial.id for trial in mended.trials]


def test_objects_of_this_process_are_refused_where_jobs_run_in_another(tmp_path):
    study = replace(tiny(), objects={"build": lambda: None})
    executor = make_executor("processes", tmp_path / "log.txt", 1)
    with pytest.raises(RequestError, match='which no other process can have; executor: allowed is "inline"'):
        runner.run(study, tmp_path, executor)
    assert list(tmp_path.iterdir()) == []

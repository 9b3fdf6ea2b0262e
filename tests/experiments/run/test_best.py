"""The model of the best trial: which one it is, and when it is written."""

import time

from experiments.api import Results
from experiments.report.page_findings import PageFindings
from experiments.report.text.choice import use_text
from experiments.results.results import read_results
from experiments.study.narrowing import keep_levels
from experiments.train import worker
from tests.experiments.run.shared import four
from tests.experiments.scripted import HANGS, Scripted
from tests.experiments.studies import tiny


def test_the_page_says_where_best_is_another_request_s(run, trainer, tmp_path):
    run(tiny())
    best, more = tmp_path / "tiny" / "best.keras", keep_levels(tiny(seeds=3), "activation", ["tanh"])
    first = best.read_text()
    trainer.diverge = {trial.id for trial in more.trials if trial.seed == 2}
    run(more)  # tanh ranks after relu now, which was not asked for
    page = PageFindings(read_results(tmp_path / "tiny"))
    assert page.words(page.best["cell"]) == "relu"
    assert best.read_text() == first
    said = (
        "best.keras is the model of tanh, seed 1, and not of what is best now, relu, seed 1: a run of the whole study"
    )
    assert said in use_text(page)
    results = Results(tmp_path / "tiny")
    assert results.cells()["activation"].tolist() == ["relu", "tanh"]
    assert results.best()["trial"] == page.best_trial != first
    run(tiny(seeds=3))
    page = PageFindings(read_results(tmp_path / "tiny"))
    assert best.read_text() == page.best_trial
    assert "not of what is best now" not in use_text(page)


def test_best_is_the_best_seed_of_the_best_whole_cell(run, trainer, tmp_path):
    study = tiny(seeds=3)
    run(study)
    tanh = next(t for t in study.trials if t.seed == 2 and t.settings["activation"]["name"] == "tanh")
    assert (tmp_path / "tiny" / "best.keras").read_text() == tanh.id
    trainer.diverge = {tanh.id}
    run(study, fresh=True)
    relu = next(t for t in study.trials if t.seed == 2 and t.settings["activation"]["name"] == "relu")
    assert (tmp_path / "tiny" / "best.keras").read_text() == relu.id


def test_the_best_of_a_stack_that_was_planned_anew_is_trained_again_in_that_one(run, trainer, tmp_path):
    trainer.stop_after = 1
    run(four(), engine="auto")
    trainer.stop_after = None
    run(keep_levels(four(), "activation", ["tanh"]), engine="auto")
    (saved,) = trainer.saved
    assert len(saved) == 2
    assert (tmp_path / "tiny" / "best.keras").is_file()


def test_no_time_for_the_best_is_said(run, trainer, tmp_path):
    said = []

    def end(job, say):
        return HANGS if job.function == worker.save else None

    run(tiny(), executor=Scripted(end), said=said, deadline=time.monotonic() + 0.5)
    assert any(line.endswith("not written, the time was up; the same command writes it") for line in said)

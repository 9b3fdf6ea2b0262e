"""What the runner trains, keeps, refuses and resumes. Training itself is stood in for; it has its own tests."""

import itertools
import json
import time
from dataclasses import replace

import pandas as pd
import pytest

from experiments.api import Results
from experiments.errors import RequestError
from experiments.followups.growth import Growth
from experiments.report.page_findings import PageFindings
from experiments.report.text.caveats import caveats
from experiments.report.text.choice import use_text
from experiments.report.text.methods import methods
from experiments.results.results import read_results
from experiments.run import runner
from experiments.store import software
from experiments.store.chunk import Chunk
from experiments.store.journal import Journal, Outcome
from experiments.store.manifest_file import read_manifest
from experiments.study.columns import history_columns, telemetry_columns, trial_columns
from experiments.train import jobs, worker
from experiments.train.executors.catalog import make_executor
from experiments.train.executors.executor import Ended
from experiments.train.executors.inline import Inline
from tests.experiments.scripted import HANGS, Scripted
from tests.experiments.studies import tiny


class Trainer:
    """Stands in for training: a score that is a function of the trial, and a record of what was asked."""

    def __init__(self):
        self.asked, self.fail, self.diverge, self.stop_after, self.seconds = [], set(), set(), None, 0.0
        self.data = "d1"
        self.misfit, self.notes, self.checked = "", (), []
        self.plans = 0
        self.refuse, self.stacks, self.saved, self.most, self.broken = (), [], [], 100, False

    def train(self, study, trial):
        if self.stop_after is not None and len(self.asked) >= self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(trial.id)
        time.sleep(self.seconds)
        if trial.id in self.fail:
            return worker.failed(trial, "ValueError: no luck")
        row = {"status": "ok", "epochs_run": 2, "seconds": 0.01 + self.seconds, "engine": "serial", "parameters": 9}
        if trial.id in self.diverge:
            return Outcome(trial.id, row | {"status": "diverged", "constant_score": 0.5})
        score = {"relu": 0.8, "tanh": 0.9}[study.labels(trial.settings)["activation"]] + trial.seed / 100
        losses = {"train_loss": 1 - score, "validation_loss": 1 - score}
        metrics = {"validation_accuracy": score, "validation_cross_entropy": 1 - score}
        row |= losses | metrics | {"test_accuracy": score, "test_cross_entropy": 1 - score}
        return Outcome(trial.id, row, [{"epoch": 1, **losses, **metrics}])

    def describe(self, study, trial):
        return {"backend": "tensorflow", "device": "cpu", "floatx": "float32", "data_digest": self.data}

    def check(self, study, trials):
        self.checked = [trial.id for trial in trials]
        if self.misfit:
            raise RequestError(self.misfit)
        return list(self.notes)

    def ready(self):
        pass

    def plan(self, study, trials):
        """Stacks of a seed's cells; `refuse` holds activations that can't be stacked."""
        self.plans += 1
        cells = [trial for trial in trials if study.labels(trial.settings)["activation"] not in self.refuse]
        seeds = sorted({trial.seed for trial in cells})
        chunks = [Chunk(tuple(one.cell for one in cells if one.seed == seed), (seed,), (), "p") for seed in seeds]
        return chunks, {trial.cell: "no rule" for trial in trials if trial not in cells}

    def train_chunk(self, study, chunk, trials):
        self.stacks.append(chunk)
        if len(trials) > self.most:
            raise MemoryError("does not fit")
        if self.broken:
            raise TypeError("a part of the user's")
        found = [self.train(study, trial) for trial in trials]
        return [replace(one, row=one.row | {"engine": "fused"}) for one in found]

    def save(self, study, trial, chunk, trials):
        self.saved.append(chunk)
        return self.train(study, trial).row, trial.id.encode()


@pytest.fixture
def trainer(monkeypatch):
    made = Trainer()
    for name in ("train", "train_chunk", "plan", "ready", "describe", "check", "save"):
        monkeypatch.setattr(worker, name, getattr(made, name))
    return made


@pytest.fixture
def run(tmp_path, trainer):
    def run(study, **options):
        said = options.pop("said", [])
        executor = options.pop("executor", Inline())
        options.setdefault("engine", "serial")
        return runner.run(study, tmp_path, executor, say=said.append, **options)

    return run


def csv(tmp_path, name="trials.csv"):
    return (tmp_path / "tiny" / name).read_bytes()


def test_a_run_fills_the_folder(run, tmp_path):
    study = tiny()
    summary = run(study)
    assert (summary.statuses, summary.trained, summary.left, summary.stopped) == ({"ok": 4}, 4, 0, "")
    table = pd.read_csv(tmp_path / "tiny" / "trials.csv")
    assert list(table) == trial_columns(study.settings, study.metrics)
    assert list(table["seed"]) == [0, 0, 1, 1]
    assert set(table["trial"]) == {trial.id for trial in study.trials}
    assert len(pd.read_csv(tmp_path / "tiny" / "history.csv")) == 4
    manifest = json.loads((tmp_path / "tiny" / "manifest.json").read_text())
    assert manifest["trials"] == {"wanted": 4, "ok": 4, "diverged": 0, "failed": 0}
    assert manifest["study"]["factors"] == {"activation": ["relu", "tanh"]}
    assert manifest["command"] == "ablations run tiny"


def test_a_second_run_trains_nothing_and_changes_no_byte(run, trainer, tmp_path):
    run(tiny())
    before = {path.name: path.read_bytes() for path in (tmp_path / "tiny").iterdir() if path.suffix != ".sqlite"}
    trainer.asked.clear()
    assert run(tiny()).trained == 0
    assert trainer.asked == []
    assert before == {name: (tmp_path / "tiny" / name).read_bytes() for name in before}


def test_more_seeds_and_levels_extend_without_retraining(run, trainer, tmp_path):
    run(tiny(seeds=1, factors={"activation": ["relu"]}))
    trainer.asked.clear()
    summary = run(tiny(seeds=2))
    assert summary.trained == 3
    assert summary.statuses == {"ok": 4}
    manifest = json.loads((tmp_path / "tiny" / "manifest.json").read_text())
    assert manifest["study"]["seeds"] == [0, 1]
    assert manifest["study"]["factors"]["activation"] == ["relu", "tanh"]


def test_results_of_code_that_has_changed_between_say_so(run, tmp_path, monkeypatch):
    monkeypatch.setattr(software, "code_digest", lambda: "before")
    run(tiny(seeds=1))
    monkeypatch.setattr(software, "code_digest", lambda: "after")
    run(tiny(seeds=2))
    manifest = json.loads((tmp_path / "tiny" / "manifest.json").read_text())
    assert (manifest["code_digest"], manifest["earlier_code_digests"]) == ("after", ["before"])


def test_a_part_of_a_study_keeps_what_the_whole_has(run, tmp_path):
    run(tiny())
    best = tmp_path / "tiny" / "best.keras"
    before = csv(tmp_path), best.read_bytes()
    run(tiny(seeds=1, factors={"activation": ["relu"]}))
    assert (csv(tmp_path), best.read_bytes()) == before


def test_a_changed_setting_is_refused_and_named(run, tmp_path):
    run(tiny())
    before = csv(tmp_path)
    with pytest.raises(RequestError, match="epochs: the results have 2, the study has 3"):
        run(tiny(epochs=3))
    assert csv(tmp_path) == before


def test_the_question_is_stamped_before_the_first_trial_and_a_changed_one_stays_beside_it(run, trainer, tmp_path):
    def stamps():
        found = json.loads((tmp_path / "tiny" / "manifest.json").read_text(encoding="utf-8"))["questions"]
        return [(one["trials"], one["question"].get("smallest_effect")) for one in found]

    trainer.stop_after = 1
    run(tiny(question={"compare": {"factor": "activation"}}))  # interrupted after one trial
    assert stamps() == [(0, None)]
    trainer.stop_after = None
    run(tiny(question={"compare": {"factor": "activation"}}))
    run(tiny(question={"compare": {"factor": "activation"}}, seeds=3))
    assert stamps() == [(0, None)]
    run(tiny(question={"compare": {"factor": "activation"}, "smallest_effect": 0.2}, seeds=3))
    assert stamps() == [(0, None), (6, 0.2)]
    kept = read_manifest(tmp_path / "tiny" / "manifest.json")
    assert kept["study"]["compare"] == {"factor": "activation", "level": "tanh", "against": "relu", "conditions": {}}
    (tmp_path / "tiny" / "journal.sqlite").unlink()
    run(tiny(question={"compare": {"factor": "activation"}, "smallest_effect": 0.2}, seeds=4))
    assert stamps() == [(0, None), (6, 0.2)]  # made again with the journal


def test_a_question_is_replaced_while_nothing_has_ended(run, trainer, tmp_path):
    trainer.stop_after = 0
    run(tiny(question="First?"))
    trainer.stop_after = None
    run(tiny(question="Second?"))
    (stamp,) = json.loads((tmp_path / "tiny" / "manifest.json").read_text(encoding="utf-8"))["questions"]
    assert (stamp["question"]["text"], stamp["trials"]) == ("Second?", 0)


def test_results_that_were_imported_are_not_written_over(run, tmp_path):
    study = tiny()
    folder = tmp_path / study.name
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"imported": {"path": "searches/mine"}}))
    with pytest.raises(RequestError, match="results imported from searches/mine; --fresh sets them aside"):
        run(study)
    assert [one.name for one in folder.iterdir()] == ["manifest.json"]
    assert run(study, fresh=True).statuses == {"ok": len(study.trials)}


def test_fresh_keeps_the_old_results(run, tmp_path):
    run(tiny())
    before = csv(tmp_path)
    said = []
    run(tiny(epochs=3), fresh=True, said=said)
    run(tiny(epochs=4), fresh=True)
    assert (tmp_path / "tiny.1" / "trials.csv").read_bytes() == before
    assert (tmp_path / "tiny.2" / "trials.csv").is_file()
    assert "tiny.1" in said[0]


def test_changed_data_are_refused(run, trainer):
    run(tiny(seeds=1))
    trainer.data = "d2"
    with pytest.raises(RequestError, match="the data have changed"):
        run(tiny(seeds=2))


def test_an_interrupted_run_keeps_its_rows_and_goes_on_to_the_same_csv(run, trainer, tmp_path):
    run(tiny(seeds=3))
    whole, history = csv(tmp_path), csv(tmp_path, "history.csv")
    (tmp_path / "tiny").rename(tmp_path / "undisturbed")
    trainer.asked, trainer.stop_after = [], 4
    summary = run(tiny(seeds=3))
    assert (summary.stopped, summary.trained, summary.left) == ("interrupted", 4, 2)
    assert csv(tmp_path).count(b"\n") == 5
    assert "2 trials left" in runner.resume_hint(summary, 1)
    assert "ablations run tiny" in runner.resume_hint(summary, 1)
    trainer.stop_after = None
    assert run(tiny(seeds=3)).trained == 2
    assert (csv(tmp_path), csv(tmp_path, "history.csv")) == (whole, history)


def test_failed_trials_are_rows_and_are_tried_again_when_asked(run, trainer, tmp_path):
    study = tiny()
    trainer.fail = {study.trials[1].id}
    summary = run(study)
    assert summary.failed == 1
    row = pd.read_csv(tmp_path / "tiny" / "trials.csv").set_index("trial").loc[study.trials[1].id]
    assert (row["status"], row["error"]) == ("failed", "ValueError: no luck")
    assert run(study).trained == 0
    trainer.fail = set()
    summary = run(study, retry_failed=True)
    assert (summary.trained, summary.statuses) == (1, {"ok": 4})


def test_diverged_trials_are_rows_without_metrics(run, trainer, tmp_path):
    study = tiny()
    trainer.diverge = {study.trials[0].id}
    run(study)
    row = pd.read_csv(tmp_path / "tiny" / "trials.csv").set_index("trial").loc[study.trials[0].id]
    assert row["status"] == "diverged"
    assert row[["train_loss", "validation_accuracy", "test_accuracy"]].isna().all()


def test_the_page_says_where_best_is_another_request_s(run, trainer, tmp_path):
    run(tiny())
    best, more = tmp_path / "tiny" / "best.keras", tiny(seeds=3).only("activation", ["tanh"])
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


def test_time_that_runs_out_leaves_whole_seeds(run, trainer, tmp_path):
    trainer.seconds = 0.15
    summary = run(tiny(seeds=50), deadline=time.monotonic() + 1.2)
    seeds = pd.read_csv(tmp_path / "tiny" / "trials.csv")["seed"].value_counts()
    assert summary.stopped == "time"
    assert 0 < summary.trained < 100
    assert summary.trained + summary.left == 100
    assert set(seeds) == {2}


def dying(trial, limit):
    """An executor whose process dies at a trial, as many times as asked."""
    times = itertools.count()

    def end(job, say):
        if trains(job, trial) and next(times) < limit:
            return Ended(None, error=RuntimeError("its process ended: killed by SIGKILL"), lost=True)
        return None

    return Scripted(end)


def trains(job, trial):
    """Whether a job trains this trial by itself."""
    return job.function == worker.train and job.arguments[1] == trial


@pytest.mark.parametrize(("times", "status"), [(1, "ok"), (2, "failed")])
def test_a_trial_whose_process_dies_is_tried_once_more(run, times, status, tmp_path):
    study = tiny()
    summary = run(study, executor=dying(study.trials[0], times))
    assert sum(summary.statuses.values()) == 4
    row = pd.read_csv(tmp_path / "tiny" / "trials.csv").set_index("trial").loc[study.trials[0].id]
    assert row["status"] == status
    assert status == "ok" or "SIGKILL" in row["error"]


def test_a_folder_in_use_is_refused(run, tmp_path):
    from filelock import FileLock

    with FileLock(tmp_path / ".tiny.lock"), pytest.raises(RequestError, match="another run is at work"):
        run(tiny())


def test_a_folder_that_cant_be_written_is_refused(tmp_path, trainer):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RequestError, match="can't be written"):
        runner.run(tiny(), tmp_path / "file", Inline(), say=print)


def test_the_journal_has_a_row_the_moment_a_trial_ends(run, trainer, tmp_path, monkeypatch):
    counts = []
    original = trainer.train

    def counting(study, trial):
        journal = Journal(tmp_path / "tiny" / "journal.sqlite")
        counts.append(len(journal.rows()))
        journal.close()
        return original(study, trial)

    monkeypatch.setattr(worker, "train", counting)
    run(tiny())
    assert counts == [0, 1, 2, 3]


def four(**changes):
    return tiny(factors={"activation": ["relu", "tanh"], "learning_rate": [0.1, 0.01]}, **changes)


def test_stacks_are_planned_kept_and_give_rows(run, trainer, tmp_path):
    said = []
    summary = run(four(), engine="auto", said=said)
    assert (summary.statuses, summary.trained) == ({"ok": 8}, 8)
    assert [chunk.seeds for chunk in trainer.stacks] == [(0,), (1,)]
    assert set(pd.read_csv(tmp_path / "tiny" / "trials.csv")["engine"]) == {"fused"}
    assert not any("one by one" in line for line in said)
    (best,) = trainer.saved  # trained again in the stack that it was trained in
    assert best in trainer.stacks


def test_what_can_not_be_stacked_is_trained_one_by_one_and_said_in_a_line(run, trainer, tmp_path):
    trainer.refuse, said = ("tanh",), []
    run(four(seeds=4), engine="auto", said=said)
    assert "tiny: 8 of 16 trials train one by one: no rule" in said
    engines = pd.read_csv(tmp_path / "tiny" / "trials.csv").groupby("activation")["engine"].unique()
    assert (list(engines["relu"]), list(engines["tanh"])) == (["fused"], ["serial"])
    with pytest.raises(RequestError, match="--engine fused: tiny: no rule"):
        run(four(seeds=5), engine="fused")


def test_too_few_trials_of_a_kind_make_no_stack(run, trainer):
    said = []
    run(tiny(seeds=1), engine="auto", said=said)
    assert trainer.stacks == []
    assert "tiny: 2 of 2 trials train one by one: too few of a kind for a stack" in said


def test_an_interrupted_plan_is_kept_to(run, trainer, tmp_path):
    trainer.stop_after = 5  # in the second stack: the first is whole
    run(four(seeds=3), engine="auto")
    assert len(pd.read_csv(tmp_path / "tiny" / "trials.csv")) == 4
    left = trainer.stacks[1:]
    trainer.stop_after, trainer.stacks = None, []
    run(four(seeds=3), engine="auto")
    assert trainer.plans == 1  # the second run found it in the journal
    assert trainer.stacks[:1] == left
    assert [chunk.seeds for chunk in trainer.stacks] == [(1,), (2,)]


def test_a_stack_of_which_a_part_is_asked_is_planned_anew(run, trainer):
    trainer.stop_after = 5
    run(four(seeds=3), engine="auto")
    trainer.stop_after, trainer.stacks = None, []
    run(four(seeds=3).only("activation", ["relu"]), engine="auto")
    assert [len(chunk) for chunk in trainer.stacks] == [2, 2]


def test_a_stack_that_does_not_fit_is_halved_until_it_does(run, trainer, tmp_path):
    trainer.most, said = 2, []
    summary = run(four(), engine="auto", said=said)
    assert summary.statuses == {"ok": 8}
    assert sorted(len(chunk) for chunk in trainer.stacks) == [2, 2, 2, 2, 4, 4]
    assert "tiny: a stack of 4 trials failed, training its halves: MemoryError: does not fit" in said
    journal = Journal(tmp_path / "tiny" / "journal.sqlite")
    assert sorted(map(len, journal.plan.chunks())) == [2, 2, 2, 2]


def test_a_stack_that_fails_is_trained_one_by_one(run, trainer, tmp_path):
    trainer.broken, said = True, []
    assert run(four(), engine="auto", said=said).statuses == {"ok": 8}
    assert set(pd.read_csv(tmp_path / "tiny" / "trials.csv")["engine"]) == {"serial"}
    assert any(line.endswith("training its trials one by one: TypeError: a part of the user's") for line in said)


def test_trials_of_a_stack_that_failed_stay_by_themselves_when_the_run_goes_on(run, trainer, tmp_path):
    trainer.broken, trainer.stop_after = True, 2
    run(four(), engine="auto")
    trainer.broken, trainer.stop_after, trainer.stacks = False, None, []
    assert run(four(), engine="auto").statuses == {"ok": 8}
    assert trainer.stacks == []  # as if it had not been interrupted
    assert set(pd.read_csv(tmp_path / "tiny" / "trials.csv")["engine"]) == {"serial"}


def test_the_best_of_a_stack_that_was_planned_anew_is_trained_again_in_that_one(run, trainer, tmp_path):
    trainer.stop_after = 1
    run(four(), engine="auto")
    trainer.stop_after = None
    run(four().only("activation", ["tanh"]), engine="auto")
    (saved,) = trainer.saved
    assert len(saved) == 2
    assert (tmp_path / "tiny" / "best.keras").is_file()


def test_no_time_for_the_best_is_said(run, trainer, tmp_path):
    said = []

    def end(job, say):
        return HANGS if job.function == worker.save else None

    run(tiny(), executor=Scripted(end), said=said, deadline=time.monotonic() + 0.5)
    assert any(line.endswith("not written, the time was up; the same command writes it") for line in said)


def test_failed_trials_are_tried_again_by_themselves(run, trainer):
    study = four()
    trainer.fail = {study.trials[0].id}
    run(study, engine="auto")
    trainer.fail, trainer.stacks, trainer.asked = set(), [], []
    assert run(study, engine="auto", retry_failed=True).statuses == {"ok": 8}
    assert (trainer.stacks, trainer.asked[0]) == ([], study.trials[0].id)


def test_figures_of_layers_have_columns_where_a_row_has_them(tmp_path):
    study = tiny(telemetry=True, seeds=1, epochs=1)
    folder = runner.run(study, tmp_path, Inline()).folder
    trials, history = (pd.read_csv(folder / f"{name}.csv") for name in ("trials", "history"))
    figures = telemetry_columns(trials)
    assert {"gradient_norm/dense_0", "saturated/activation_0", "near_zero/logits"} <= set(figures)
    assert list(trials) == trial_columns(study.settings, study.metrics, figures)
    assert list(history) == history_columns(study.metrics, figures)
    assert (trials["gradient_norm/dense_0"] > 0).all()


def test_a_study_that_grows_keeps_its_looks_and_comes_to_the_same_again(run, tmp_path):
    rates = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.01, 0.1]}
    study, said = tiny(seeds=None, factors=rates, looks=[2, 3, 4], extend_rates=1), []
    first = run(study, grow=Growth(study, said.append).next)
    folder = tmp_path / "tiny"
    manifest = json.loads((folder / "manifest.json").read_text())
    # tanh gains the same on every seed, which t says nothing of: all looks are needed
    assert [one["seeds"] for one in manifest["looked"]] == [2, 3, 4]
    # rates differ by nothing, and of ties the first is best
    assert manifest["study"]["factors"]["learning_rate"] == [0.0001, 0.001, 0.01, 0.1]
    assert first.statuses == {"ok": 2 * 4 * 4}
    before = csv(tmp_path)
    again = run(study, grow=Growth(study, said.append).next)
    assert (again.trained, again.left, again.statuses) == (0, 0, first.statuses)
    assert csv(tmp_path) == before
    findings = PageFindings(read_results(folder))
    assert findings.study.looks == (2, 3, 4)
    assert any("20 %, 30 %, 50 % of the 0.05" in one for one in methods(findings))
    assert not any("was not planned" in one for one in caveats(findings))


def test_an_interrupted_look_goes_on(run, trainer, tmp_path):
    study = tiny(seeds=None, looks=[2, 3, 4])
    trainer.stop_after = 5  # in the second look
    stopped = run(study, grow=Growth(study, lambda line: None).next)
    assert (stopped.stopped, stopped.trained) == ("interrupted", 5)
    trainer.stop_after = None
    done = run(study, grow=Growth(study, lambda line: None).next)
    assert done.statuses == {"ok": 2 * 4}
    assert [one["seeds"] for one in json.loads((tmp_path / "tiny/manifest.json").read_text())["looked"]] == [2, 3, 4]


def test_looks_that_nobody_planned_are_told(run, tmp_path):
    for seeds in (1, 2, 3):
        run(tiny(seeds=2).with_seeds(seeds))
    folder = tmp_path / "tiny"
    assert [one["seeds"] for one in json.loads((folder / "manifest.json").read_text())["looked"]] == [2, 3]
    (told,) = [one for one in caveats(PageFindings(read_results(folder))) if "was not planned" in one]
    assert "looked at with 2 and 3 seeds" in told
    assert "up to 10 % instead of 5 %" in told


def test_a_trial_that_hangs_comes_last_and_in_the_end_is_a_failed_row(run, trainer, tmp_path, monkeypatch):
    study = tiny()
    executor = Scripted(lambda job, say: HANGS if trains(job, study.trials[0]) else None)
    monkeypatch.setattr(jobs, "_HANGS", 0.1)

    def rerun(**options):
        trainer.asked.clear()
        return run(study, executor=executor, deadline=time.monotonic() + 0.5, **options)

    first = rerun()
    assert (first.stopped, first.trained, first.left) == ("time", 0, 4)
    said = []
    second = rerun(said=said)
    assert trainer.asked == [trial.id for trial in study.trials[1:]]
    assert (second.stopped, second.trained, second.failed, second.left) == ("", 3, 1, 0)
    told = "not done after 0 s, when the time was up; others take 0.01 s; --retry-failed tries again"
    assert f"tiny: a trial has failed: {told}" in said
    assert rerun().trained == 0


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

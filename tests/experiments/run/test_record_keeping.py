"""What a run keeps of its study: stamps of the question, levels of all requests, looks."""

import json

from experiments.followups.growth import Growth
from experiments.report.page_findings import PageFindings
from experiments.report.text.caveats import caveats
from experiments.report.text.methods import methods
from experiments.results.results import read_results
from experiments.store import software
from experiments.store.manifest_file import read_manifest
from tests.experiments.run.shared import csv
from tests.experiments.studies import tiny


def test_the_question_is_stamped_before_the_first_trial_and_a_changed_one_stays_beside_it(run, trainer, tmp_path):
    def stamps():
        found = json.loads((tmp_path / "tiny" / "manifest.json").read_text(encoding="utf-8"))["questions"]
        return [(stamp["trials"], stamp["question"].get("smallest_effect")) for stamp in found]

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


def test_a_part_of_a_study_keeps_what_the_whole_has(run, tmp_path):
    run(tiny())
    best = tmp_path / "tiny" / "best.keras"
    before = csv(tmp_path), best.read_bytes()
    run(tiny(seeds=1, factors={"activation": ["relu"]}))
    assert (csv(tmp_path), best.read_bytes()) == before


def test_results_of_code_that_has_changed_between_say_so(run, tmp_path, monkeypatch):
    monkeypatch.setattr(software, "code_digest", lambda: "before")
    run(tiny(seeds=1))
    monkeypatch.setattr(software, "code_digest", lambda: "after")
    run(tiny(seeds=2))
    manifest = json.loads((tmp_path / "tiny" / "manifest.json").read_text())
    assert (manifest["code_digest"], manifest["earlier_code_digests"]) == ("after", ["before"])


def test_a_study_that_grows_keeps_its_looks_and_comes_to_the_same_again(run, tmp_path):
    rates = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.01, 0.1]}
    study, said = tiny(seeds=None, factors=rates, looks=[2, 3, 4], extend_rates=1), []
    first = run(study, grow=Growth(study, said.append).next)
    folder = tmp_path / "tiny"
    manifest = json.loads((folder / "manifest.json").read_text())
    # tanh gains the same on every seed, which t says nothing of: all looks are needed
    assert [look["seeds"] for look in manifest["looked"]] == [2, 3, 4]
    # rates differ by nothing, and of ties the first is best
    assert manifest["study"]["factors"]["learning_rate"] == [0.0001, 0.001, 0.01, 0.1]
    assert first.statuses == {"ok": 2 * 4 * 4}
    before = csv(tmp_path)
    again = run(study, grow=Growth(study, said.append).next)
    assert (again.trained, again.left, again.statuses) == (0, 0, first.statuses)
    assert csv(tmp_path) == before
    findings = PageFindings(read_results(folder))
    assert findings.study.looks == (2, 3, 4)
    assert any("20 %, 30 %, 50 % of the 0.05" in sentence for sentence in methods(findings))
    assert not any("was not planned" in sentence for sentence in caveats(findings))


def test_an_interrupted_look_goes_on(run, trainer, tmp_path):
    study = tiny(seeds=None, looks=[2, 3, 4])
    trainer.stop_after = 5  # in the second look
    stopped = run(study, grow=Growth(study, lambda line: None).next)
    assert (stopped.stopped, stopped.trained) == ("interrupted", 5)
    trainer.stop_after = None
    done = run(study, grow=Growth(study, lambda line: None).next)
    assert done.statuses == {"ok": 2 * 4}
    assert [look["seeds"] for look in json.loads((tmp_path / "tiny/manifest.json").read_text())["looked"]] == [2, 3, 4]


def test_looks_that_nobody_planned_are_told(run, tmp_path):
    for seeds in (1, 2, 3):
        run(tiny(seeds=2).with_seeds(seeds))
    folder = tmp_path / "tiny"
    assert [look["seeds"] for look in json.loads((folder / "manifest.json").read_text())["looked"]] == [2, 3]
    (told,) = [sentence for sentence in caveats(PageFindings(read_results(folder))) if "was not planned" in sentence]
    assert "looked at with 2 and 3 seeds" in told
    assert "up to 10 % instead of 5 %" in told

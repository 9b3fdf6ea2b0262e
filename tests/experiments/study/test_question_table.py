"""`[question]` of a study file: read in labels with defaults filled in, and every mistake told."""

from dataclasses import replace

import pytest

from experiments.api import Study
from experiments.errors import RequestError
from experiments.study.origin import CheckOrigin
from experiments.study.study_file import load
from tests.experiments.studies import tiny

HUBER = {"name": "huber", "delta": 0.5}
GRID = {"activation": ["relu", "tanh", "elu"], "loss": ["cross_entropy", HUBER], "learning_rate": [0.1, 0.01]}


def asking(question, **changes):
    return tiny(**{"factors": GRID, "question": question} | changes)


def test_a_text_is_a_question_without_a_comparison():
    study = asking("Does tanh help?")
    assert (study.question, study.full_question.text, study.full_question.compare) == (
        "Does tanh help?",
        "Does tanh help?",
        None,
    )
    assert tiny().question == "Which setting works best?"


def test_a_table_declares_everything_and_the_manifest_has_it():
    study = asking(
        {
            "text": "Does tanh help?",
            "compare": {"factor": "activation", "level": "tanh", "against": "elu"},
            "conditions": {"loss": "huber(delta=0.5)", "learning_rate": 0.01},
            "smallest_effect": 0.01,
            "failure_score": 0.5,
            "about": "this data",
        }
    )
    compare = {
        "factor": "activation",
        "level": "tanh",
        "against": "elu",
        "conditions": {"loss": "huber(delta=0.5)", "learning_rate": 0.01},
    }
    told = study.describe()
    assert study.full_question.compare == told["compare"] == compare
    assert (told["question"], told["smallest_effect"], told["failure_score"]) == ("Does tanh help?", 0.01, 0.5)
    assert told["about"] == "this data"
    assert study.full_question.baseline["loss"] == "cross_entropy"


def test_a_question_changes_no_trial_and_no_digest():
    asked = asking({"compare": {"factor": "activation", "level": "tanh"}, "failure_score": 0.5})
    assert [trial.id for trial in asked.trials] == [trial.id for trial in asking("Which?").trials]
    assert asked.digest == asking("Which?").digest


@pytest.mark.parametrize(
    ("changes", "compare", "expected"),
    [
        ({}, {"factor": "activation", "level": "tanh"}, ("tanh", "relu")),
        ({"baseline": {"activation": "elu"}}, {"factor": "activation", "level": "tanh"}, ("tanh", "elu")),
        ({}, {"factor": "loss"}, ("huber(delta=0.5)", "cross_entropy")),
        ({}, {"factor": "loss", "level": HUBER}, ("huber(delta=0.5)", "cross_entropy")),
        ({}, {"factor": "loss", "against": HUBER}, ("cross_entropy", "huber(delta=0.5)")),
        ({}, {"factor": "learning_rate", "level": 0.01}, (0.01, 0.1)),
        ({"design": "one-factor"}, {"factor": "activation", "level": "tanh", "against": "elu"}, ("tanh", "elu")),
        (
            {"design": "leave-one-out", "factors": None, "without": {"loss": HUBER}},
            {"factor": "loss"},
            ("huber(delta=0.5)", "cross_entropy"),
        ),
    ],
)
def test_what_is_left_out_is_the_baseline_and_the_one_other_level(changes, compare, expected):
    found = asking({"compare": compare}, **changes).full_question.compare
    assert (found["level"], found["against"]) == expected


WRONG = {
    "a number": (3, {}, "question: got 3, allowed is text that is not empty, or a table [question]"),
    "a key": ({"comapre": {}}, {}, 'question comapre: got "comapre"; did you mean "compare"?'),
    "about": ({"about": "these data"}, {}, 'question about: got "these data", allowed is'),
    "two effects": ({"smallest_effect": 0.1}, {"smallest_effect": 0.1}, "given beside smallest_effect"),
    "effect in points": ({"smallest_effect": 1}, {}, "question smallest_effect: got 1.0, allowed is below 1"),
    "effect outside": ("Which?", {"smallest_effect": 2}, "smallest_effect: got 2.0, allowed is below 1"),
    "effect of none": ({"smallest_effect": 0}, {}, "question smallest_effect: got 0, allowed is above 0"),
    "failure in points": ({"failure_score": 10}, {}, "failure_score: got 10.0, allowed is from 0 to 1, as accuracy is"),
    "failure that is none": ({"failure_score": float("nan")}, {}, "failure_score: got nan, allowed is a finite number"),
    "no factor": ({"compare": {"level": "tanh"}}, {}, "question compare: lacks factor, allowed is a table such as"),
    "another key": ({"compare": {"factor": "loss", "levle": 1}}, {}, 'got "levle"; did you mean "level"?'),
    "a factor": ({"compare": {"factor": "activaton"}}, {}, 'got "activaton"; did you mean "activation"?'),
    "a held setting": ({"compare": {"factor": "epochs"}}, {}, 'compare factor: got "epochs"'),
    "a level": ({"compare": {"factor": "activation", "level": "tahn"}}, {}, 'level: got "tahn"; did you mean "tanh"?'),
    "no such level": ({"compare": {"factor": "activation", "level": "selu"}}, {}, 'level: got "selu"; did you mean'),
    "no level": ({"compare": {"factor": "activation"}}, {}, "lacks level, allowed is one of tanh, elu"),
    "itself": ({"compare": {"factor": "activation", "level": "relu"}}, {}, "got relu against relu, allowed are two"),
    "one level": ({"compare": {"factor": "loss"}}, {"factors": {"loss": ["hinge"]}}, "loss has one level"),
    "conditions alone": ({"conditions": {"loss": "huber"}}, {}, "question conditions: given without compare"),
    "condition compared": (
        {"compare": {"factor": "loss"}, "conditions": {"loss": "cross_entropy"}}, {}, "the factor that is compared",
    ),
    "condition unknown": (
        {"compare": {"factor": "loss"}, "conditions": {"activaton": "relu"}}, {}, 'did you mean "activation"?',
    ),
    "condition's level": (
        {"compare": {"factor": "loss"}, "conditions": {"activation": "rellu"}}, {},
        'question conditions activation: got "rellu"; did you mean "relu"?',
    ),
    "condition of single changes": (
        {"compare": {"factor": "loss"}, "conditions": {"activation": "tanh"}}, {"design": "one-factor"},
        'question conditions activation: got "tanh", allowed is the baseline’s, for the design is "one-factor"',
    ),
    "random": ({"compare": {"factor": "loss"}}, {"design": "random"}, 'the design is "random", whose draws are not'),
}  # fmt: skip


@pytest.mark.parametrize(("question", "changes", "expected"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_one_line(question, changes, expected):
    with pytest.raises(RequestError) as caught:
        asking(question, **changes)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_mistakes_in_a_file_are_told_with_their_lines_beside_all_others(tmp_path):
    path = tmp_path / "asked.toml"
    path.write_text(
        'task = "xor"\nepoch = 2\n\n[question]\nabout = "it"\nfailure_score = "low"\n\n[factors]\nloss = ["hinge"]\n',
        encoding="utf-8",
    )
    with pytest.raises(RequestError) as caught:
        load(path)
    lines = [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]
    assert [line.split(": got")[0] for line in lines] == [
        "6: question failure_score",
        "5: question about",
        "2: key epoch",
    ]


def test_a_question_in_python_takes_what_a_file_takes():
    study = Study(task="xor", factors={"activation": ("relu", "tanh")}, question={"compare": {"factor": "activation"}})
    assert study.declared.full_question.compare["level"] == "tanh"


def test_neither_draws_nor_what_tests_a_study_are_compared_two_by_two():
    study = asking({"compare": {"factor": "loss"}, "failure_score": 0.5})
    searched = replace(study, design="random", draws=4)
    tested = replace(study, origin=CheckOrigin("tiny", "calibrate"), factors={"salt": [1, 2]})
    for checked in (searched, tested):
        assert checked.describe()["failure_score"] == 0.5
        assert "compare" not in checked.describe()

"""The declared question: what it says, how it is stamped, and in what two of them differ."""

from dataclasses import replace

from experiments.study.question import Question, add_stamp, differences

ASKED = Question(
    "Does tanh help?",
    "accuracy",
    "max",
    {"activation": "relu", "loss": "huber"},
    {"factor": "activation", "level": "tanh", "against": "relu", "conditions": {}},
)


def test_what_is_not_declared_is_not_told():
    assert set(Question("Which?", "accuracy", "max").as_json()) == {"text", "metric", "direction", "baseline"}
    assert set(replace(ASKED, failure_score=0.0).declared) == {"compare", "failure_score"}


def test_a_question_is_stamped_once_and_replaced_only_while_nothing_has_ended():
    first = add_stamp([], ASKED, 0, "t0")
    assert [(stamp["at"], stamp["trials"]) for stamp in first] == [("t0", 0)]
    assert first[0]["question"] == ASKED.as_json()
    assert add_stamp(first, ASKED, 40, "t1") == first
    other = replace(ASKED, smallest_effect=0.02)
    assert [stamp["at"] for stamp in add_stamp(first, other, 0, "t1")] == ["t1"]
    both = add_stamp(first, other, 40, "t1")
    assert [(stamp["at"], stamp["trials"]) for stamp in both] == [("t0", 0), ("t1", 40)]
    assert both[0]["digest"] != both[1]["digest"]
    assert [stamp["at"] for stamp in add_stamp(both, ASKED, 60, "t2")] == [
        "t0",
        "t1",
        "t2",
    ]  # changed back is a change too


def test_a_first_stamp_says_that_results_were_there():
    assert add_stamp([], ASKED, 12, "t0")[0]["trials"] == 12


def test_every_part_that_differs_is_named_with_both_values():
    now = replace(
        ASKED,
        text="Does tanh hurt?",
        baseline={"activation": "tanh", "loss": "huber", "patience": 0},
        compare={"factor": "activation", "level": "relu", "against": "tanh", "conditions": {"loss": "huber"}},
        failure_score=0.1,
        about="this data",
    )
    assert list(differences(ASKED.as_json(), now.as_json())) == [
        ("text", '"Does tanh help?"', '"Does tanh hurt?"'),
        ("compare", 'activation "tanh" against "relu"', 'activation "relu" against "tanh", loss "huber"'),
        ("failure score", "the default", "0.1"),
        ("about", "the default", '"this data"'),
        ("baseline activation", '"relu"', '"tanh"'),
    ]


def test_a_setting_that_came_later_is_no_difference():
    later = replace(ASKED, baseline=ASKED.baseline | {"patience": 0})
    assert not list(differences(ASKED.as_json(), later.as_json()))
    assert add_stamp(add_stamp([], ASKED, 0, "t0"), later, 9, "t1")[0]["at"] == "t0"

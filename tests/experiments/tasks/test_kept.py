"""Results of other data are not extended, and the difference is named."""

import pytest

from experiments.errors import RequestError
from experiments.tasks.kept import refuse_other_data, with_cause

OLD = {"data_digest": "a", "data": {"train": 6}}
NOW = {"data_digest": "b", "data": {"train": 6, "sealed": True}}


@pytest.mark.parametrize(
    ("task", "known", "found", "same_trial", "message"),
    [
        ("digits", OLD, NOW, True, "from before the test part was sealed"),
        ("digits", OLD, NOW, False, "from before the test part was sealed"),
        ("own.py:task", OLD, NOW, True, "from before the test part was sealed"),
        ("digits", NOW | {"data_digest": "c"}, NOW, True, "the data have changed"),
        ("moons", OLD, NOW | {"data": {"sealed": False}}, True, "the data have changed"),
        ("digits", OLD | {"data_digest": "b"}, NOW, True, ""),
        ("mnist", OLD, NOW, False, ""),  # its test set was always apart
        ("moons", OLD, NOW | {"data": {"sealed": False}}, False, ""),
        ("digits", NOW | {"data_digest": "c"}, NOW, False, ""),
    ],
)
def test_what_is_refused(task, known, found, same_trial, message):
    if not message:
        refuse_other_data(task, known, found, same_trial=same_trial)
        return
    with pytest.raises(RequestError, match=f"task {task}: .*{message}"):
        refuse_other_data(task, known, found, same_trial=same_trial)


def test_other_arrays_may_be_the_same_ones_sealed():
    lines = ["arrays: changed", "epochs: changed"]
    first, second = with_cause(lines, OLD)
    assert first.startswith("arrays: changed; or the results are from before") and second == lines[1]
    assert list(with_cause(lines, NOW)) == lines

import pytest

from experiments.errors import RequestError
from experiments.tasks import Task


@pytest.mark.parametrize(
    ("head", "metrics"),
    [("softmax", ("accuracy", "cross_entropy")), ("linear", ("mean_absolute_error", "mean_squared_error"))],
)
def test_default_metrics_are_those_of_the_head(head, metrics):
    assert Task(head, (2,), 2, lambda seed: None).metrics == metrics


def test_refuses_what_does_not_fit():
    with pytest.raises(RequestError, match='head: got "softmx"; did you mean "softmax"'):
        Task("softmx", (2,), 2, lambda seed: None)
    with pytest.raises(RequestError, match='got "accuracy"'):
        Task("linear", (2,), 1, lambda seed: None, ("accuracy",))

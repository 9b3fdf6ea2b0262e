import pytest

from experiments.errors import RequestError
from experiments.tasks import Task
from experiments.tasks.load import load

OWN = """
import numpy as np
from experiments.tasks import Data, Task, split

def _draw(seed):
    x = np.random.default_rng(seed).random((40, 3), dtype=np.float32)
    return Data(x, (x[:, 0] > 0.5).astype(int), *split(40, seed))

fixed = Task("softmax", (3,), 2, _draw)

def made(outputs=2):
    if outputs < 2:
        raise ValueError("outputs must be 2 or more")
    return Task("softmax", (3,), outputs, _draw)

def broken():
    raise TypeError("a slip in the code")

def nothing():
    return None
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own_task_of_a_test.py").write_text(OWN)
    return str(tmp_path)


def test_a_name_with_its_parameters():
    data = load({"name": "digits", "resample": False}).draw(0)
    assert len(data.x) == 1797
    assert len(load({"name": "moons", "n": 50, "noise": 0.1}).draw(0).x) == 50


def test_a_task_in_a_file(folder):
    task = load({"name": "own_task_of_a_test.py:fixed"}, folder)
    assert isinstance(task, Task)
    assert task.draw(0).x.shape == (40, 3)


def test_a_function_in_a_file_with_parameters(folder):
    assert load({"name": "own_task_of_a_test.py:made", "outputs": 5}, folder).outputs == 5


@pytest.mark.parametrize(
    ("level", "message"),
    [
        ({"name": "digit"}, 'task: got "digit"; did you mean "digits"'),
        ({"name": "digits", "size": 3}, "task: digits does not take these settings: .*'size'"),
        (
            {"name": "own_task_of_a_test.py:fixed", "outputs": 3},
            "is no function, so it takes no settings, got outputs",
        ),
        ({"name": "own_task_of_a_test.py:made", "output": 3}, "does not take these settings: .*'output'"),
        (
            {"name": "own_task_of_a_test.py:made", "outputs": 1},
            "refused its settings: outputs must be 2 or more",
        ),
        ({"name": "own_task_of_a_test.py:nothing"}, "gave a NoneType, allowed is an experiments.tasks.Task"),
        ({"name": "own_task_of_a_test.py:OWN"}, 'has no "OWN"'),
    ],
)
def test_refuses(folder, level, message):
    with pytest.raises(RequestError, match=message):
        load(level, folder)


def test_a_slip_in_the_users_code_is_told_with_its_place(folder):
    with pytest.raises(RequestError, match=r"TypeError: a slip in the code \(own_task_of_a_test.py, line \d+\)"):
        load({"name": "own_task_of_a_test.py:broken"}, folder)

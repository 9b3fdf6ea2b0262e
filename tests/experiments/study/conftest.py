"""A folder of a user’s with study files in it."""

import sys

import pytest

from experiments.errors import RequestError
from experiments.study import study_file

PARTS = """
def net(input_shape, outputs, kernel_regularizer=None, width=4):
    return None

def plain_net(input_shape, outputs):
    return None

def hides(input_shape, status=1):
    return None

def n(input_shape, n=1):
    return None

def act(x):
    return x

number = 3
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of the user's, made the current one; the import path and the modules as they were afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "parts.py").write_text(PARTS)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def messages(folder):
    """A function: the lines that a study file's text is refused with, without their file."""

    def messages(text):
        (folder / "s.toml").write_text(text)
        with pytest.raises(RequestError) as error:
            study_file.load("s.toml")
        lines = str(error.value).splitlines()
        assert all(line.startswith("s.toml:") for line in lines), lines
        return [line.removeprefix("s.toml:").strip() for line in lines]

    return messages

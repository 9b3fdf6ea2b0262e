"""The folder of compiled programs: its place, its size, and that a second process finds what a first one left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.train import program_cache

PROGRAM = """
import os
import tensorflow as tf
from experiments.train import program_cache
from experiments.train.fused.backend import tensorflow as backend

def program(others):
    for _ in range(others):
        tf.function(lambda x: x + 1)(tf.ones(2))  # names count what was made before
    assert str(float(backend.compile_function(lambda x: tf.reduce_sum(tf.exp(x) * 2))(tf.ones(3)))).startswith("16.3")

before = None
for others in (0, 3):
    if not (process := os.fork()):  # nothing has been computed yet, so TensorFlow itself starts in each
        program(others)
        os._exit(0)
    assert os.waitpid(process, 0)[1] == 0
    kept = os.listdir(program_cache.environment()["JAX_COMPILATION_CACHE_DIR"])
    assert len(kept) == 1 and before in (None, kept), (before, kept)
    before = kept
"""


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("TF_XLA_FLAGS", raising=False)
    return tmp_path / "cache" / "keras-ablations"


def folder():
    return Path(program_cache.environment()["JAX_COMPILATION_CACHE_DIR"])


def test_it_lies_in_the_users_cache_and_is_told_to_both_backends(place, monkeypatch):
    assert folder().parent == place
    assert program_cache.environment()["TF_XLA_FLAGS"] == f"--tf_xla_persistent_cache_directory={folder()}"
    monkeypatch.setenv("TF_XLA_FLAGS", "--own")
    assert program_cache.environment()["TF_XLA_FLAGS"].startswith("--own --tf_xla")


def test_another_version_has_another_folder(monkeypatch):
    before = folder()
    monkeypatch.setattr(program_cache, "version", lambda package: "99")
    assert folder() != before


def test_where_it_can_not_be_written_there_is_none(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert program_cache.environment() == {}


def test_the_oldest_programs_go_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(program_cache, "_MOST", 25)
    for age, name in enumerate(("new", "old", "older")):
        path = folder() / name
        path.write_bytes(b"0123456789")
        os.utime(path, (1e9 - age, 1e9 - age))
    folder()
    assert sorted(path.name for path in folder().iterdir()) == ["new", "old"]


def test_a_second_process_finds_the_programs_of_the_first(tmp_path):
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    root = Path(__file__).resolve().parents[3]
    environment = os.environ | program_cache.environment() | {"PYTHONPATH": str(root), "KERAS_BACKEND": "tensorflow"}
    subprocess.run([sys.executable, script], env=environment, check=True)

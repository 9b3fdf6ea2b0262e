"""Files are whole at every moment: replaced at once, left alone where nothing changes or writing fails."""

import os
from pathlib import Path

import pytest

from experiments.store.files import write


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "file.csv"
    made.write_text("old")
    return made


def test_a_new_text_replaces_the_old(path):
    assert write(path, "new")
    assert path.read_text() == "new"
    assert [file.name for file in path.parent.iterdir()] == ["file.csv"]


def test_a_file_that_is_not_there_is_made(tmp_path):
    assert write(tmp_path / "new", "text")
    assert (tmp_path / "new").read_text() == "text"


def test_an_equal_text_leaves_the_file_alone(path):
    before = path.stat()
    assert not write(path, "old")
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_text_is_utf_8_with_its_line_ends_as_they_are(path):
    write(path, "ε\r\n–\n")
    assert path.read_bytes() == "ε\r\n–\n".encode()


def fails(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (Path, "replace")])
def test_a_write_that_fails_leaves_the_old_file_whole(path, monkeypatch, owner, name):
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, fails)
        with pytest.raises(OSError, match="No space left"):
            write(path, "new")
    assert path.read_text() == "old"
    assert write(path, "new")  # and what a failed write left behind is in nobody's way
    assert [file.name for file in path.parent.iterdir()] == ["file.csv"]


def test_a_place_that_cant_be_written_leaves_the_old_file_whole(path):
    path.with_name(".file.csv.partial").mkdir()
    with pytest.raises(IsADirectoryError):
        write(path, "new")
    assert path.read_text() == "old"


def test_text_that_cant_be_written_leaves_the_old_file_whole(path):
    with pytest.raises(UnicodeEncodeError):
        write(path, "\udc80")
    assert path.read_text() == "old"


def test_the_text_is_on_disk_before_it_takes_the_files_place(path, monkeypatch):
    seen = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append("fsync"), fsync(handle)))
    monkeypatch.setattr(Path, "replace", lambda one, other: (seen.append("replace"), replace(one, other)))
    write(path, "new")
    assert seen == ["fsync", "replace"]

"""Frames on a pipe, however they are cut."""

import os

import pytest

from experiments.train.executors.frames import Frames, frame

VALUES = [None, {"a": [1, 2]}, "x" * 3_000_000]


@pytest.mark.parametrize("size", [1, 7, 65536])
def test_objects_come_out_as_they_went_in_however_they_are_cut(size):
    data = b"".join(map(frame, VALUES[:2] if size < 100 else VALUES))
    out, into = os.pipe()
    frames, found = Frames(out), []
    for start in range(0, len(data), size):
        os.write(into, data[start : start + size])
        found += frames.read()
    assert found == (VALUES[:2] if size < 100 else VALUES)


def test_the_end_of_the_pipe_is_told():
    out, into = os.pipe()
    os.close(into)
    with pytest.raises(EOFError):
        Frames(out).read()

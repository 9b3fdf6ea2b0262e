"""Objects on a pipe: each pickled, its length in front, so that a reader never waits for what is not there yet."""

import os
import pickle
import struct

from experiments.study.types import Plain

_LENGTH = struct.Struct("<Q")


def frame(value: Plain) -> bytes:
    """An object as it goes on the pipe."""
    data = pickle.dumps(value)
    return _LENGTH.pack(len(data)) + data


class Frames:
    """What has come on a pipe so far.

    >>> import os
    >>> out, into = os.pipe()
    >>> _ = os.write(into, frame("a") + frame("b")[:9])
    >>> Frames(out).read()
    ['a']
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._kept = descriptor, bytearray()

    def read(self) -> list[Plain]:
        """The objects that are whole by now, once there is something to read; EOFError where the pipe has ended."""
        data = os.read(self._descriptor, 2**20)
        if not data:
            raise EOFError
        self._kept += data
        found = []
        while len(self._kept) >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(self._kept)
            end = _LENGTH.size + size
            if len(self._kept) < end:
                break
            found.append(pickle.loads(self._kept[_LENGTH.size : end]))
            del self._kept[:end]
        return found

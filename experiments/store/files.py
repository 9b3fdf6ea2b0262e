"""Atomic writing of files, reading of JSON objects, and the digest of a file."""

import hashlib
import json
import os
from pathlib import Path

from experiments.errors import RequestError
from experiments.study.types import PlainTable


def write(path: Path, text: str) -> bool:
    """Replace a file's text atomically; returns whether it changed. A file with the same text is not touched.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> write(path, "new"), write(path, "new")
    (True, False)
    """
    return write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> bool:
    """The same of any file."""
    if path.is_file() and path.read_bytes() == content:
        return False
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return True


def read_object(path: Path, what: str) -> PlainTable:
    """The object in a JSON file. what: it is read as, for the message.

    Raises RequestError where the file can't be read, is no JSON, is nested too deep, or holds no object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(found, ensure_ascii=False).encode()  # half a pair of surrogates can't be written again
    except (OSError, ValueError) as error:
        raise RequestError(f"{path}: can't be read as {what}: {error}") from None
    except RecursionError:
        raise RequestError(f"{path}: can't be read as {what}: it is nested too deep") from None
    if not isinstance(found, dict):
        raise RequestError(f"{path}: can't be read as {what}: it holds {type(found).__name__}, not an object")
    return found


def file_digest(path: Path) -> str:
    """The first 16 hexadecimal digits of SHA-256 over a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]

"""Files that are whole at every moment, and a digest of one."""

import hashlib
import os
from pathlib import Path


def write(path: Path, text: str) -> bool:
    """Replace a file's text at once, never half; whether it changed. An equal text is left alone.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> write(path, "new"), write(path, "new")
    (True, False)
    """
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return True


def file_digest(path: Path) -> str:
    """The first 16 hexadecimal digits of SHA-256 over a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]

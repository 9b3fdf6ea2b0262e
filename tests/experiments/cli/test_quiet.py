"""What libraries print goes into the log, from compiled code as well."""

import os
import subprocess
import sys

import pytest

from experiments.cli.quiet import errors_into


def test_what_is_written_to_standard_error_is_in_the_log(tmp_path, capfd):
    log = tmp_path / "logs" / "log.txt"
    with errors_into(log):
        os.write(2, b"from compiled code\n")
        subprocess.run([sys.executable, "-c", "import sys; print('from a child', file=sys.stderr)"], check=True)
    os.write(2, b"afterwards\n")
    assert log.read_text() == "from compiled code\nfrom a child\n"
    assert capfd.readouterr().err == "afterwards\n"


def test_an_error_leaves_standard_error_as_it_was(tmp_path, capfd):
    with pytest.raises(RuntimeError), errors_into(tmp_path / "log.txt"):
        raise RuntimeError
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"

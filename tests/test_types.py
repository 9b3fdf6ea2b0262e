"""The types hold, as pyrefly reads them with its settings in pyproject.toml, and both packages carry theirs."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_types():
    checker = [Path(sys.executable).with_name("pyrefly"), "check", "--python-interpreter-path", sys.executable]
    shown = ["--output-format", "min-text", "--summary=none"]
    done = subprocess.run([*checker, *shown], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_packages_carry_their_types():
    assert all((files(package) / "py.typed").is_file() for package in ("custom", "experiments"))

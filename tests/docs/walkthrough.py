"""Carries out a page of Markdown as its reader would: block after block, in one folder and one Python process.

A block whose first line is `# name.toml` or `# name.py` is that file. Other `python` blocks run, and show their last
expression, as a notebook does. In `sh` blocks `ablations` and `head -n` run; besides them only what sets up the
reader's machine is allowed. A `text` block is what the block before it printed, word for word. In it `…` stands for
anything, and a number with a decimal point may be a tenth off, for machines differ in the last digits.
"""

import ast
import contextlib
import io
import re
import shlex
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from experiments.cli import main

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w.-]+\.(?:toml|py))\n")
SET_UP = ("make ", "source ", "git ", "cd ", "pip ")
DECIMAL = r"-?\d+\.\d+"


def walk(text: str, folder: Path, names: dict[str, Any]) -> list[tuple[str, str]]:
    """Carry out the blocks of a page in the current folder: what it shows, and what was really printed."""
    found, printed = [], ""
    for language, block in BLOCK.findall(text):
        if named := FILE.match(block):
            (folder / named[1]).write_text(block, encoding="utf-8")
        elif language == "python":
            printed = _python(block, names)
        elif language == "sh":
            printed = "".join(map(_command, block.splitlines()))
        elif language == "text":
            found.append((block, printed))
        else:
            raise ValueError(f"a block in {language} that is no file: {block}")
    return found


def agree(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed.

    >>> agree("4 trials … best 0.98", "4 trials, 3 s left, best 0.975"), agree("4 trials", "5 trials")
    (True, False)
    """
    shown, printed = (" ".join(text.split()) for text in (shown, printed))
    numbers = [float(number) for number in re.findall(DECIMAL, shown)]
    parts = [re.sub(r"(\\ )?…(\\ )?", ".*?", re.escape(part)) for part in re.split(DECIMAL, shown)]
    matched = re.fullmatch(f"({DECIMAL})".join(parts), printed)
    if matched is None:
        return False
    pairs = zip(map(float, matched.groups()), numbers, strict=True)
    return all(abs(real - told) <= max(0.1 * abs(told), 0.01) for real, told in pairs)


def _python(block: str, names: dict[str, Any]) -> str:
    tree = ast.parse(block)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(tree, "page", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "page", "eval"), names)
            print("" if value is None else repr(value))
    return out.getvalue()


def _command(line: str) -> str:
    words = shlex.split(line, comments=True)
    if not words or line.startswith(SET_UP):
        return ""
    if words[:2] == ["head", "-n"]:
        return "\n".join(Path(words[3]).read_text(encoding="utf-8").splitlines()[: int(words[2])]) + "\n"
    if words[0] != "ablations":
        raise ValueError(f"a command that no test runs: {line}")
    here = any(parameter.name == "executor_name" for parameter in main.commands[words[1]].params)
    result = CliRunner().invoke(main, [*words[1:], *(["--executor", "inline"] if here else [])], prog_name="ablations")
    if result.exit_code != 0:
        raise AssertionError(f"{line}: {result.output}") from result.exception
    return result.output

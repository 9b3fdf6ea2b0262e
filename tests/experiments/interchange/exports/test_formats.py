"""The forms as the command line has them."""

import subprocess
import sys
from importlib.util import find_spec

import pytest
from click.testing import CliRunner

from experiments.cli import main
from experiments.interchange.exports.formats import FORMATS, next_step, write_export

HEAVY = ("tensorflow", "keras", "tensorboard", "pyarrow", "pandas", "mlflow", "sqlalchemy", "wandb")
EARLIER = ".keras-ablations"  # what tells an earlier export from a user's folder
NEEDS = {"tensorboard": "tensorboard", "parquet": "pyarrow", "mlflow": "mlflow", "wandb": "wandb"}


def imported(commands, *modules):
    """Which of some modules commands import, one after the other; asked of another process."""
    code = (
        f"import sys\nfrom experiments.cli import main\nfor command in {commands!r}:\n"
        "    try: main(command)\n    except SystemExit as done: assert not done.code\n"
        f"print(*[name for name in {modules!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr.strip()  # where anything that a tool says would show too


def test_help_imports_nothing_heavy():
    assert imported([["--help"], ["export", "--help"]], *HEAVY) == ""


def test_an_export_says_nothing_and_never_imports_tensorflow(study_folder):
    installed = [form for form in FORMATS if find_spec(NEEDS[form])]
    command = ["export", "all-sorts", "--results", str(study_folder.parent), "--to"]
    assert imported([[*command, form] for form in installed], "tensorflow", "keras") == ""
    for form in installed:
        assert (study_folder / "export" / form / EARLIER).is_file()


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_replaces_an_earlier_one_and_nothing_else(form, study_folder, tmp_path):
    if not find_spec(NEEDS[form]):
        pytest.skip(f"{NEEDS[form]} is not installed")
    target = tmp_path / "out"
    target.mkdir()
    for name in (EARLIER, "old"):
        (target / name).touch()
    write_export(study_folder, form, target)
    assert (target / EARLIER).exists()
    assert not (target / "old").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    command = ["export", "all-sorts", "--results", str(study_folder.parent), "--to", form]
    found = CliRunner().invoke(main, [*command, "--out", str(tmp_path / "mine")])
    assert found.exit_code == 2
    assert "holds other files" in found.output
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    nothing = CliRunner().invoke(main, ["export", "nothing", "--results", str(tmp_path), "--to", form])
    assert nothing.exit_code == 2
    assert "no results there" in nothing.output


@pytest.mark.parametrize(("form", "module"), [("parquet", "pyarrow"), ("mlflow", "alembic"), ("wandb", "wandb")])
def test_a_form_whose_library_is_missing_says_how_to_get_it(form, module, study_folder, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    found = CliRunner().invoke(main, ["export", "all-sorts", "--results", str(study_folder.parent), "--to", form])
    assert found.exit_code == 2
    assert found.output.count("\n") == 1
    assert found.output.endswith(f'not installed here; pip install "keras-ablations[{form}]"\n')
    assert not (study_folder / "export").exists()


def test_the_command_knows_every_form(study_folder):
    command = ["export", "all-sorts", "--results", str(study_folder.parent)]
    shown = CliRunner().invoke(main, ["export", "--help"]).output
    assert all(f"{form}: " in shown for form in FORMATS)
    wrong = CliRunner().invoke(main, [*command, "--to", "parket"])
    assert wrong.exit_code == 2
    assert 'did you mean "parquet"? Allowed: tensorboard, parquet, mlflow, wandb' in wrong.output


def test_what_to_do_next_can_be_pasted(tmp_path):
    assert next_step("wandb", tmp_path / "my runs") == f"send it with: cd '{tmp_path}/my runs' && wandb sync"
    assert next_step("mlflow", tmp_path / "a").endswith(f" sqlite:///{tmp_path.resolve()}/a/mlflow.db")

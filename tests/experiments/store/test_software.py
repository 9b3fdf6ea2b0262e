"""Versions, the checkout's revision, and the digest of what trains."""

import re
import shutil
import subprocess
from importlib.metadata import version

import pytest

from experiments.store import software


def test_versions_are_those_installed():
    found = software.versions()
    assert found["keras"] == version("keras")
    assert found["numpy"] == version("numpy")
    assert re.fullmatch(r"3\.\d+\.\d+\w*", found["python"])


def test_a_package_that_is_not_installed_is_left_out(monkeypatch):
    monkeypatch.setattr(software, "_PACKAGES", ("keras", "no-such-package"))
    assert set(software.versions()) == {"python", "keras"}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the sources that train, committed."""
    for place in software.TRAINS:
        copy = shutil.copytree if (software.ROOT / place).is_dir() else shutil.copy
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        copy(software.ROOT / place, tmp_path / place)
    (tmp_path / "README.md").write_text("read me")
    monkeypatch.setattr(software, "ROOT", tmp_path)
    git("init", "--quiet")
    commit()
    return tmp_path


def git(*command):
    options = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(software.ROOT), *options, *command], check=True, capture_output=True)


def commit():
    git("add", ".")
    git("commit", "--quiet", "-m", "one")


def test_the_digest_is_of_names_and_bytes_of_what_trains(checkout):
    before = software.code_digest(checkout)
    assert re.fullmatch("[0-9a-f]{16}", before)
    (checkout / "README.md").write_text("more")
    (checkout / "custom" / "notes.txt").write_text("more")
    assert software.code_digest(checkout) == before
    seeds = checkout / "experiments" / "study" / "seeds.py"
    kept = seeds.read_bytes()
    seeds.write_bytes(kept + b"#")
    assert software.code_digest(checkout) != before
    seeds.write_bytes(kept)
    assert software.code_digest(checkout) == before
    models = checkout / "experiments" / "models"
    (models / "mlp.py").rename(models / "perceptron.py")
    assert software.code_digest(checkout) != before


def test_a_checkout_tells_whether_what_trains_has_changed(checkout):
    first = software.git_revision()
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert software.changed_since(first) is False
    (checkout / "README.md").write_text("more")
    commit()
    assert software.git_revision() != first
    assert software.changed_since(first) is False
    (checkout / "experiments" / "study" / "trial.py").write_text("")
    assert software.git_revision().endswith("-dirty")
    assert software.changed_since(first) is True
    commit()
    assert software.changed_since(first) is True


@pytest.mark.parametrize("revision", ["0123456789ab", "0123456789ab-dirty", "--output=here"])
def test_of_an_unknown_revision_nothing_is_told(checkout, revision):
    assert software.changed_since(revision) is None


def test_without_a_checkout_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(software, "ROOT", tmp_path)
    assert (software.git_revision(), software.changed_since("0123456789ab")) == (None, None)


@pytest.mark.parametrize("error", [OSError("no git"), subprocess.TimeoutExpired("git", 5)])
def test_without_git_there_is_no_revision(monkeypatch, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(software.subprocess, "run", fails)
    assert software.git_revision() is None

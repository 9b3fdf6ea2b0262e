"""What this machine has, and what is wrong with it."""

import shutil
from collections import namedtuple

import pytest

from experiments.run import doctor
from experiments.store import software
from experiments.tasks import keras_cache


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty cache of data sets."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def test_on_a_machine_that_has_everything_all_is_well(tmp_path):
    lines, wrong = doctor.examine(tmp_path / "results")
    assert not wrong
    assert lines[-1] == "all is well"
    assert any(line.startswith("keras 3.") for line in lines)
    assert any(line.startswith("machine: ") for line in lines)
    assert sum(line.startswith(tuple(keras_cache.FILES)) for line in lines) == len(keras_cache.FILES)
    assert f"mnist: not cached; it is fetched when first needed ({tmp_path / 'keras' / 'datasets'})" in lines
    assert list(tmp_path.iterdir()) == []  # looking leaves nothing behind


def test_a_data_set_that_is_cached_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(keras_cache, "is_cached", lambda name: name == "mnist")
    lines, _ = doctor.examine(tmp_path)
    assert f"mnist: cached ({tmp_path / 'keras' / 'datasets'})" in lines


@pytest.mark.parametrize("place", ["results", "results/deeper"])
def test_a_file_in_the_folders_place_is_wrong(tmp_path, place):
    (tmp_path / "results").write_text("in the way")
    lines, wrong = doctor.examine(tmp_path / place)
    assert wrong
    assert lines[-1] == f"wrong: {tmp_path / 'results'} can't be written"


def test_a_full_disk_is_wrong(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 10**7))
    lines, wrong = doctor.examine(tmp_path)
    assert wrong
    assert lines[-1] == f"wrong: {tmp_path} has less than 0.1 GB free"


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        (("keras",), ["keras"]),
        (("tensorflow-cpu", "tensorflow", "jax"), ["tensorflow"]),
        (("numpy", "pandas"), ["numpy", "pandas"]),
    ],
)
def test_what_is_not_installed_is_told_with_how_to_mend_it(tmp_path, monkeypatch, lacking, told):
    found = {name: version for name, version in software.versions().items() if name not in lacking}
    monkeypatch.setattr(software, "versions", lambda: found)
    lines, wrong = doctor.examine(tmp_path)
    assert wrong
    assert lines[-len(told) :] == [f"wrong: {name} is not installed; `make setup` installs it" for name in told]

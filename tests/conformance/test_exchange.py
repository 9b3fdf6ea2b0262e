"""A file with every part in it: back in this process, and from the other backend's."""

import os
import shutil
import zipfile
from pathlib import Path

import keras
import pytest

from tests.conformance.exchange import INSIDE, check, write
from tests.custom.support import KERAS_COPIES

# a step has no gradient on purpose, and the opponents of generators are not in the path
pytestmark = [KERAS_COPIES, pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning")]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with the file of this process."""
    folder = tmp_path_factory.mktemp("own")
    write(folder, "own")
    return folder


@pytest.mark.skipif("CUSTOM_EXCHANGE" in os.environ, reason="the backends read each other's")
def test_in_this_process(written):
    check(written, "own")


def test_every_part_is_in_the_file(written):
    config = zipfile.ZipFile(written / "own.keras").read("config.json").decode()
    missing = [name for name in INSIDE if f'"custom>{name}"' not in config]
    assert not missing


@pytest.mark.skipif("CUSTOM_EXCHANGE" not in os.environ, reason="only as a part of the other backend's run")
def test_from_the_other_backend(written):
    """In the process that `test_jax` starts: reads what TensorFlow wrote, and gives it what it wrote itself."""
    folder = Path(os.environ["CUSTOM_EXCHANGE"])
    check(folder, "tensorflow")
    for file in written.iterdir():
        shutil.copy(file, folder / f"{keras.backend.backend()}{file.suffix}")

"""Parts of the user's own: found by module or file, beside the study file, and digested by their source."""

import hashlib
import sys
from pathlib import Path

import pytest

from experiments.errors import RequestError
from experiments.study.imports import add_folder, is_target, load, source_digest

OWN = """
def net():
    return "own"

value = {value}
"""


@pytest.fixture(autouse=True)
def restored(monkeypatch):
    """The import path and the modules as they were."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "imports_test_module.py").write_text(OWN.format(value=1))
    (tmp_path / "parts" / "nets.py").write_text(OWN.format(value=2))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "yes"),
    [
        ("my_parts:swish", True),
        ("a.b.c:d", True),
        ("path/to/file.py:net", True),
        ("relu", False),
        ("relu:", False),
        (":relu", False),
        ("file.py", False),
        (None, False),
        (3, False),
    ],
)
def test_a_target_has_a_place_and_an_attribute(name, yes):
    assert is_target(name) is yes


def test_a_module_is_found_beside_the_study_file(folder):
    assert load("imports_test_module:value", str(folder)) == 1


def test_a_file_is_found_from_the_study_files_folder_and_by_its_whole_path(folder):
    assert load("parts/nets.py:value", str(folder)) == 2
    assert load(f"{folder / 'parts' / 'nets.py'}:value", "elsewhere") == 2


def test_a_file_may_import_its_neighbours(folder):
    (folder / "parts" / "imports_test_neighbour.py").write_text("value = 5\n")
    (folder / "parts" / "uses.py").write_text("from imports_test_neighbour import value\n")
    assert load("parts/uses.py:value", str(folder)) == 5


def test_files_of_one_name_in_two_folders_are_two_modules(folder):
    (folder / "nets.py").write_text(OWN.format(value=3))
    assert (load("nets.py:value", str(folder)), load("parts/nets.py:value", str(folder))) == (3, 2)


def test_a_file_is_imported_once(folder):
    assert load("parts/nets.py:net", str(folder)) is load("parts/nets.py:net", str(folder))


def test_the_folder_is_appended_never_first_and_once(folder):
    before = list(sys.path)
    for _ in range(2):
        load("imports_test_module:value", str(folder))
    assert sys.path == [*before, str(folder)]
    add_folder(None)
    assert sys.path == [*before, str(folder)]


def test_a_users_file_hides_no_module_of_the_same_name(folder):
    (folder / "json.py").write_text("value = 'mine'\n")
    (folder / "colorsys.py").write_text("raise RuntimeError('hidden')\n")  # of the standard library, seldom imported
    sys.modules.pop("colorsys", None)
    assert load("colorsys:rgb_to_hsv", str(folder))
    with pytest.raises(RequestError, match=r'"json:value": json has no "value"'):
        load("json:value", str(folder))
    assert load("json.py:value", str(folder)) == "mine"


@pytest.mark.parametrize(
    ("target", "source", "message"),
    [
        ("no_such_module:net", None, "\"no_such_module:net\" can't be imported: No module named 'no_such_module'"),
        ("nowhere.py:net", None, '"nowhere.py:net" can\'t be imported: no file '),
        ("broken.py:net", "def net(:\n", '"broken.py:net" can\'t be imported: invalid syntax (broken.py, line 1)'),
        ("broken.py:net", "import nothing_there\n", '"broken.py:net" can\'t be imported: No module named'),
        (
            "broken.py:net",
            "x = 1\ny = x / 0\n",
            '"broken.py:net" can\'t be imported: ZeroDivisionError: division by zero (broken.py, line 2)',
        ),
        ("broken.py:nett", OWN.format(value=1), '"broken.py:nett": broken.py has no "nett"; did you mean "net"?'),
        ("math:tauu", None, '"math:tauu": math has no "tauu"; did you mean "tau"?'),
    ],
)
def test_what_is_not_there_or_broken_is_a_wrong_request(tmp_path, target, source, message):
    if source:
        (tmp_path / "broken.py").write_text(source)
    for field in ("", "model kind"):
        with pytest.raises(RequestError) as error:
            load(target, str(tmp_path), field)
        assert str(error.value).startswith(f"{field}: {message}" if field else message)
        assert "\n" not in str(error.value)


def test_a_broken_file_can_be_mended_and_imported(tmp_path):
    place = tmp_path / "mended.py"
    place.write_text("value = 1 / 0\n")
    with pytest.raises(RequestError):
        load("mended.py:value", str(tmp_path))
    place.write_text("value = 'mended now'\n")
    assert load("mended.py:value", str(tmp_path)) == "mended now"


@pytest.mark.parametrize("target", ["imports_test_module:net", "imports_test_module:value", "parts/nets.py:net"])
def test_changed_source_changes_the_digest(folder, target):
    before = source_digest(target, str(folder))
    assert source_digest(target, str(folder)) == before != ""
    place = folder / (target.split(":")[0].removesuffix(".py") + ".py")
    place.write_text(place.read_text() + "# changed\n")
    assert source_digest(target, str(folder)) not in (before, "")


def test_the_digest_is_of_the_source_wherever_it_lies(folder, tmp_path):
    (folder / "copy.py").write_text((folder / "parts" / "nets.py").read_text())
    assert source_digest("copy.py:net", str(folder)) == source_digest("parts/nets.py:net", str(folder))


def test_an_object_of_a_class_from_elsewhere_is_digested_by_the_file_that_makes_it(folder):
    text = "from pathlib import PurePosixPath\nhere = PurePosixPath({!r})\n"
    place = folder / "imports_test_object.py"
    place.write_text(text.format("one"))
    before = source_digest("imports_test_object:here", str(folder))
    place.write_text(text.format("two"))
    after = source_digest("imports_test_object:here", str(folder))
    assert after != before
    assert after == hashlib.sha256(place.read_bytes()).hexdigest()[:16]  # not also by the library's


def test_a_function_that_a_package_passes_on_is_digested_by_its_own_file_too(tmp_path):
    package = tmp_path / "imports_test_package"
    package.mkdir()
    (package / "__init__.py").write_text("from imports_test_package.inner import net\n")
    (package / "inner.py").write_text(OWN.format(value=1))
    before = source_digest("imports_test_package:net", str(tmp_path))
    (package / "inner.py").write_text(OWN.format(value=2))
    changed = source_digest("imports_test_package:net", str(tmp_path))
    (package / "__init__.py").write_text("from imports_test_package.inner import net  # as it is\n")
    assert len({before, changed, source_digest("imports_test_package:net", str(tmp_path))}) == 3


def test_what_has_no_source_has_an_empty_digest():
    assert source_digest("sys:maxsize") == ""


def test_no_digest_of_what_is_not_there():
    with pytest.raises(RequestError, match=r"^loss: \"own\.py:loss\" can't be imported"):
        source_digest("own.py:loss", str(Path("nowhere")), "loss")

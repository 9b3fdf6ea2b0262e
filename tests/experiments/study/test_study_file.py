"""Study files: where they are found, what their text may be, and the line of each mistake."""

import sys

import pytest

from experiments.errors import RequestError
from experiments.study import study_file
from experiments.study.study_file import load
from tests.experiments.study.conftest import PARTS
from tests.experiments.study.right_file import RIGHT


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("task = = 3\n", "line 1, column 8"),
        ('task = "xor\n', "line 1"),
        (RIGHT + "seeds 3\n", "line 15"),
        ('task = "xor"\ntask = "moons"\n', "line 2"),
    ],
)
def test_broken_toml_is_told_with_its_line(folder, text, place):
    (folder / "s.toml").write_text(text)
    with pytest.raises(RequestError) as error:
        study_file.load("s.toml")
    assert str(error.value).startswith("s.toml: not valid TOML: ")
    assert place in str(error.value)


def test_files_that_cant_be_read(folder):
    (folder / "latin.toml").write_bytes(b'question = "\xe4"')
    (folder / "folder.toml").mkdir()
    for place, message in {
        "latin.toml": "latin.toml: can't be read: 'utf-8' codec can't decode byte 0xe4",
        "folder.toml": "folder.toml: no such file",
        "nowhere/s.toml": "nowhere/s.toml: no such file",
        "digits-gird": 'study: got "digits-gird"; did you mean "digits-grid"? Allowed: digits-grid,',
    }.items():
        with pytest.raises(RequestError) as error:
            study_file.load(place)
        assert str(error.value).startswith(message)


def test_a_right_file_is_read(folder):
    (folder / "s.toml").write_text(RIGHT)
    study = study_file.load("s.toml")
    assert (study.name, study.task, study.model, study.design, study.seeds) == ("right", "xor", "mlp", "grid", [0, 1])
    assert study.factors == {"activation": [{"name": "relu"}, {"name": "tanh"}], "learning_rate": [0.1, 0.01]}
    assert (study.base["activation"], study.base["learning_rate"]) == ({"name": "tanh"}, 0.1)
    assert study.base["loss"] == {"name": "cross_entropy"}
    assert (study.path, study.folder) == ("s.toml", str(folder))
    assert len(study.trials) == 8


def test_defaults(folder):
    (folder / "short.toml").write_text("[factors]\nactivation = ['relu']\n")
    study = study_file.load("short.toml")
    assert (study.name, study.task, study.design, study.seeds) == ("short", "digits", "grid", [0, 1, 2, 3, 4])
    assert (study.base["epochs"], study.base["batch_size"], study.base["resample"]) == (20, 32, True)


@pytest.mark.parametrize("path", study_file.default_studies(), ids=lambda path: path.stem)
def test_default_studies_are_right_and_go_by_their_names(path):
    study = study_file.load(path.stem)
    assert study.name == path.stem
    assert study.path is None
    assert study.trials
    assert study.question.endswith("?")


def test_the_contract_asks_for_these_default_studies():
    studies = [study_file.load(path) for path in study_file.default_studies()]
    assert {"digits", "mnist", "moons", "outliers"} <= {study.task for study in studies}
    assert {"grid", "leave-one-out"} <= {study.design for study in studies}


def test_users_parts_are_found_beside_the_file_and_digested(folder):
    place = folder / "below"
    place.mkdir()
    (place / "study_file_test_tasks.py").write_text(
        "from experiments.tasks import Task\ntask = Task('linear', (3,), 1, lambda seed: None)\n"
    )
    (place / "nets.py").write_text(PARTS)
    (place / "s.toml").write_text(
        'task = "study_file_test_tasks:task"\n[model]\nkind = "nets.py:net"\n'
        '[factors]\nwidth = [2, 4]\nregularizer = ["none", "l1"]\n'
    )
    first = sys.path[0]
    study = study_file.load("below/s.toml")
    assert sys.path[0] == first
    assert sys.path[-1] == str(place)
    assert (study.head, study.primary) == ("linear", "mean_absolute_error")
    assert set(study.sources) == {"study_file_test_tasks:task", "nets.py:net"}
    assert study.base["width"] == 2
    (place / "study_file_test_tasks.py").write_text((place / "study_file_test_tasks.py").read_text() + "# more\n")
    assert study_file.load("below/s.toml").sources["nets.py:net"] == study.sources["nets.py:net"]
    assert study_file.load("below/s.toml").digest != study.digest


def test_lines_are_found_in_every_way_of_writing_tables(messages):
    (line,) = messages('task = "xor"\nbaseline.epochs = 1\nfactors.epochs = [1, 0]\n')
    assert line.startswith("3: factors epochs: got 0")
    (line,) = messages('task = "xor"\nbaseline = { epochs = 1 }\nfactors = { epochs = [1, 0] }\n')
    assert line.startswith("3: factors epochs: got 0")
    (line,) = messages('[factors]  # the levels\nepochs = [\n  1,\n  0,\n]\n[task]\nname = "xor"\n')
    assert line.startswith("2: factors epochs: got 0")
    (line,) = messages('[factors]\nepochs = [1]\nunits = [\n[4],\n[0]\n]\n[task]\nname = "xor"\nn = 60\n')
    assert line.startswith("3: factors units: got 0")
    (line,) = messages('[factors]\nepochs = [1]\n[task]\nname = "xor"\nn = 6\n')
    assert line.startswith("5: task xor n: got 6")


def test_toml_that_no_reader_takes_is_refused_in_one_line(tmp_path):
    for text, said in (
        ("a = " + "[" * 600 + "]" * 600, "nested too deep"),
        (f"seeds = {'1' * 5000}", "not valid TOML"),
    ):
        (tmp_path / "s.toml").write_text(text)
        with pytest.raises(RequestError, match=f"s.toml: not valid TOML: .*{said}|s.toml: {said}") as caught:
            load(tmp_path / "s.toml")
        assert "\n" not in str(caught.value)

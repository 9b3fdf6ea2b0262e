"""What a study file names is compared with what results were made with before any of it runs."""

import pytest

from experiments.errors import RequestError
from experiments.followups.named_code import check_code, find_named_code
from experiments.study import study_file
from experiments.study.imports import source_digest

STUDY = (
    'task = "xor"\nepochs = 1\n[model]\nkind = "parts.py:net"\n[factors]\nactivation = ["relu", "own.parts:swish"]\n'
)
NET = "def net(input_shape, outputs, activation): ...\n"


@pytest.fixture
def place(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "__init__.py").write_text("")
    (tmp_path / "own" / "parts.py").write_text("from own.others import swish\n")
    (tmp_path / "own" / "others.py").write_text("def swish(x): return x\n")
    (tmp_path / "parts.py").write_text(NET)
    (tmp_path / "s.toml").write_text(STUDY)
    return tmp_path / "s.toml"


def test_code_is_known_again_without_running_it(place, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    assert find_named_code(study_file.table(place)) == {"parts.py:net", "own.parts:swish"}
    sources = {name: source_digest(name, str(tmp_path)) for name in ("parts.py:net", "own.parts:swish")}
    (tmp_path / "elsewhere").mkdir()
    for name in ("s.toml", "parts.py", "own"):
        (tmp_path / name).rename(tmp_path / "elsewhere" / name)
    check_code(str(tmp_path / "elsewhere" / "s.toml"), sources)


@pytest.mark.parametrize(
    ("sources", "said"),
    [({}, "own.parts:swish, which is not among"), ({"own.parts:swish": "0"}, "own.parts:swish, whose source may not")],
)
def test_other_code_is_never_run(place, tmp_path, sources, said):
    for file in (tmp_path / "parts.py", tmp_path / "own" / "__init__.py"):
        file.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n{NET}")
    with pytest.raises(RequestError, match=f"{said}.*--file"):
        check_code(str(place), sources)
    assert not (tmp_path / "ran").exists()


def test_text_that_is_no_part_is_no_code():
    assert find_named_code({"question": "a:b", "name": "c:d", "factors": {"mode": ["e:f"]}, "model": 3}) == set()
    assert find_named_code({"task": {"name": "a:b"}, "factors": {"loss": "c:d", "activation": [{"name": 3}]}}) == {
        "a:b",
        "c:d",
    }

"""A manifest that something has spoilt is told in one line, whoever reads it."""

import json
from pathlib import Path

import pytest

from experiments.errors import RequestError
from experiments.store.manifest_file import read_manifest, read_study

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "results").glob("*/manifest.json"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_shipped_manifests_are_read_as_they_are(path):
    assert read_manifest(path) == json.loads(path.read_text())


SPOILT = {
    "deep": ("[" * 100_000, "nested too deep"),
    "a long number": ('{"study": ' + "1" * 5000 + "}", "can't be read as the manifest of results"),
    "a list": ("[]", "holds list, not an object"),
    "half a sign": ('{"a": "\\ud800"}', "can't be read as the manifest of results"),
    "no text": ("\udcff", "can't be read as the manifest of results"),
    "nothing": ("{}", "lacks 'study'"),
    "a path": ({"study": {"name": "../../x"}}, 'study.name: got "../../x"'),
    "a name": ({"study": {"name": 3}}, "study.name: got 3: Input should be a valid string"),
    "seeds": ({"study": {"seeds": {"a": 1}}}, "study.seeds: got { a = 1 }: Input should be a valid list"),
    "a level": ({"study": {"factors": {"loss": [{"name": "huber"}]}}}, "study.factors.loss"),
    "no number": ({"study": {"smallest_effect": float("nan")}}, "study.smallest_effect: got nan"),
    "a direction": ({"direction": "up"}, "direction: got \"up\": Input should be 'max' or 'min'"),
    "counts": ({"trials": {"wanted": "many"}}, 'trials.wanted: got "many"'),
    "looks": ({"looked": [3]}, "looked.0: got 3"),
    "where from": ({"imported": {"path": 3}}, "imported.path: got 3"),
}


@pytest.mark.parametrize(("spoilt", "said"), SPOILT.values(), ids=SPOILT)
def test_what_is_wrong_is_told_in_one_line(tmp_path, spoilt, said):
    if isinstance(spoilt, dict):
        whole = json.loads(SHIPPED[0].read_text())
        spoilt = json.dumps(whole | spoilt | {"study": whole["study"] | spoilt.get("study", {})})
    (tmp_path / "manifest.json").write_text(spoilt, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(RequestError) as caught:
        read_manifest(tmp_path / "manifest.json")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert read_study(tmp_path) is None

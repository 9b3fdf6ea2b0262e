"""Whatever a page says, `benchmarks/worlds.py` can read: a sentence that it does not know would go unscored."""

import sys
from pathlib import Path

import pytest

import benchmarks
from experiments.study.words import tell_apart
from tests.experiments.report.asking import TANH, asking
from tests.experiments.report.conftest import EVERY
from tests.experiments.report.found import found_in
from tests.experiments.report.results_folder import hash_of, planted

sys.path.append(str(Path(benchmarks.__path__[0])))  # as beside the script

from hostile.claims import claims
from hostile.pages import read_page

LATE = ((9, "2026-11-24T10:01:00+00:00", {}),)
ASKED = {
    "tanh": {},
    "one-seed": {"seeds": 1},
    "with-huber": {"compare": TANH | {"conditions": {"loss": "huber(delta=0.5)"}}},
    "not-there": {"compare": TANH | {"level": "gelu"}},
    "alike": {"score": lambda levels, seed: 0.9 + seed / 100},
    "close": {"score": lambda levels, seed: 0.9 + seed / 100 + (seed % 3) / 10_000 * (levels["activation"] == "tanh")},
    "open": {"score": lambda levels, seed: planted(levels, hash_of({"seed": seed} | levels))},
    "late": {"stamps": LATE},
    "changed": {"stamps": ((0, "2026-11-24T09:59:00+00:00", {"smallest_effect": 0.01}), *LATE)},
}


@pytest.mark.parametrize("name", EVERY)
def test_every_sentence_of_every_page_is_read(results, name):
    found = found_in(results / name)
    with tell_apart(found.study.factors.values()):
        assert claims(read_page(found)).unread == ()


@pytest.mark.parametrize("name", ASKED)
def test_every_sentence_of_a_page_that_answers_a_declared_question_is_read(name):
    assert claims(read_page(asking(**ASKED[name]))).unread == ()

"""The page on stacking rules: its layer trains one by one without its rule, and as a stack with it, to equal rows."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.run import runner
from experiments.study.study_table import read
from experiments.train.executors.inline import Inline
from tests.custom.support import KERAS_COPIES

pytestmark = KERAS_COPIES
PAGE = Path(__file__).resolve().parents[1] / "docs" / "stacking-rules.md"
REGISTERED = "register(Scale, Rule(scale))\n"


def ran(folder, text, **options):
    """Rows, and what was said, of a study whose model is in a file with this text."""
    folder.mkdir()
    (folder / "own.py").write_text(text)
    study = read(
        {
            "name": "own",
            "task": "blobs",
            "model": {"kind": f"{folder / 'own.py'}:net"},
            "factors": {"activation": ["relu", "tanh"], "width": [4]},
            "seeds": 2,
            "epochs": 2,
        }
    )
    said = []
    runner.run(study, folder, Inline(), say=said.append, **options)
    return pd.read_csv(folder / "own" / "trials.csv"), said


@pytest.fixture(scope="module")
def text():
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert REGISTERED in block
    return block


def test_without_its_rule_it_is_trained_one_by_one_and_said(text, tmp_path):
    rows, said = ran(tmp_path / "without", text.replace(REGISTERED, ""))
    assert set(rows["engine"]) == {"serial"}
    (line,) = re.findall(r"```\n(own: .*?)\n```", PAGE.read_text())
    assert line.replace("20", "4") in said


def test_with_its_rule_it_is_stacked_and_comes_to_the_same(text, tmp_path):
    rows, said = ran(tmp_path / "with", text)
    assert set(rows["engine"]) == {"fused"}
    assert not any("one by one" in line for line in said)
    serial, _ = ran(tmp_path / "serial", text, engine="serial")
    for name in ("train_loss", "validation_loss", "test_cross_entropy"):
        np.testing.assert_allclose(rows[name], serial[name], rtol=1e-4)

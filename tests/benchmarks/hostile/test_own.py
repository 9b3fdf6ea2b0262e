import numpy as np
import pytest
from hostile.own import own_world

MINE = """
import pandas as pd

CONSTANT, PLANTED = 0.2, 0.01


def draw(generator):
    rows = []
    for seed in range(4):
        for lr, gain in (("low", 0.0), ("high", 0.01)):
            rows.append({"rate": lr, "seed": seed, "score": 0.8 + gain + generator.normal(0, 0.01)})
    return pd.DataFrame(rows), {("low",): 0.80, ("high",): 0.81}
"""


def test_a_generator_of_the_users_own(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    world = own_world(f"{tmp_path / 'mine.py'}:draw")
    assert (world.factors, world.constant, world.planted) == ({"rate": ("low", "high")}, 0.2, 0.01)
    assert world.draw(np.random.default_rng(0)).shape == (2, 4)
    assert world.gain(1, 0) == pytest.approx(0.01)


@pytest.mark.parametrize(("target", "why"), [("no.py:draw", "expected"), ("mine.py:draws", "no function")])
def test_a_wrong_target_is_refused(tmp_path, target, why):
    (tmp_path / "mine.py").write_text(MINE)
    with pytest.raises(SystemExit, match=why):
        own_world(str(tmp_path / target))

"""The scores told of a model are what Keras measures on the saved one: models drawn at random, in studies and searches.

`MODELS=60` draws as many; by default a few. A model may be refused, before it is trained and with a reason.
"""

import os

import pytest

from tests.differential.drawn_models import draw
from tests.differential.told_scores import ROUTES, told_scores

FEW = {"serial": [3], "fused": [2, 8], "FusedTuner": [2]}
COUNT = int(os.environ.get("MODELS", "0"))
CASES = [(route, seed) for route in ROUTES for seed in (range(COUNT) if COUNT else FEW[route])]
pytestmark = [
    # Keras, of an optimizer that a loaded model has not yet built
    pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer:UserWarning"),
]


@pytest.mark.parametrize(("route", "seed"), CASES)
def test_told_scores_are_those_of_the_saved_model(route, seed, tmp_path, record_property):
    drawn = draw(seed)
    told = told_scores(drawn, route, tmp_path)
    record_property("outcome", told.refused or f"{told.engine}, {told.error:.1e}")
    if told.refused:
        assert COUNT, f"one of the few is refused: {told.refused}"
        assert not list(tmp_path.rglob("*.keras"))
        return
    assert told.error <= 1e-6, f"{drawn}\ntold {told.told}\nmeasured {told.measured}"

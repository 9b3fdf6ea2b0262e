"""What models cost."""

import keras

from experiments import Ablation
from experiments.ablation.cost import bytes_on_disk, latencies
from tests.experiments.eager import eager_steps


def wide(units):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, name="a"), keras.layers.Dense(1, name="b")])


def test_more_weights_take_more_bytes():
    small, large = wide(2), wide(2000)
    assert bytes_on_disk(large) - bytes_on_disk(small) > 4 * (large.count_params() - small.count_params()) * 0.9


def test_models_take_turns(monkeypatch):
    asked = []
    monkeypatch.setattr(keras.Model, "predict_on_batch", lambda model, x: asked.append((model.name, x.shape)))
    models = [wide(2), wide(3)]
    times = latencies(models, repeats=2, batch=5)
    assert [name for name, _ in asked] == [model.name for model in models] * 3
    assert {shape for _, shape in asked} == {(5, 4)}
    assert len(times) == 2
    assert min(times) >= 0


def test_latency_is_beside_that_of_the_intact_model():
    with eager_steps():
        table = Ablation(wide(4)).without("a").arms(repeats=1, batch=2)
    assert table["latency"].iloc[0] == 1
    assert (table["latency_ms"] > 0).all()

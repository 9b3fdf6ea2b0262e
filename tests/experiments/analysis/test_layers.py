"""Figures of layers over seeds, from columns as telemetry writes them."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.layers import layer_table


def trials():
    generator = np.random.default_rng(0)
    frame = pd.DataFrame({"cell": ["a"] * 9 + ["b"] * 9, "status": "ok"})
    for layer in range(11):
        frame[f"gradient_norm/dense_{layer}"] = generator.exponential(1, 18)
    frame["dead/activation_0"] = [0.5] * 9 + [np.nan] * 9
    frame.loc[0, "status"] = "diverged"
    return frame


def test_means_bands_and_the_order_of_layers():
    frame = trials()
    table = layer_table(frame, ["b", "a"], "gradient_norm")
    assert list(table["cell"]) == ["b"] * 11 + ["a"] * 11
    assert list(table["layer"][:11]) == [f"dense_{layer}" for layer in range(11)]
    ours = table.set_index(["cell", "layer"]).loc[("a", "dense_3")]
    own = frame[(frame["cell"] == "a") & (frame["status"] == "ok")]["gradient_norm/dense_3"]
    assert (ours["mean"], ours["n"]) == (pytest.approx(own.mean()), 8)
    assert (ours["low"], ours["high"]) == (pytest.approx(np.quantile(own, 0.1)), pytest.approx(np.quantile(own, 0.9)))


def test_what_a_cell_lacks_is_left_out():
    table = layer_table(trials(), ["a", "b"], "dead")
    assert list(table["cell"]) == ["a"]
    assert layer_table(trials(), ["a", "b"], "saturated").empty

"""Gradients and units layer by layer: what was planted is the title."""

import json
import shutil

import pandas as pd
import pytest

from experiments.report.figures.layers import layers_figures
from experiments.report.page_findings import PageFindings
from experiments.report.pages.study_page import write_study_report
from experiments.results.results import read_results
from tests.experiments.report.figures.test_figures import axis_of
from tests.experiments.report.found import found_in


@pytest.fixture
def folder(results, tmp_path):
    """The planted grid with telemetry: gradients of sigmoid vanish towards the input, relu has dead units."""
    place = tmp_path / "planted"
    shutil.copytree(results / "planted", place)
    table = pd.read_csv(place / "trials.csv")
    for layer in range(3):
        vanish = 100.0 ** (layer - 2)
        table[f"gradient_norm/dense_{layer}"] = table["activation"].map(
            lambda activation, v=vanish: v if activation == "sigmoid" else 1
        )
        table[f"dead/activation_{layer}"] = table["activation"].eq("relu") * 0.1 * layer
        table[f"saturated/activation_{layer}"] = 0.0
        table[f"zero/dense_{layer}"] = 0.0
        table[f"near_zero/dense_{layer}"] = 0.01 + 0.3 * table["activation"].eq("tanh") * (layer == 1)
    table.to_csv(place / "trials.csv", index=False)
    return place


def test_titles_state_what_was_planted(folder):
    found = layers_figures(PageFindings(read_results(folder)))
    assert [figure.name for figure in found] == ["layers-gradient-norm", "layers-dead", "layers-near-zero"]
    assert found[0].title == "sigmoid: the first layer’s gradient is 10000 times smaller than the last’s"
    assert found[1].title == "relu has the most dead units: 20 % in activation_2"
    assert found[2].title == "tanh has the most weights near zero: 31 % in dense_1"
    axis = axis_of(found[0])
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["dense_0", "dense_1", "dense_2"]
    assert axis.get_yscale() == "log"


def test_what_shows_nothing_is_left_out(folder):
    table = pd.read_csv(folder / "trials.csv")
    near = [name for name in table if name.startswith("near_zero/")]
    table.assign(**dict.fromkeys(near, 0.02)).to_csv(folder / "trials.csv", index=False)
    assert len(layers_figures(PageFindings(read_results(folder)))) == 2  # of saturation, too, there is nothing


@pytest.mark.usefixtures("_nothing_drawn")
def test_the_page_has_them_and_others_have_none(folder, results, tmp_path):
    text = (write_study_report(folder, tmp_path / "pages").parent / "report.md").read_text()
    assert "## Inside the networks" in text
    assert json.loads((folder / "manifest.json").read_text())["study"]["name"] == "planted"
    assert not layers_figures(found_in(results / "planted"))

"""Rows numbered after they were sorted by score are no pairs."""

import numpy as np
import pytest
from scipy import stats

from experiments.interchange.imports.source import read_source
from experiments.interchange.imports.table.sorted_seeds import are_numbered_by_score
from tests.experiments.interchange.imports.table.verdicts import verdicts


@pytest.mark.parametrize("way", [1, -1])
def test_rows_in_the_order_of_their_scores_pair_nothing(tmp_path, way):
    generator = np.random.default_rng(0)
    sides = {name: np.sort(generator.normal(0.9, 0.01, 10).round(5))[::way] for name in ("relu", "tanh")}
    rows = [f"{name},{place},{score}" for name, some in sides.items() for place, score in enumerate(some)]
    place = tmp_path / "t.csv"
    place.write_text("\n".join(["a,rep,val_acc", *rows]))
    options = {"factors": "a", "score": "val_acc", "seed": "rep"}
    imported, table = verdicts(place, tmp_path, **options)
    test = stats.ttest_ind(sides["tanh"], sides["relu"], equal_var=False)
    interval = test.confidence_interval(1 - 0.05 * 0.95)  # what levels may spend
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([interval.low, interval.high])
    assert any("--read rep=exact pairs them all the same" in note for note in imported.notes)
    assert verdicts(place, tmp_path / "again", **options, read=["rep=exact"])[0].paired


def test_seeds_are_read_exactly_by_either_name_of_their_column(tmp_path):
    rows = [f"{name},{seed},0.{7 + seed}" for name in ("relu", "tanh") for seed in range(3)]
    place = tmp_path / "t.csv"
    place.write_text("\n".join(["a,config.rep,val_acc", *rows]))
    for name in ("rep", "config.rep"):
        options = {"factors": "a", "score": "val_acc", "seed": "rep", "read": [f"{name}=exact"]}
        assert read_source(place, **options).paired


def test_draws_are_no_such_numbers():
    """Also where configurations fail alike: seeds that move all of them the same way are in no order."""
    generator = np.random.default_rng(0)
    found = 0
    for _ in range(400):
        shared = generator.normal(size=6)
        scores = [*(shared + generator.normal(size=6)), *(shared + generator.normal(size=6))]
        found += are_numbered_by_score(["a"] * 6 + ["b"] * 6, [*range(6)] * 2, scores)
    assert found <= 3, "at most 2/6! of tables, were the two perfectly correlated"
    assert not are_numbered_by_score("aaabbb", [0, 1, 2] * 2, [1, 2, 3, 1, 2, 3])
    assert not are_numbered_by_score("aaaabbbb", [0, 1, 2, 3] * 2, [1, 2, 3, 4, 5, 5, 5, 5])
    assert not are_numbered_by_score("aaaabbbb", [0, 1, 2, 3] * 2, [1, 2, 3, 4, 4, 3, 2, 1])
    assert are_numbered_by_score("aaaaabbbb", [0, 1, 2, 3, 4, 0, 1, 2, 3], [1, 2, np.nan, 3, 4, 1, 1, 3, 3])

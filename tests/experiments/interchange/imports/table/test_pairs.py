"""Rows paired by seeds: each configuration has a seed once, and what is left out is said."""

import numpy as np
import pytest
from scipy import stats

from experiments.errors import RequestError
from experiments.interchange.imports.foreign import read_foreign
from experiments.interchange.imports.table.pairs import are_numbered_by_score
from tests.experiments.interchange.imports.table.verdicts import read, said, verdicts

HEADER = "a,seed,state,val_acc\n"


def rows(tmp_path, text, **options):
    return read(tmp_path, HEADER + text, **({"seed": "seed"} | options))


def test_a_row_twice_is_kept_once(tmp_path):
    found = rows(tmp_path, "relu,0,ok,0.5\ntanh,0,ok,0.6\nrelu,0,ok,0.5\n")
    assert len(found.rows) == 2
    assert "Rows that repeat others to the letter, left out: 1." in said(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("relu,0,ok,0.5\nrelu,0,ok,0.6\n", "rows 1 and 2 have the same factors and seed, but differ in val_acc"),
        (
            "relu,0,ok,0.5\nrelu,0.0,ok,0.5\n",
            "rows 1 and 2 have the same factors and seed, but are written differently",
        ),
        ("relu,0,ok,0.5\ntanh,,ok,0.6\n", "--seed seed: empty in row 2; fill in"),
        ("relu,nan,ok,0.5\ntanh,,diverged,\n", "--seed seed: empty in rows 1, 2; fill in"),
    ],
)
def test_what_is_no_pair_is_refused(tmp_path, text, message):
    with pytest.raises(RequestError, match=message):
        rows(tmp_path, text)


def test_a_failed_row_gives_way_to_one_of_its_seed_that_did_not(tmp_path):
    found = rows(tmp_path, "relu,0,failed,0.1\nrelu,0,ok,0.5\ntanh,0,failed,\ntanh,0,failed,0.2\n")
    assert [(row["a"], row["status"]) for row in found.rows] == [("relu", "ok"), ("tanh", "failed")]
    assert "Failed rows whose configuration and seed are there again, left out: 2." in said(found)


def test_a_failed_row_without_a_seed_is_left_out(tmp_path):
    found = rows(tmp_path, "relu,0,ok,0.5\nrelu,,failed,\n")
    assert len(found.rows) == 1
    assert "1 row without a seed, and without a score: left out." in said(found)


def test_equal_rows_that_nothing_tells_apart_count_and_it_is_said(tmp_path):
    found = rows(tmp_path, "relu,0,ok,0.5\nrelu,0,ok,0.5\n", seed=None)
    assert len(found.rows) == 2
    assert "Rows that repeat others to the letter: 1. They count as runs of their own" in said(found)


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
        assert read_foreign(place, **options).paired


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

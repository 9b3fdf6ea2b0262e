"""A CSV of any framework as results: what its rows say, and what they don't."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import cli
from experiments.errors import RequestError
from experiments.imported.source import read_source
from experiments.imported.table import table


def runs(seeds=6, gain=0.02):
    """Two activations, two rates; gelu is better by `gain`, seeds share their luck."""
    generator = np.random.default_rng(0)
    rows = []
    for seed in range(seeds):
        luck = generator.normal(0, 0.02)
        for activation in ("relu", "gelu"):
            for rate in (0.1, 0.01):
                score = 0.9 + luck + gain * (activation == "gelu") + generator.normal(0, 0.002)
                rows.append({"activation": activation, "lr": rate, "seed": seed, "val_acc": score})
    return pd.DataFrame(rows)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a frame as `runs.csv`; its path."""
    monkeypatch.chdir(tmp_path)

    def write(frame):
        frame.to_csv(tmp_path / "runs.csv", index=False)
        return tmp_path / "runs.csv"

    return write


FACTORS = ["activation", "lr"]


def test_rows_factors_and_scores(written):
    found = table(written(runs()), FACTORS, "val_acc", "seed")
    assert found.factors == {"activation": ["relu", "gelu"], "learning_rate": [0.01, 0.1]}
    assert (found.metrics, found.direction, found.design) == (["accuracy"], "max", "grid")
    assert "The column lr is learning_rate here." in found.caveats
    frame = runs().rename(columns={"activation": "learning_rate"})
    both = table(written(frame), ["learning_rate", "lr"], "val_acc", "seed")
    assert list(both.factors) == ["learning_rate", "lr"]
    assert len(found.rows) == 24
    assert len({row["cell"] for row in found.rows}) == 4
    frame = runs()
    assert [row["validation_accuracy"] for row in found.rows] == pytest.approx(frame["val_acc"].tolist())
    assert [row["seed"] for row in found.rows] == frame["seed"].tolist()


@pytest.mark.parametrize("form", ["params.{}", "config.{}", "config/{}"])
def test_names_as_exports_have_them(written, form):
    frame = runs().rename(columns={"activation": form.format("activation"), "val_acc": "metrics.val_acc"})
    found = table(written(frame), FACTORS, "val_acc", "seed")
    assert list(found.factors) == ["activation", "learning_rate"]


def test_states_of_exports(written):
    frame = runs().assign(status="FINISHED", run_id=[f"r{at}" for at in range(24)])
    frame = frame.astype({"val_acc": object})
    frame.loc[0, "status"], frame.loc[1, "status"], frame.loc[2, "val_acc"] = "RUNNING", "FAILED", np.nan
    found = table(written(frame), FACTORS, "val_acc", "seed")
    by_trial = {row["trial"]: row["status"] for row in found.rows}
    assert "r0" not in by_trial
    assert [by_trial[f"r{at}"] for at in (1, 2, 3)] == ["failed", "diverged", "ok"]
    assert found.notes == ["1 row had not ended when the table was written: left out."]
    frame.loc[5, "val_acc"] = "good"
    with pytest.raises(RequestError, match='"good" in row 6'):
        table(written(frame), FACTORS, "val_acc", "seed")


def test_without_seeds_rows_are_counted_and_the_page_says_so(written):
    found = table(written(runs()), FACTORS, "val_acc")
    assert sorted({row["seed"] for row in found.rows}) == list(range(6))
    assert any("--seed names" in one for one in found.caveats)
    assert "wider than paired seeds" in found.method


def test_seeds_that_are_words_are_numbered(written):
    frame = runs()
    frame["seed"] = frame["seed"].map(lambda one: f"host-{one}")
    assert {row["seed"] for row in table(written(frame), FACTORS, "val_acc", "seed").rows} == set(range(6))


def test_per_cent_become_shares(written):
    frame = runs()
    frame["val_acc"] = (100 * frame["val_acc"]).round(2).astype(str) + "%"
    found = table(written(frame), FACTORS, "val_acc", "seed")
    assert 0.8 < found.rows[0]["validation_accuracy"] < 1
    assert "val_acc was given in per cent, and is kept as a share." in found.caveats


def test_a_row_twice_is_kept_once_but_a_forgotten_factor_is_refused(written):
    frame = runs()
    again = pd.concat([frame, frame.head(2)])
    found = table(written(again), FACTORS, "val_acc", "seed")
    assert len(found.rows) == 24
    assert found.notes == ["Rows that repeat others to the letter, left out: 2."]
    with pytest.raises(RequestError, match="rows 1 and 2 have the same factors and seed, but differ in lr, val_acc"):
        table(written(frame), ["activation"], "val_acc", "seed")


def test_what_is_missing_of_a_grid_is_told(written):
    frame = runs()
    found = table(written(frame[(frame["activation"] == "relu") | (frame["lr"] == 0.1)]), FACTORS, "val_acc", "seed")
    assert any(one.startswith("Of 4 combinations of these levels 3 are there") for one in found.caveats)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "--factors: not given; which columns of"),
        ({"factors": "activation"}, "--score: not given"),
        ({"factors": "activaton", "score": "val_acc"}, 'did you mean "activation"'),
        ({"factors": "activation", "score": "val_acc", "seed": "sed"}, 'did you mean "seed"'),
        ({"factors": "activation,seed", "score": "val_acc", "seed": "seed"}, "is the seed as well"),
        ({"factors": "activation", "score": "lr", "seed": "seed"}, "--direction: whether more or less of lr is better"),
        ({"factors": "lr", "score": "activation", "direction": "max"}, 'has "relu" in row 1, allowed are numbers'),
        ({"objective": "val_acc"}, "--objective"),
    ],
)
def test_what_can_not_be_read_is_one_line(written, options, said):
    with pytest.raises(RequestError) as refused:
        read_source(written(runs()), **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_project_takes_no_columns(tmp_path):
    with pytest.raises(RequestError, match="--score"):
        read_source(tmp_path, score="val_acc")


def test_nothing_that_has_ended(written):
    with pytest.raises(RequestError, match="none of its 24 rows has ended"):
        table(written(runs().assign(State="running")), FACTORS, "val_acc", "seed")


def ask(*arguments):
    done = CliRunner().invoke(cli.main, ["report", *arguments])
    return done.exit_code, done.output


def test_a_page_of_a_csv(written):
    place = written(runs())
    options = ["--factors", "activation,lr", "--score", "val_acc", "--seed", "seed"]
    status, said = ask("--from", "runs.csv", *options)
    assert (status, said.splitlines()[-2:]) == (0, ["reports/runs/index.html", "reports/index.html"])
    text = (place.parent / "reports/runs/report.md").read_text()
    assert "**gelu" in text
    assert "ablations report --from runs.csv --factors activation,lr --score val_acc --seed seed" in text
    assert ask("--from", "runs.csv", *options)[0] == 0  # again
    assert ask("--score", "val_acc")[0] == 2

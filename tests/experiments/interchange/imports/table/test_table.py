"""A CSV of any framework as results: what its rows say, and what they don't."""

import json
import shlex

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import cli
from experiments.errors import RequestError
from experiments.interchange.imports.foreign import read_foreign
from experiments.interchange.imports.table.choices import parse_choices
from experiments.interchange.imports.table.table import table
from tests.experiments.interchange.imports.table.verdicts import CASES
from tests.experiments.report.conftest import _nothing_drawn  # noqa: F401 (a fixture)


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


def read(place, factors="activation,lr", score="val_acc", seed="seed"):
    return table(place, parse_choices(factors=factors, score=score, seed=seed))


def test_rows_factors_and_scores(written):
    found = read(written(runs()))
    assert found.factors == {"activation": ["gelu", "relu"], "learning_rate": [0.01, 0.1]}
    assert (found.metrics, found.direction, found.design) == (["accuracy"], "max", "grid")
    assert "The column lr is learning_rate here." in found.notes
    assert found.paired
    frame = runs().rename(columns={"activation": "learning_rate"})
    both = read(written(frame), "learning_rate,lr")
    assert list(both.factors) == ["learning rate", "learning_rate"]
    frame["learning_rate"] = frame["learning_rate"].map({"relu": 0.1, "gelu": 0.2})
    assert list(read(written(frame), "learning_rate,lr").factors) == ["learning_rate", "lr"]
    assert len(found.rows) == 24
    assert len({row["cell"] for row in found.rows}) == 4
    frame = runs()
    assert [row["validation_accuracy"] for row in found.rows] == pytest.approx(frame["val_acc"].tolist())
    assert [row["seed"] for row in found.rows] == frame["seed"].tolist()


@pytest.mark.parametrize("form", ["params.{}", "config.{}", "config/{}"])
def test_names_as_exports_have_them(written, form):
    frame = runs().rename(columns={"activation": form.format("activation"), "val_acc": "metrics.val_acc"})
    assert list(read(written(frame)).factors) == ["activation", "learning_rate"]


def test_states_of_exports(written):
    frame = runs().assign(status="FINISHED", run_id=[f"r{at}" for at in range(24)])
    frame = frame.astype({"val_acc": object})
    frame.loc[0, "status"], frame.loc[1, "status"], frame.loc[2, "val_acc"] = "RUNNING", "FAILED", np.nan
    found = read(written(frame))
    by_trial = {row["trial"]: row["status"] for row in found.rows}
    assert "r0" not in by_trial
    assert [by_trial[f"r{at}"] for at in (1, 2, 3)] == ["failed", "diverged", "ok"]
    assert "1 row was running: left out, still unfinished when the table was written." in found.notes
    assert any(caveat.startswith("1 row has ended without a score, and count") for caveat in found.caveats)
    frame.loc[5, "val_acc"] = "good"
    with pytest.raises(RequestError, match='val_acc: has "good" in row 6; allowed are numbers'):
        read(written(frame))


def test_without_seeds_no_two_rows_are_a_pair_and_the_page_says_so(written):
    found = read(written(runs()), seed=None)
    assert len({row["seed"] for row in found.rows}) == 24
    assert not found.paired
    assert any("--seed names" in caveat and "independent runs" in caveat for caveat in found.caveats)
    assert "independent runs" in found.method


def test_seeds_of_which_no_two_configurations_have_one_are_no_pairs(written):
    frame = runs()
    found = read(written(frame.assign(seed=range(len(frame)))))
    assert not found.paired
    assert "No two configurations have a seed in common" in found.method
    assert read(written(frame.assign(seed=[0, *range(23)]))).paired


def test_what_the_names_of_columns_say_of_other_factors(written):
    frame = runs().rename(columns={"activation": "params.activation", "lr": "params.lr"})
    relu = frame[frame["params.activation"].eq("relu") == frame["params.lr"].eq(0.1)]
    assert "Varied too, and not among --factors: params.lr." in read(written(relu), "activation").caveats


@pytest.mark.parametrize(
    ("score", "factor", "given", "expected"),
    [
        ("val_acc", 1, None, None),  # half a point, as of any accuracy
        ("val_acc", 100, "0.2", 0.002),  # given as the table has it, kept as the results have it
        ("val_f1", 100, "0.2", 0.2),
        ("val_auc", 1, None, 0.005),
        ("val_auc", 100, None, 0.5),
    ],
)
def test_the_smallest_difference_that_matters(written, score, factor, given, expected):
    frame = runs().rename(columns={"val_acc": score})
    frame[score] *= factor
    choices = parse_choices(factors="activation,lr", score=score, seed="seed", smallest_effect=given)
    found = table(written(frame), choices)
    assert found.smallest_effect == pytest.approx(expected) if expected else found.smallest_effect is None


def test_the_order_of_rows_changes_no_baseline(written):
    frame = runs()
    first, last = (read(written(rows)) for rows in (frame, frame[::-1]))
    assert first.factors == last.factors
    assert "The baseline is activation gelu, learning_rate 0.01 (the first level in order" in " ".join(first.caveats)


def test_what_is_missing_of_a_grid_is_told(written):
    frame = runs()
    found = read(written(frame[(frame["activation"] == "relu") | (frame["lr"] == 0.1)]))
    assert any(caveat.startswith("Of 4 combinations of these levels 3 are there") for caveat in found.caveats)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "--factors: not given; which columns of"),
        ({"factors": "activation"}, "--score: not given"),
        ({"factors": "activaton", "score": "val_acc"}, 'did you mean "activation"'),
        ({"factors": "activation", "score": "val_acc", "seed": "sed"}, 'did you mean "seed"'),
        ({"factors": "activation,seed", "score": "val_acc", "seed": "seed"}, "is the seed as well"),
        ({"factors": "activation", "score": "lr", "seed": "seed"}, "--direction: whether more or less of lr is better"),
        ({"factors": "lr", "score": "activation", "direction": "max"}, 'has "relu" in row 1; allowed are numbers'),
        (
            {"factors": "activation", "score": "val_acc", "baseline": ["activation=selu"]},
            '--baseline activation: got "selu"',
        ),
        ({"factors": "activation", "score": "val_acc", "read": ["lr=exact"]}, '--read: got "lr"'),
        ({"factors": "activation", "score": "val_acc", "read": ["activation=odd"]}, '--read activation: got "odd"'),
        ({"factors": "activation", "score": "val_acc", "state": ["a", "b"]}, '--state: got "a, b"'),
        ({"factors": "activation,activation", "score": "activation"}, "is the score as well"),
        (
            {"factors": "activation", "score": "lr", "direction": "max"},
            "--smallest-effect: which difference in lr matt",
        ),
        ({"factors": "activation", "score": "val_acc", "smallest_effect": "-1"}, '--smallest-effect: got "-1"'),
        ({"factors": "activation", "score": "val_acc", "seed": "val_acc"}, "is the score as well"),
        ({"objective": "val_acc"}, "--objective"),
    ],
)
def test_what_can_not_be_read_is_one_line(written, options, said):
    with pytest.raises(RequestError) as refused:
        read_foreign(written(runs()), **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_project_takes_no_columns(tmp_path):
    with pytest.raises(RequestError, match="--score"):
        read_foreign(tmp_path, score="val_acc")


def test_nothing_that_has_ended(written):
    with pytest.raises(RequestError, match="none of its 24 rows has ended"):
        read(written(runs().assign(State="running")))


def ask(*arguments):
    done = CliRunner().invoke(cli.main, ["report", *arguments])
    return done.exit_code, done.output


@pytest.mark.usefixtures("_nothing_drawn")
def test_a_page_of_a_csv(written):
    place = written(runs())
    options = ["--factors", "activation,lr", "--score", "val_acc", "--seed", "seed", "--baseline", "activation=relu"]
    options += ["--smallest-effect", "0.01"]
    status, said = ask("--from", "runs.csv", *options)
    assert (status, said.splitlines()[-2:]) == (0, ["reports/runs/index.html", "reports/index.html"])
    text = (place.parent / "reports/runs/report.md").read_text()
    assert "**gelu" in text
    assert f"ablations report --from runs.csv {' '.join(options)}" in text
    assert ask("--score", "val_acc")[0] == 2
    assert ask("--read", "lr=exact")[0] == 2


@pytest.mark.usefixtures("_nothing_drawn")
def test_a_page_of_rates_that_are_names_and_its_command_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (CASES / "rate-auto.csv").read_text().replace("seed,val_acc", "seed,-loss")
    (tmp_path / "t.csv").write_text(text.replace("relu,auto,4,", "Relu,auto,4,"))
    options = [
        "--factors=activation,learning_rate", "--score=-loss", "--seed=seed", "--read=activation=loose",
        "--baseline=learning_rate=0.01", "--baseline=activation=tanh", "--run=none",
    ]  # fmt: skip
    assert ask("--from", "t.csv", *options)[0] == 0
    page = (tmp_path / "reports/t/report.md").read_text()
    assert "The baseline is tanh · learning rate 0.01." in page
    assert "none is tuned, and there are no curves over rates" in page
    manifest = json.loads((tmp_path / "results/t/manifest.json").read_text())
    assert (manifest["imported"]["paired"], manifest["direction"]) == (True, "max")
    rows = (tmp_path / "results/t/trials.csv").read_bytes()
    (tmp_path / "results/t/trials.csv").unlink()
    again = shlex.split(manifest["command"])[2:]
    assert ask(*again)[0] == 0
    assert (tmp_path / "results/t/trials.csv").read_bytes() == rows

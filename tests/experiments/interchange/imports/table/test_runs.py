"""Which row is a run's result."""

import pytest

from experiments.errors import RequestError
from tests.experiments.interchange.imports.table.verdicts import read, said


def curves(runs, column="epoch", ends=3, first=0):
    """Rows `run, a, seed, epoch, val_acc`: of run r at epoch e the score 0.1 r + 0.01 e."""
    rows = [
        f"r{at},{a},{seed},{epoch},{0.1 * at + 0.01 * epoch:.2f}"
        for at, (a, seed) in enumerate(runs)
        for epoch in range(first, first + ends)
    ]
    return "\n".join([f"run,a,seed,{column},val_acc", *rows])


RUNS = [("relu", 0), ("tanh", 0), ("relu", 1), ("tanh", 1)]
LAST = [0.02, 0.12, 0.22, 0.32]


def scores(found):
    return [row["validation_accuracy"] for row in found.rows]


@pytest.mark.parametrize("column", ["epoch", "Epoch", "_step", "trainer/global_step", "training_iteration"])
@pytest.mark.parametrize("options", [{}, {"seed": "seed"}, {"run": "run"}])
def test_the_last_epoch_of_every_run(tmp_path, column, options):
    found = read(tmp_path, curves(RUNS, column), **options)
    assert scores(found) == LAST
    assert [row["trial"] for row in found.rows] == ["r0", "r1", "r2", "r3"]
    assert f"one row per epoch (column {column}): of each run (column run) the last one counts, epoch 2." in said(found)


def without(text, *columns):
    """The table without some columns."""
    rows = [line.split(",") for line in text.splitlines()]
    keep = [at for at, name in enumerate(rows[0]) if name not in columns]
    return "\n".join(",".join(row[at] for at in keep) for row in rows)


def test_rows_may_be_in_any_order(tmp_path):
    header, *rows = curves(RUNS).splitlines()
    assert sorted(scores(read(tmp_path, "\n".join([header, *reversed(rows)]), seed="seed"))) == LAST


def test_seeds_tell_runs_apart_that_have_no_names(tmp_path):
    found = read(tmp_path, without(curves(RUNS), "run"), seed="seed")
    assert scores(found) == LAST
    assert "of each configuration and seed the last one counts" in said(found)


def test_two_runs_of_one_seed_are_no_epochs_of_one(tmp_path):
    text = "a,seed,epoch,val_acc\nrelu,0,17,0.5\nrelu,0,23,0.6\ntanh,0,20,0.7\n"
    with pytest.raises(RequestError, match="rows 1 and 2 have the same factors and seed, but differ in epoch, val_acc"):
        read(tmp_path, text, seed="seed")


def test_several_runs_of_one_name_that_stopped_early_are_no_epochs_of_one(tmp_path):
    text = "name,a,epoch,val_acc\nr,relu,17,0.5\nr,relu,23,0.6\nt,tanh,20,0.7\nt,tanh,21,0.7\n"
    with pytest.raises(RequestError, match="name: “r” is in 2 rows"):
        read(tmp_path, text)
    assert len(read(tmp_path, text, run="none").rows) == 4
    assert scores(read(tmp_path, text, run="name")) == [0.6, 0.7]


def test_without_names_and_seeds_epochs_are_asked_about(tmp_path):
    text = without(curves(RUNS), "run", "seed")
    with pytest.raises(RequestError, match=r"seems to have one row per epoch: epoch is 0 and 1 in .*--run none"):
        read(tmp_path, text)
    assert len(read(tmp_path, text, run="none").rows) == 12


def test_a_name_that_several_rows_share_is_asked_about(tmp_path):
    text = without(curves(RUNS), "seed", "epoch")
    with pytest.raises(
        RequestError, match=r"run: “r0” is in 3 rows \(1, 2, 3\), and no column \(epoch, step, .*--run none"
    ):
        read(tmp_path, text)
    assert len(read(tmp_path, text, run="none").rows) == 12


@pytest.mark.parametrize("cell", ["", "-", "None"])
def test_a_run_whose_last_epoch_has_no_score_is_asked_about(tmp_path, cell):
    text = curves(RUNS).replace("2,0.02", f"2,{cell}")
    with pytest.raises(
        RequestError, match=r"val_acc: empty in row 3, the last of its run \(epoch 2\), and not at epoch 1"
    ):
        read(tmp_path, text)


def test_a_run_that_ended_with_nan_has_diverged(tmp_path):
    found = read(tmp_path, curves(RUNS).replace("2,0.02", "2,nan"))
    assert [row["status"] for row in found.rows] == ["diverged", "ok", "ok", "ok"]


def test_rows_of_an_epoch_without_a_score_beside_one_with_it(tmp_path):
    header, *rows = curves(RUNS).splitlines()
    training = [row.rpartition(",")[0] + "," for row in rows]  # as Lightning logs training beside validation
    assert scores(read(tmp_path, "\n".join([header, *rows, *training]))) == LAST


def test_runs_of_unequal_length_are_told(tmp_path):
    text = curves(RUNS).replace("r0,relu,0,2,0.02\n", "")
    assert "Runs end at different epochs" in said(read(tmp_path, text))
    one_each = "\n".join(line for line in text.splitlines() if line.split(",")[3] in ("epoch", "1"))
    assert "Runs end at" not in said(read(tmp_path, one_each))
    assert "Runs end at different epochs (epoch 1 to 9), so" in said(
        read(tmp_path, one_each.replace("0,1,", "0,9,", 1))
    )


def test_names_that_stand_for_several_configurations_name_no_runs(tmp_path):
    text = "name,a,seed,val_acc\nx,relu,0,0.5\nx,tanh,0,0.6\n,relu,1,0.5\n"
    assert len(read(tmp_path, text, seed="seed").rows) == 3
    with pytest.raises(RequestError, match="--run name: a run has one configuration and seed"):
        read(tmp_path, text, seed="seed", run="name")
    with pytest.raises(RequestError, match='--run: got "nme"; did you mean "name"'):
        read(tmp_path, text, seed="seed", run="nme")


def test_a_run_twice_to_the_letter_is_one(tmp_path):
    text = "run_id,a,val_acc\nr0,relu,0.5\nr1,tanh,0.6\nr1,tanh,0.6\n"
    found = read(tmp_path, text)
    assert len(found.rows) == 2
    assert "Rows that repeat others to the letter, left out: 1." in said(found)

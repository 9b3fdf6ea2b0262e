"""What a stack promises: trials that do not touch one another, rows like the serial trainer's, models taken out."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from experiments.api import Study
from experiments.store.chunk import Chunk
from experiments.tasks import Task
from experiments.train.fused import stack as stack_module
from experiments.train.fused import trainer as module
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan
from experiments.train.fused.rules.layers import LAYERS
from experiments.train.fused.saved_state import Progress
from tests.custom.support import KERAS_COPIES
from tests.experiments.studies import classes
from tests.experiments.train.fused.stacks import (
    DATA,
    TASK,
    check_against_serial,
    same_outcome,
    trained,
    trained_serially,
    trainers,
)

pytestmark = KERAS_COPIES


def study(task=TASK, rates=(0.01, 0.02, 0.04), seeds=2, **changes):
    settings = {"epochs": 3, "batch_size": 7, "model": {"units": [5]}}
    factors = {"activation": ["tanh", "relu"], "learning_rate": list(rates)} | changes.pop("factors", {})
    return Study(data=task, factors=factors, seeds=seeds, **(settings | changes)).declared


@pytest.fixture(scope="module")
def undisturbed():
    return trained(study())


def one_seed_each(made):
    """A trial of every cell: of the first seed, of the second, by turns. Each costs the serial trainer a program."""
    seeds, cells = (
        sorted({trial.seed for trial in made.trials}),
        list(dict.fromkeys(trial.cell for trial in made.trials)),
    )
    return [trial for trial in made.trials if trial.seed == seeds[cells.index(trial.cell) % len(seeds)]]


def in_common(one, other):
    """Weights of the trials that two runs share: by seed, activation and rate."""
    return [(one[pair], other[pair]) for pair in one if pair in other]


def test_a_rate_of_1e30_leaves_the_others_bitwise_the_same(undisturbed):
    wild = trained(study(rates=(0.01, 1e30, 0.04)))
    pairs = in_common(undisturbed, wild)
    assert len(pairs) == 8
    for (ours, weights), (theirs, other_weights) in pairs:
        assert all(np.array_equal(a, b) for a, b in zip(weights, other_weights, strict=True))
        assert replace(ours, row=ours.row | {"seconds": 0}) == replace(theirs, row=theirs.row | {"seconds": 0})
    assert "diverged" in [o.row["status"] for pair, (o, _) in wild.items() if pair not in undisturbed]


def test_salts_train_as_one_stack_like_the_serial_trainer():
    salts = {"factors": {"salt": [0, 3, 5]}, "epochs": 2, "batch_size": 7}
    check_against_serial(Study(data=TASK, seeds=1, model={"units": [5]}, **salts).declared, rtol=1e-4, atol=1e-6)
    made, _ = trainers(Study(data=TASK, seeds=2, model={"units": [5]}, **salts).declared)
    assert [len(trainer.chunk) for trainer in made] == [6]
    salts["factors"] = {"salt": [0, 5]}
    dropped = Study(data=TASK, seeds=1, model={"units": [5], "dropout": 0.4}, **salts).declared
    check_against_serial(dropped, rtol=1e-4, atol=1e-6)  # in stacks apart, for salts drop other units


def test_a_seed_fed_nan_leaves_the_others_bitwise_the_same(undisturbed):
    x = DATA.x.copy()
    x[DATA.train[0]] = np.nan

    def draw(seed):
        return replace(DATA, x=x) if seed == 1 else replace(DATA, x=DATA.x.copy())

    poisoned = trained(study(), draw=draw)
    clean = trained(study(), draw=lambda seed: replace(DATA, x=DATA.x + np.float32(seed)))
    for (cell, seed), (outcome, weights) in poisoned.items():
        if seed == 1:
            assert (outcome.row["status"], outcome.row["epochs_run"]) == ("diverged", 0)
            assert outcome.row["constant_score"] == clean[cell, seed][0].row["constant_score"], "what a failure costs"
        else:
            assert outcome.row["status"] == "ok"
            assert all(np.array_equal(a, b) for a, b in zip(weights, clean[cell, seed][1], strict=True))


def test_other_slots_and_other_chunks_come_to_the_same_but_for_rounding(undisturbed):
    def turned(chunk):
        return replace(chunk, cells=chunk.cells[::-1], seeds=chunk.seeds[::-1])

    def cut(chunk):
        return Chunk(chunk.cells[:2], chunk.seeds[1:], chunk.varying, "other")

    for change, count in ((turned, 12), (cut, 2)):
        other = trained(study(), change=change)
        assert len(other) == count
        for pair, (outcome, weights) in other.items():
            same_outcome(outcome, undisturbed[pair][0])
            for a, b in zip(weights, undisturbed[pair][1], strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_in_float32_an_epoch_ends_within_a_ten_thousandth_of_the_serial_one():
    one_epoch = study(epochs=1)
    found = trained(one_epoch)
    for trial in one_seed_each(one_epoch)[::2]:  # both activations, all three rates
        expected = trained_serially(one_epoch, trial)[1].get_weights()
        for ours, theirs in zip(found[trial.cell, trial.seed][1], expected, strict=True):
            assert np.linalg.norm(ours - theirs) <= 1e-4 * np.linalg.norm(theirs)


def test_a_trial_that_diverges_has_the_row_that_the_serial_trainer_gives():
    wild = study(rates=(0.01, 3.0, 1e30), seeds=1, optimizer="sgd", loss="mean_squared_error", epochs=4)
    found = trained(wild)
    for trial in wild.trials:
        expected = trained_serially(wild, trial)[0]
        outcome = found[trial.cell, trial.seed][0]
        for name in ("status", "epochs_run"):
            assert outcome.row[name] == expected.row[name]
        assert [entry["epoch"] for entry in outcome.history] == [entry["epoch"] for entry in expected.history]


@pytest.mark.parametrize(
    "changes",
    [
        {"model": {"units": [5], "dropout": 0.2}},
        {"optimizer": "rmsprop", "model": {"units": [5], "dropout": 0.2, "batch_normalization": True}},
    ],
)
def test_going_on_from_a_file_gives_what_never_stopping_gives(changes, tmp_path):
    whole, short = study(epochs=3, **changes), study(epochs=1, **changes)
    (begun,), _ = trainers(short)
    begun.run()
    kept = {}
    for place, (earlier, later) in enumerate(zip(short.trials, whole.trials, strict=True)):
        begun.progress(earlier.cell, earlier.seed).save(tmp_path / f"{place}.npz")
        kept[later.cell, later.seed] = Progress.load(tmp_path / f"{place}.npz")
    assert {progress.epoch for progress in kept.values()} == {1}
    (straight,), trials = trainers(whole)
    expected = {outcome.trial: outcome for outcome in straight.run()}
    cells = Cells(whole, TASK)
    for trial in whole.trials:
        cells.cell(trial)
    seeds = straight.chunk.seeds
    resumed = module.Trainer(straight.chunk, trials, cells, [DATA] * len(seeds), kept)
    heard = []
    for outcome in resumed.run(heard.append):
        assert (
            replace(outcome, row=outcome.row | {"seconds": expected[outcome.trial].row["seconds"]})
            == expected[outcome.trial]
        )
    assert heard == [2, 3]
    for pair in straight.chunk.trials:
        for ours, theirs in zip(resumed.weights(*pair), straight.weights(*pair), strict=True):
            assert np.array_equal(ours, theirs)


def test_progress_that_cannot_be_read_is_none(tmp_path):
    assert Progress.load(tmp_path / "none.npz") is None
    kept = Progress([{"epoch": 1, "train_loss": float("nan")}], [np.ones(3)], [[np.zeros(3)]])
    kept.save(tmp_path / "one.npz")
    assert Progress.load(tmp_path / "one.npz").epoch == 1
    content = (tmp_path / "one.npz").read_bytes()
    (tmp_path / "one.npz").write_bytes(content[: len(content) // 2])
    assert Progress.load(tmp_path / "one.npz") is None


def test_a_stack_in_which_nobody_lives_ends_early():
    values = replace(DATA, y=DATA.x[:, :1])
    linear = Task("linear", (4,), 1, lambda seed: values)
    rates, changes = (1e30, 1e32), {"optimizer": "sgd", "loss": "mean_squared_error"}
    (trainer,), _ = trainers(study(linear, rates, seeds=1, epochs=50, **changes), linear, lambda seed: values)
    heard = []
    trainer.run(heard.append)
    assert heard[-1] < 50


def test_every_epoch_is_told():
    (trainer,), _ = trainers(study(seeds=1))
    heard = []
    trainer.run(heard.append)
    assert heard == [1, 2, 3]


def test_a_model_taken_out_is_an_ordinary_one_that_scores_as_its_row_says(tmp_path):
    (trainer,), trials = trainers(study())
    outcomes = {outcome.trial: outcome for outcome in trainer.run()}
    pair = trainer.chunk.trials[-1]
    path = tmp_path / "model.keras"
    trainer.model(*pair).save(path)
    found = keras.saving.load_model(path)
    p = found.predict(DATA.x[DATA.test], verbose=0)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    assert np.mean(p.argmax(axis=1) == DATA.y[DATA.test]) == outcomes[trials[pair].id].row["test_accuracy"]


def test_an_evaluation_in_parts_is_the_evaluation_as_a_whole(undisturbed, monkeypatch):
    monkeypatch.setattr(stack_module, "_EVALUATED", 3)
    for pair, (outcome, _) in trained(study()).items():
        same_outcome(outcome, undisturbed[pair][0])


@pytest.mark.parametrize("steps", [1, 2])
def test_an_epoch_in_parts_is_the_epoch_as_a_whole(monkeypatch, steps):
    dropping = study(rates=(0.01,), model={"units": [5], "dropout": 0.25})
    whole = trained(dropping)
    of_a_step = 4 * 2 * 7 * 5  # bytes, seeds, batch, units
    monkeypatch.setattr(stack_module, "_DRAWN", steps * of_a_step)
    parts = trained(dropping)
    for pair, (outcome, weights) in parts.items():
        same_outcome(outcome, whole[pair][0])
        for ours, theirs in zip(weights, whole[pair][1], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


IMPATIENT = {"epochs": 12, "patience": 2, "rates": (0.02, 0.3, 0.6), "seeds": 2}


@pytest.fixture(scope="module")
def stopped_early():
    return trained(study(**IMPATIENT))


def test_a_trial_out_of_patience_has_the_row_and_the_weights_that_the_serial_trainer_gives(stopped_early):
    impatient = study(**IMPATIENT)
    for trial in one_seed_each(impatient)[::2]:  # both activations, all three rates
        expected, model = trained_serially(impatient, trial)
        outcome, weights = stopped_early[trial.cell, trial.seed]
        same_outcome(outcome, expected)
        for ours, theirs in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)
    epochs = {outcome.row["epochs_run"] for outcome, _ in stopped_early.values()}
    assert min(epochs) < 12
    assert len(epochs) > 2
    assert {outcome.row["status"] for outcome, _ in stopped_early.values()} == {"ok"}


def test_a_stack_made_smaller_on_the_way_gives_the_same(stopped_early, monkeypatch):
    monkeypatch.setattr(module, "_COMPILING", 0)
    sizes = []
    part = stack_module.Stack.part

    def counted(self, rows, columns):
        sizes.append((len(rows), len(columns)))
        return part(self, rows, columns)

    monkeypatch.setattr(stack_module.Stack, "part", counted)
    small = trained(study(**IMPATIENT))
    assert sizes
    assert all(rows * columns <= 6 for rows, columns in sizes)
    for pair, (outcome, weights) in small.items():
        same_outcome(outcome, stopped_early[pair][0])
        for ours, theirs in zip(weights, stopped_early[pair][1], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_a_batch_larger_than_the_data_is_one_short_batch():
    large = study(batch_size=100, rates=(0.01,), seeds=1)
    for (cell, _), (outcome, _) in trained(large).items():
        trial = next(trial for trial in large.trials if trial.cell == cell)
        same_outcome(outcome, trained_serially(large, trial)[0])


def test_every_seed_has_its_own_examples():
    draws = {seed: classes(seed=seed)[1] for seed in range(3)}
    own = study(Task("softmax", (4,), 3, draws.__getitem__), seeds=3, rates=(0.01,), factors={"activation": ["tanh"]})
    found = trained(own, draw=draws.__getitem__)
    for trial in own.trials:
        same_outcome(found[trial.cell, trial.seed][0], trained_serially(own, trial, TASK, draws[trial.seed])[0])


def test_seeds_whose_data_differ_in_scale_are_no_stack():
    with pytest.raises(ValueError, match="differ in scale or size"):
        trainers(study(), draw=lambda seed: replace(DATA, scale=1.0 + seed))


def test_a_plan_of_what_no_longer_stacks_is_refused(monkeypatch):
    made = study()
    cells = Cells(made, TASK)
    chunks, _ = plan(made, made.trials, cells)
    monkeypatch.delitem(LAYERS._rules, keras.layers.Dense)
    trials = {(trial.cell, trial.seed): trial for trial in made.trials}
    with pytest.raises(ValueError, match=r"the plan is of another version: .*has no stacking rule"):
        module.Trainer(chunks[0], trials, Cells(made, TASK), [DATA, DATA])


def test_every_cell_has_its_own_patience_and_keeps_its_own_epoch():
    factors = {"activation": ["tanh"], "patience": [0, 1, 4], "keep_epoch": ["last", "best"]}
    patient = Study(
        data=TASK, factors=factors, seeds=2, epochs=12, batch_size=7, learning_rate=0.3, model={"units": [5]}
    ).declared
    found = trained(patient)
    better = 0
    for trial in one_seed_each(patient):
        (ours, weights), (theirs, model) = found[trial.cell, trial.seed], trained_serially(patient, trial)
        same_outcome(ours, theirs)
        for left, right in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-3, atol=1e-5)
        scores = [entry["validation_accuracy"] for entry in ours.history]
        kept = scores.index(max(scores)) if trial.settings["keep_epoch"] == "best" else -1
        assert ours.row | {name: value for name, value in ours.history[kept].items() if name != "epoch"} == ours.row
        told = model.predict_on_batch(DATA.x[DATA.validation]).argmax(axis=1) == DATA.y[DATA.validation]
        assert told.mean() == pytest.approx(ours.row["validation_accuracy"])
        better += scores[kept] > scores[-1]
    assert better, "no best epoch before the last one"
    assert len({outcome.row["epochs_run"] for outcome, _ in found.values()}) > 1


def rescaled(input_shape, outputs, scale=1.0, *, seed):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Rescaling(scale),
            layers.Dense(5, "tanh", kernel_initializer=keras.initializers.GlorotUniform(seed)),
            layers.BatchNormalization(),
            layers.Dense(outputs, "softmax", kernel_initializer=keras.initializers.GlorotUniform(seed + 100)),
        ]
    )


def test_weights_of_a_smaller_stack_stay_as_they_are_stored(monkeypatch):
    """With one scale left the first product could be one of all cells; with two it can't."""
    factors = {"scale": [0.5, 30.0], "learning_rate": [0.02, 0.01]}
    options = {"epochs": 14, "batch_size": 7, "patience": 3, "seeds": 1}
    made = Study(build=rescaled, data=TASK, factors=factors, **options).declared
    whole = trained(made)
    monkeypatch.setattr(module, "_COMPILING", 0)
    scales, part = [], stack_module.Stack.part

    def kept(self, rows, columns):
        small = part(self, rows, columns)
        scales.append({trial.settings["scale"] for trial in small._what.trials})
        assert small._program.layout.merged == self._program.layout.merged
        return small

    monkeypatch.setattr(stack_module.Stack, "part", kept)
    for pair, (outcome, weights) in trained(made).items():
        same_outcome(outcome, whole[pair][0])
        for ours, theirs in zip(weights, whole[pair][1], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)
    assert any(len(some) == 1 for some in scales)

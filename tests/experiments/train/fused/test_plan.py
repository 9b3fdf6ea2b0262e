"""Which trials stack, in which order, in how large chunks."""

from dataclasses import dataclass

import keras
import pytest

from custom.layers import HardTanh
from experiments.api import Study
from experiments.store.chunk import Chunk
from experiments.train.fused import plan as module
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import deal, plan
from tests.custom.support import KERAS_COPIES
from tests.experiments.train.fused.stacks import TASK

pytestmark = KERAS_COPIES


@dataclass(frozen=True)
class Cell:
    slices: str
    number: int


def bucket(**counts):
    return [Cell(slices, number) for slices, count in counts.items() for number in range(count)]


def rows(blocks):
    return ["".join(cell.slices for cell in block) for block in blocks]


def test_blocks_have_the_same_row_of_slices_wherever_they_can():
    assert rows(deal(bucket(a=4, b=4), 4)) == ["aabb", "aabb"]
    assert rows(deal(bucket(a=3, b=3), 2)) == ["ab", "ab", "ab"]
    assert rows(deal(bucket(a=2, b=2, c=2), 2)) == ["ab", "ab", "cc"]
    assert rows(deal(bucket(a=5, b=1), 4)) == ["aab", "aa", "a"]


@pytest.mark.parametrize("width", [1, 2, 3, 7, 100])
def test_every_cell_is_dealt_once_and_no_block_is_too_wide(width):
    some = bucket(a=7, b=2, c=5, d=1)
    blocks = deal(some, width)
    assert sorted((cell for block in blocks for cell in block), key=str) == sorted(some, key=str)
    assert max(map(len, blocks)) <= width


def planned(build=None, **changes):
    settings = {"epochs": 2, "seeds": 2, "model": {"units": [5]}} | changes
    if build:
        settings.pop("model")
    study = Study(data=TASK, build=build, **settings).declared
    chunks, refused = plan(study, study.trials, Cells(study, TASK))
    return study, chunks, refused


def test_activations_losses_rates_and_weight_penalties_share_a_stack():
    factors = {
        "activation": ["relu", "hard_tanh", "leaky_relu"],
        "loss": ["cross_entropy", "huber"],
        "learning_rate": [0.1, 0.2],
        "regularizer": ["none", "l1", "l2", "elastic_net"],
    }
    study, chunks, _ = planned(factors=factors)
    assert [len(chunk) for chunk in chunks] == [len(study.trials)]
    assert set(chunks[0].varying) == {"0/kernel/l1", "0/kernel/l2", "optimizer/learning_rate"}


@pytest.mark.parametrize(
    "factors",
    [
        {"units": [[5], [6], [5, 5]]},
        {"batch_size": [7, 8, 9]},
        {"epochs": [1, 2, 3]},
        {"regularizer": ["none", "dropout", "sparsity"]},
        {"optimizer": ["sgd", {"name": "sgd", "momentum": 0.5}, {"name": "sgd", "momentum": 0.5, "nesterov": True}]},
    ],
)
def test_what_changes_the_program_splits_stacks(factors):
    _, chunks, _ = planned(factors=factors)
    assert len(chunks) == 3
    assert len({chunk.program for chunk in chunks}) == (1 if "epochs" in factors else 3)


def test_few_cells_are_stacked_with_many_seeds_and_many_are_cut(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 8)
    factors = {"learning_rate": [0.1, 0.2, 0.3]}
    _, chunks, _ = planned(factors=factors, seeds=7)
    assert [(len(chunk.cells), chunk.seeds) for chunk in chunks] == [(3, (0, 1)), (3, (2, 3)), (3, (4, 5)), (3, (6,))]
    _, chunks, _ = planned(factors={"learning_rate": [rate / 100 for rate in range(1, 21)]})
    assert [(len(chunk.cells), chunk.seeds) for chunk in chunks] == [(7, (0,))] * 2 + [(6, (0,))] + [(7, (1,))] * 2 + [
        (6, (1,))
    ]


class Doubling(keras.layers.Layer):
    def call(self, x):
        return 2 * x


def layered(layer=None, activation="relu", regularizer=None, constraint=None):
    """A model with one thing that may not stack."""

    def build(input_shape, outputs, activation, seed):
        middle = [] if layer is None else [layer()]
        return keras.Sequential(
            [
                keras.Input(input_shape),
                keras.layers.Dense(
                    4, activation=activation, kernel_regularizer=regularizer, kernel_constraint=constraint
                ),
                *middle,
                keras.layers.Dense(outputs),
            ]
        )

    return build


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"layer": Doubling}, "Doubling) has no stacking rule"),
        ({"layer": lambda: keras.layers.Dropout(0.5, noise_shape=(None, 1))}, "noise_shape"),
        ({"layer": lambda: keras.layers.Softmax(axis=1)}, "axis=1"),
        ({"layer": lambda: keras.layers.Flatten(data_format="channels_first")}, "data_format=channels_first"),
        ({"layer": lambda: keras.layers.Dense(3, lora_rank=2)}, "LoRA"),
        ({"layer": lambda: keras.layers.Dense(3, activation=lambda x: x**2)}, "is a lambda"),
        ({"layer": lambda: keras.layers.Dense(3, activation=HardTanh(learn_bounds=True))}, "has weights"),
        ({"regularizer": keras.regularizers.OrthogonalRegularizer()}, "OrthogonalRegularizer has no stacking rule"),
        ({"constraint": keras.constraints.UnitNorm()}, "UnitNorm has no stacking rule"),
    ],
)
def test_what_has_no_rule_is_refused_with_its_name(options, why):
    _, chunks, refused = planned(layered(**options), factors={"learning_rate": [0.1, 0.2]})
    assert not chunks
    assert len(refused) == 2
    assert all(why in reason for reason in refused.values())


def test_a_subclassed_model_two_inputs_and_mixed_precision_are_refused():
    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(3)

        def build(self, shape):
            self.dense.build(shape)
            self.built = True

        def call(self, x):
            return self.dense(x)

    def subclassed(input_shape, outputs, seed):
        return Subclassed()

    def mixed(input_shape, outputs, seed):
        layer = keras.layers.Dense(outputs, dtype="mixed_bfloat16")
        return keras.Sequential([keras.Input(input_shape), layer])

    for build, why in ((subclassed, "its class Subclassed overrides call"), (mixed, "precision mixed_bfloat16")):
        _, _, refused = planned(build, factors={"learning_rate": [0.1]})
        assert why in str(refused.values())


def test_an_own_function_is_tried_before_it_is_stacked(tmp_path):
    text = "import keras\n\ndef mixing(x):\n    return x - keras.ops.mean(x, axis=0)\n\ndef cube(x):\n    return x**3\n"
    (tmp_path / "own.py").write_text(text)
    own = {name: f"{tmp_path / 'own.py'}:{name}" for name in ("mixing", "cube")}
    _, chunks, refused = planned(factors={"activation": [own["cube"], own["mixing"], "relu"]})
    assert [len(chunk.cells) for chunk in chunks] == [2]
    assert ["mixes examples" in why for why in refused.values()] == [True]


def test_a_chunk_survives_json_and_is_halved_until_one_trial_is_left():
    chunk = Chunk(("a", "b", "c"), (0, 1), ("x",), "p")
    left, trials = [chunk], []
    while left:
        one = left.pop()
        parts = one.halves()
        left += parts
        trials += [] if parts else one.trials
    assert sorted(trials) == sorted(chunk.trials)


def calls(kind):
    """A functional model that calls a layer in a way that a rule does not see."""

    def build(input_shape, outputs, seed):
        given = keras.Input(input_shape)
        if kind == "twice":
            square = keras.layers.Dense(4)
            x = square(square(given))
        elif kind == "state":
            sequence = keras.layers.Reshape((2, 2))(given)
            x = keras.layers.GRU(4)(sequence, initial_state=given)
        else:
            x = given + keras.layers.Dense(4)(given)
        return keras.Model(given, keras.layers.Dense(outputs)(x))

    return build


@pytest.mark.parametrize(
    ("kind", "why"),
    [("twice", "called more than once"), ("state", "more than its inputs"), ("sum", "(Add) has no stacking rule")],
)
def test_calls_that_a_rule_does_not_see_are_refused(kind, why):
    _, chunks, refused = planned(calls(kind), factors={"learning_rate": [0.1]})
    assert not chunks
    assert why in str(refused.values())


def test_a_cell_that_can_not_be_built_leaves_the_others_stacked():
    def build(input_shape, outputs, width, seed):
        if width > 4:
            raise ValueError("too wide")
        return keras.Sequential([keras.Input(input_shape), keras.layers.Dense(outputs, name="logits")])

    _, chunks, refused = planned(build, factors={"width": [3, 4, 5]})
    assert [len(chunk.cells) for chunk in chunks] == [2]
    assert list(refused.values()) == ["it could not be planned: ValueError: too wide"]


def test_a_rate_of_0_draws_nothing_and_stacks():
    def build(input_shape, outputs, rate, seed):
        layers = [keras.layers.Dense(4), keras.layers.Dropout(rate, seed=seed), keras.layers.Dense(outputs)]
        return keras.Sequential([keras.Input(input_shape), *layers])

    _, chunks, refused = planned(build, factors={"rate": [0.0, 0.25, 0.5]})
    assert not refused
    assert sorted(len(chunk.cells) for chunk in chunks) == [1, 2]


def test_a_decay_that_spares_some_weights_is_refused(tmp_path):
    (tmp_path / "spared.py").write_text(
        "import keras\n\ndef adamw(learning_rate):\n    one = keras.optimizers.AdamW(learning_rate)\n"
        "    one.exclude_from_weight_decay(var_names=['bias'])\n    return one\n"
    )
    _, _, refused = planned(factors={"optimizer": [{"name": f"{tmp_path / 'spared.py'}:adamw"}]})
    assert "exclusion of weights from decay" in str(refused.values())


def test_an_optimizer_of_the_users_own_that_changes_a_schedule_trains_alone(tmp_path):
    (tmp_path / "own.py").write_text(
        "import keras\n\ndef kept(learning_rate):\n    return keras.optimizers.SGD(learning_rate)\n"
        "\ndef changed(learning_rate):\n    return keras.optimizers.SGD(0.5)\n"
        "\ndef halved(learning_rate):\n    return keras.optimizers.SGD(learning_rate / 2)\n"
    )
    for name, why in (("kept", None), ("changed", "changes the schedule"), ("halved", "could not be planned")):
        _, chunks, refused = planned(
            optimizer=f"{tmp_path}/own.py:{name}", schedule="linear", factors={"learning_rate": [0.1, 0.2]}
        )
        assert bool(chunks) == (why is None)
        assert all(why in reason for reason in refused.values())

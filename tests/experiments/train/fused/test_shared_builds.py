"""Models that differ in numbers alone: what is not built has the numbers that building would give."""

import pytest

from experiments.api import Study
from experiments.models.build import settings_used
from experiments.tasks.load import load
from experiments.train.fused.cell import Cells
from experiments.train.fused.place import Place
from experiments.train.fused.shared_builds import Twins
from experiments.train.fused.template import Template
from tests.custom.support import KERAS_COPIES
from tests.experiments.train.fused.stacks import TASK

pytestmark = KERAS_COPIES
MODELS = {"mlp": {"units": [3, 2]}, "cnn": {"filters": [2]}, "rnn": {"units": [3]}}
LEVELS = {
    "l1": [{"name": "l1", "l1": strength} for strength in (0.1, 0.02, 0.003, 1)],
    "l2": [{"name": "l2", "l2": strength} for strength in (0.1, 0.02, 0.003, 1)],
    "elastic_net": [{"name": "elastic_net", "l1": a, "l2": b} for a, b in ((0.1, 0.1), (0.2, 0.1), (0.3, 0.4))],
    "dropout": [{"name": "dropout", "rate": rate} for rate in (0.1, 0.2, 0.5, 0.999)],
    "sparsity": [{"name": "sparsity", "target": a, "weight": b} for a, b in ((0.05, 0.1), (0.1, 0.05), (0.2, 0.2))],
}


@pytest.fixture
def built(monkeypatch):
    """How many templates were made of a model."""
    made = []
    start = Template.__init__
    monkeypatch.setattr(Template, "__init__", lambda self, head: (made.append(head), start(self, head))[1])
    return made


def of(study, task):
    cells = Cells(study, task)
    trials = {trial.cell: trial for trial in study.trials}.values()
    return [cells.cell(trial).template for trial in trials], [cells._build_template(trial) for trial in trials]


def agree(twins, alone):
    return all(
        (a.numbers, a.structure, a.functions, a.initial.equals(b.initial))
        == (b.numbers, b.structure, b.functions, True)
        for a, b in zip(twins, alone, strict=True)
    )


@pytest.mark.parametrize("kind", list(MODELS))
@pytest.mark.parametrize("regularizer", list(LEVELS))
def test_of_any_number_of_strengths_two_models_are_built(built, kind, regularizer):
    model = {"kind": kind} | MODELS[kind]
    task = {"name": "digits"}
    factors = {"regularizer": LEVELS[regularizer]}
    study = Study(data=load(task), epochs=1, seeds=1, model=model, factors=factors).declared
    twins, alone = of(study, load(task))
    assert agree(twins, alone)
    assert len(built) - len(alone) == 2


def test_zero_is_another_model_and_two_settings_may_have_the_same_number(built):
    factors = {
        "dropout": [0.0, 0.1, 0.2, 0.3],
        "regularizer": [{"name": "l2", "l2": strength} for strength in (0.1, 0.2, 0.0)],
    }
    study = Study(data=TASK, epochs=1, seeds=1, model={"units": [3]}, factors=factors).declared
    twins, alone = of(study, TASK)
    assert agree(twins, alone)
    assert len({template.structure for template in twins}) == 2
    assert len(built) - len(alone) == 2 * 3 + 1  # of a form two; of neither one


def test_numbers_of_activations_and_of_own_models_are_built(built):
    factors = {"activation": [{"name": "hard_tanh", "max_value": bound} for bound in (1.0, 2.0, 3.0)]}
    study = Study(data=TASK, epochs=1, seeds=1, model={"units": [3]}, factors=factors).declared
    of(study, TASK)
    assert len(built) == 6


def test_the_models_of_a_users_function_are_all_built():
    study = Study(data=TASK, epochs=1, seeds=1, model={"units": [3]}, factors={"dropout": [0.1, 0.2, 0.3]}).declared
    study.objects["model"] = lambda dropout: None
    asked_for = []
    twins = Twins(study, asked_for.append)
    for trial in study.trials:
        assert twins.template(trial, {"dropout": trial.settings["dropout"]})[1] is None
    assert len(asked_for) == 3


def test_where_more_changes_than_numbers_every_model_is_built(monkeypatch):
    """A model kind that drops out in one layer more from 0.2 on has no twins: the numbers do not tell."""
    from experiments.models import mlp as module

    deeper = module.pieces.dropout_layers
    monkeypatch.setattr(module.pieces, "dropout_layers", lambda rate, *more: deeper(rate * 2, *more))
    study = Study(data=TASK, epochs=1, seeds=1, model={"units": [3]}, factors={"dropout": [0.1, 0.2, 0.3]}).declared
    cells = Cells(study, TASK)
    templates = [cells.cell(trial).template for trial in study.trials]
    assert [template.numbers[Place("rate", 2)] for template in templates] == [0.2, 0.4, 0.6]
    assert all(template is not templates[0] for template in templates[1:])
    assert settings_used(study, study.trials[0])["dropout"] == 0.1

"""A recipe that says no more than it must: it trains one by one, and its models are tried on a batch."""

import pytest

from experiments.errors import RequestError
from experiments.recipes.recipe import Recipe, recipe_of, task_of
from experiments.recipes.supervised.recipe import SupervisedTrainable
from experiments.study import catalog
from experiments.study.settings import task_facts
from experiments.study.study_table import read
from experiments.train import forms, serial
from experiments.train.fused.cell import Cells
from experiments.train.fused.plan import plan


class Least(Recipe):
    """Learns as supervised models do."""

    def learned(self, task):
        return task

    def ready(self, study, trial, task, data):
        return SupervisedTrainable(study, trial, task, data)


@pytest.fixture
def study(monkeypatch):
    part = catalog.RecipePart(f"{__name__}:Least", head="linear", metrics=("mean_squared_error",), keeps_metrics=False)
    monkeypatch.setitem(catalog.RECIPES, "least", part)
    table = {
        "name": "a",
        "task": {"name": "sine", "n": 60},
        "recipe": "least",
        "factors": {"learning_rate": [0.1, 0.2]},
    }
    return read(table | {"seeds": 1, "epochs": 1, "batch_size": 7, "model": {"kind": "mlp", "units": [3]}})


@pytest.fixture
def drawn(study):
    task = task_of(study, study.base)
    return task, task.draw(0)


def test_it_trains_one_by_one_and_says_so(study, drawn):
    task, data = drawn
    assert isinstance(recipe_of(study), Least)
    cells = Cells(study, task)
    chunks, refused = plan(study, study.trials, cells)
    assert (chunks, {*refused.values()}) == ([], {"the recipe least trains its trials one by one"})
    assert forms.check(study, study.trials, task, data, cells) == []
    outcome, _ = serial.train(study, study.trials[0], task, data)
    assert outcome.row["status"] == "ok"
    assert "constant_score" not in outcome.row


def test_a_model_that_tells_no_loss_is_refused_before_anything_trains(study, monkeypatch, drawn):
    task, data = drawn

    def ready(*given):
        found = SupervisedTrainable(*given[1:])
        found.model.fit = lambda *_, **options: options["callbacks"][0].on_epoch_end(0, {"error": 1.0})
        return found

    monkeypatch.setattr(Least, "ready", ready)
    with pytest.raises(RequestError, match=r"what a train step returns has no loss: got \['error'\]"):
        forms.check(study, study.trials, task, data, Cells(study, task))


def test_metrics_are_the_recipes_own_where_it_keeps_no_others(study):
    facts = task_facts({"name": "sine"}, None, recipe="least")
    assert (facts.head, facts.metrics) == ("linear", ("mean_squared_error",))
    assert task_facts({"name": "sine"}, None, recipe="reconstruction").metrics[0] == "mean_absolute_error"

"""The catalog is data: every name in it exists, takes the settings it says, and has defaults that it allows itself."""

import inspect

import keras
import pytest

from experiments.errors import RequestError
from experiments.models.mlp import mlp
from experiments.recipes.recipe import task_of
from experiments.recipes.supervised.objective import objective
from experiments.recipes.supervised.scored import SOURCES
from experiments.study import catalog
from experiments.study.catalog import NamedPart
from experiments.study.imports import load
from experiments.study.level import check, check_level, check_part
from experiments.study.settings import model_facts, task_facts
from experiments.study.study_table import read
from experiments.tasks import Task

TABLES = catalog.PARTS | {"task": catalog.TASKS, "model": catalog.MODELS}
PARTS = [(kind, name) for kind, table in TABLES.items() for name in table]
HEADS = set(catalog.HEADS)
LOWER_IS_BETTER = {
    "cross_entropy", "mean_absolute_error", "mean_squared_error", "rmse", "brier_score", "expected_calibration_error",
    "probability_error", "total_mistakes", "earth_mover_distance", "class_distance",
}  # fmt: skip
# nothing to import: an absence, and a model's own
NO_TARGET = {("regularizer", "none"), ("regularizer", "dropout"), ("schedule", "constant")}
NO_TARGET |= {("loss", name) for name in catalog.fitting_losses("generated")}  # a recipe trains by them


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_every_target_takes_the_settings_that_it_is_said_to_take(kind, name):
    part = TABLES[kind][name]
    if (kind, name) in NO_TARGET:
        assert part.target == ""
        return
    found = load(part.target)
    assert callable(found)
    asked = {**inspect.signature(found).parameters}
    if kind == "optimizer":  # these pass on what every optimizer has
        asked |= inspect.signature(keras.optimizers.SGD).parameters
    assert set(part.settings) <= set(asked) | ({"regularizer"} if kind == "model" else set())


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_defaults_pass_their_own_check(kind, name):
    for key, setting in TABLES[kind][name].settings.items():
        level = check_level(key, setting.default, setting)
        if setting.type is NamedPart:
            assert level["name"] == setting.default
        else:
            assert level == setting.default


@pytest.mark.parametrize("kind", catalog.PARTS)
def test_parts_are_made_by_their_defaults(kind):
    for name, part in catalog.PARTS[kind].items():
        level = check_part(kind, name, catalog.PARTS[kind])
        found = load(part.target) if part.target else None
        if isinstance(found, type):
            found(**{key: value for key, value in level.items() if key != "name"})


def test_training_settings_have_defaults_that_pass():
    for name, setting in catalog.TRAINING.items():
        if name != "loss":
            check_level(name, setting.default, setting)


def test_the_contract_names_are_there():
    assert " ".join(catalog.LOSSES) == (
        "cross_entropy sparse_cross_entropy kl_divergence mean_squared_error mean_absolute_error huber log_cosh "
        "hinge wasserstein earth_mover non_saturating wasserstein_clip wasserstein_gradient"
    )
    assert list(catalog.REGULARIZERS) == ["none", "l1", "l2", "elastic_net", "dropout", "sparsity"]
    assert {"relu", "tanh", "sigmoid", "linear", "hard_tanh"} <= set(catalog.ACTIVATIONS)
    defaults = {
        name: [setting.default for setting in part.settings.values()] for name, part in catalog.REGULARIZERS.items()
    }
    assert defaults == {
        "none": [], "l1": [1e-4], "l2": [1e-4], "elastic_net": [5e-5, 5e-5], "dropout": [0.2], "sparsity": [0.05, 1e-3],
    }  # fmt: skip


def test_every_loss_says_which_known_heads_it_fits_and_is_made_there():
    for name, part in catalog.LOSSES.items():
        assert part.heads
        assert set(part.heads) <= HEADS
        for head in part.heads:
            assert name in catalog.fitting_losses(head)
            if part.target:
                objective(check_part("loss", name, catalog.LOSSES), head, 1 if head == "sigmoid" else 3)


def test_every_head_has_a_default_loss_that_fits_and_metrics():
    for head, known in catalog.HEADS.items():
        if head in catalog.TARGET_HEADS:
            assert known.loss in catalog.fitting_losses(head)
            assert catalog.check_metrics(head, known.metrics) == catalog.check_metrics(head) == known.metrics


@pytest.mark.parametrize("name", catalog.METRICS)
def test_every_metric_exists_and_has_a_direction_and_known_heads(name):
    metric = catalog.METRICS[name]
    if metric.of != "recipe":
        assert [*inspect.signature(load(metric.target)).parameters][2:] == [*metric.settings]
        assert metric.of in SOURCES
    assert metric.direction == ("min" if name in LOWER_IS_BETTER else "max")
    assert set(metric.heads) <= HEADS


@pytest.mark.parametrize("name", catalog.TASKS)
def test_every_task_is_what_the_catalog_says_before_any_data_is_loaded(name):
    part = catalog.TASKS[name]
    study = read({"name": "a", "task": name, "factors": {"learning_rate": [0.1, 0.2]}})
    task = task_of(study, study.base)
    assert isinstance(task, Task)
    assert (task.head, task.metrics) == (part.head, part.metrics)
    facts = task_facts({"name": name}, None)
    assert (facts.head, facts.metrics, facts.settings) == (task.head, task.metrics, part.settings)
    assert set(part.metrics) <= set(catalog.fitting_metrics(part.head))


def test_no_task_or_model_setting_hides_another():
    reserved = {"seed", "status", "study", "trial", "cell", "task", "model", *catalog.TRAINING}
    models = [set(part.settings) for part in catalog.MODELS.values()]
    for part in catalog.TASKS.values():
        assert not set(part.settings) & reserved
        assert all(not set(part.settings) & settings for settings in models)


def test_the_perceptron_takes_every_slot_of_the_regularizers():
    slots = {part.slot for part in catalog.REGULARIZERS.values()} - {""}
    assert slots == set(catalog.REGULARIZER_SLOTS) <= set(inspect.signature(mlp).parameters)
    assert model_facts("mlp", None).slots == catalog.REGULARIZER_SLOTS


@pytest.mark.parametrize(
    ("head", "metrics", "message"),
    [
        ("softmx", (), 'head: got "softmx"; did you mean "softmax"?'),
        ("linear", ("accuracy",), 'metrics of a linear head: got "accuracy". Allowed: mean_absolute_error'),
        ("softmax", ("acuracy",), 'metrics of a softmax head: got "acuracy"; did you mean "accuracy"?'),
    ],
)
def test_heads_and_metrics_that_do_not_exist_or_fit_are_refused(head, metrics, message):
    with pytest.raises(RequestError) as error:
        catalog.check_metrics(head, metrics)
    assert str(error.value).startswith(message)


def test_a_choice_of_metrics_keeps_its_order():
    assert catalog.check_metrics("softmax", ("cross_entropy", "accuracy")) == ("cross_entropy", "accuracy")


def test_counts_take_one_number_for_a_list():
    assert check("units", 3, catalog.MODELS["mlp"].settings["units"]) == [3]

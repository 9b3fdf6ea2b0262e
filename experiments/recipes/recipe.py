"""What a recipe is: what a kind of network learns from, how it is trained, and how it is scored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import keras
import numpy as np

from experiments.recipes.batches import Batches
from experiments.recipes.one_epoch import train_once
from experiments.recipes.stacking import Body, Stacking
from experiments.study import catalog
from experiments.study.imports import load
from experiments.study.study import Study
from experiments.study.trial import Trial
from experiments.study.types import Settings
from experiments.tasks import Data, Task
from experiments.tasks.factors import change

_TRIED = 32  # examples that a model is tried on where the recipe has no batches of a size


class Trainable(Protocol):
    """One trial's model, ready to be trained by `model.fit`.

    model: a compiled Keras model. The trainer calls `fit` on it, and reads and sets its weights (`get_weights`,
        `set_weights`) to keep the epoch that counts.
    parameters: how many numbers the whole model has, as `count_params` gives it.
    """

    model: keras.Model
    parameters: int

    def training_loss(self, logs: Mapping[str, float]) -> float:
        """The training loss of an epoch, from what `fit` logs of it. Raises KeyError where the logs have none."""
        ...

    def batches(self) -> Batches:
        """The training batches: a `keras.utils.PyDataset` with `start(epoch)`, which takes the order of an epoch.

        The order of epoch e (from 0) is `default_rng([seed, e]).permutation(n)`, the same for every cell of a seed.
        """
        ...

    def evaluate(self, index: np.ndarray) -> dict[str, float]:
        """The scores on some examples, without training: every metric by name, and `loss`, penalties included.

        A recipe that can't compute a loss without training leaves it out.

        index: whole numbers, the examples' places in the data.
        """
        ...

    def test(self, index: np.ndarray) -> tuple[dict[str, float], np.ndarray | None]:
        """Every metric on some examples, and which of them came out right: `[examples]`, true or false.

        None in place of the latter where no example is right or wrong.
        """
        ...

    def measure(self) -> dict[str, float]:
        """Figures of the layers as they are now (`gradient_norm/dense_0`); empty where the recipe has none.

        `experiments.recipes.telemetry.Probe` takes those that stacks take.
        """
        ...

    def finished(self) -> keras.Model:
        """The model as it is saved: not compiled, giving what a user expects of it.

        `uncompiled` in `experiments.recipes.supervised.overrides` takes off what `compile` left.
        """
        ...


class Recipe(Protocol):
    """How a kind of network is trained and scored.

    A recipe is a line in `catalog.RECIPES` and a file or package here; nothing else may ask which one it is. A class
    that names `Recipe` as its base must have `learned` and `ready`; the rest has defaults.
    """

    def learned(self, task: Task) -> Task:
        """A task as the recipe learns it: its head, its metrics (the first ranks), and what `draw` gives as y.

        task: as it was loaded. The split must stay the same. Raises RequestError where the recipe can't learn it.
        """
        ...

    def ready(self, study: Study, trial: Trial, task: Task, data: Data) -> Trainable:
        """A trial's model: built from the trial's seed and settings, and compiled.

        task, data: as `learned` gives them. Raises RequestError where the model does not fit the task.
        """
        ...

    def check(self, study: Study, trial: Trial, task: Task, data: Data, body: Body | None, *, alone: bool) -> list[str]:
        """What is to be said of one model before anything trains; empty where there is nothing. Raises what is wrong.

        By default the model is trained on one batch.

        trial: one of each form of the model. body: its untrained model, where it was built for a stack already; None
        where the recipe does not stack. It may be trained here. alone: whether such trials train one by one.
        """
        few = replace(data, train=data.train[: trial.settings.get("batch_size", _TRIED)])
        ready = self.ready(study, trial, task, few)
        told = f"the model is a {type(ready.model).__name__}"
        train_once(ready.model, ready.batches().for_fit, told, ready.training_loss)
        return []

    def check_metrics(self, task: Task, data: Data) -> None:
        """RequestError where a metric does not work on the task's data. By default none is tried."""

    def constant_score(self, task: Task, data: Data) -> float | None:
        """What the best guess without learning scores by the first metric, on the validation examples.

        A trial that diverges is counted with this score. None, by default, where there is no such guess.
        """
        return None

    def stacking(self, study: Study, task: Task) -> Stacking | str:
        """How trials are trained as one program; or, as text, why they are not. By default they are not.

        task: as `learned` gives it.
        """
        return f"the recipe {study.recipe} trains its trials one by one"


def recipe_of(study: Study) -> Recipe:
    """The recipe of a study.

    >>> from experiments.study.study_file import load
    >>> type(recipe_of(load("digits-grid"))).__name__
    'Supervised'
    """
    recipe: Recipe = load(catalog.RECIPES[study.recipe].target)()
    return recipe


def loaded(study: Study, settings: Settings) -> Task:
    """The task of a study as it is, whatever its recipe makes of it. settings: of a trial."""
    from experiments.tasks.load import load as load_task

    levels = {name: settings[name] for name in study.task_settings}
    given: Task | None = study.objects.get("task")
    return change(given, levels) if given else load_task({"name": study.task, **levels}, study.folder)


def task_of(study: Study, settings: Settings) -> Task:
    """The task of a study as its recipe learns it. settings: of a trial, of which the task's own are used.

    >>> from experiments.study.study_file import load
    >>> study = load("digits-grid")
    >>> task_of(study, study.base).outputs
    10
    """
    return recipe_of(study).learned(loaded(study, settings))

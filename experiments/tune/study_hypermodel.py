"""A study as a keras-tuner `HyperModel`."""

from functools import partial

import keras
import keras_tuner
from keras import ops

from custom.types import Tensor
from experiments.models import parts
from experiments.models.build import build
from experiments.models.schedules import learning_rate
from experiments.recipes.batches import examples
from experiments.recipes.recipe import task_of
from experiments.recipes.supervised.objective import objective_of
from experiments.recipes.supervised.several import heads_of
from experiments.recipes.supervised.stacked_metrics import per_example
from experiments.study.imports import add_folder
from experiments.study.study import Study
from experiments.study.types import Plain, Settings
from experiments.tune.space import settings, space

_FEW = 32  # examples that a model is tried with


class StudyHyperModel(keras_tuner.HyperModel):
    """A study's factors as hyper-parameters, its cells as compiled models, for any of keras-tuner's tuners.

    The models give raw scores where their layers show them, else probabilities
    (`experiments.recipes.supervised.head`), with a loss and an accuracy that take them as they are.

    Arguments:
        study: a checked study, as `experiments.study.study_file.load` gives it.
        seed: of the initial weights.
        steps: of a whole training, which a schedule of the learning rate needs.

    Example:

    >>> from experiments.study.study_file import load
    >>> hypermodel = StudyHyperModel(load("digits-grid"))
    >>> hp = keras_tuner.HyperParameters()
    >>> hypermodel.build(hp).output_shape
    (None, 10)
    >>> sorted(hp.values)
    ['activation', 'learning_rate', 'loss', 'regularizer']
    """

    def __init__(self, study: Study, *, seed: int = 0, steps: int = 1000) -> None:
        super().__init__(name=study.name)
        self.study, self.seed, self.steps = study, seed, steps

    def build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """The compiled model of a cell."""
        hp.merge(space(self.study), overwrite=False)
        cell: Settings = settings(self.study, hp.values)
        trial = self.study.trial(cell, self.seed)
        add_folder(self.study.folder)
        task = task_of(self.study, cell)
        head = heads_of(build(self.study, trial, task), task)
        if head.ends is None:
            data = task.draw(self.seed)
            head.check(examples(data, data.train[:_FEW])[0])
        raw, probabilities = head.raw, head.ends == "probabilities"
        binary = [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.5 * probabilities)]
        metrics: dict[str, list[Plain]] = {
            "softmax": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            "sigmoid": binary,
            "multi_label": binary,
            "ordinal": [keras.metrics.MeanMetricWrapper(partial(_ordinal_accuracy, 0.5 * probabilities), "accuracy")],
            "fractions": [],
            "several": [],
            "linear": ["mae", "mse"],
        }
        raw.compile(
            optimizer=parts.optimizer(
                cell["optimizer"], learning_rate(trial, self.steps, self.study.folder), self.study.folder
            ),
            loss=objective_of(cell["loss"], task, self.study.folder, probabilities),
            metrics=metrics[task.head],
        )
        return raw


def _ordinal_accuracy(threshold: float, y: Tensor, outputs: Tensor) -> Tensor:
    """Which classes are right. threshold: of an output that counts as a step up."""
    of_example = per_example("accuracy", "ordinal")
    assert of_example is not None, "a mean over examples"
    return of_example(ops.reshape(y, (-1,)), outputs - threshold)

"""Names that a study may use, as data: where each part is imported from, its settings and their ranges.

Nothing here imports TensorFlow, Keras or scikit-learn. A target is `"module:attribute"`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from experiments.errors import RequestError, unknown
from experiments.study.types import Level


@dataclass(frozen=True)
class Setting:
    """A setting: its type with its range, as pydantic reads it, and its default.

    later: whether it came after first results were written, and changes nothing at its default. There it is part of no
        id, and no column unless it varies.
    """

    type: Any
    default: Level = None
    later: bool = False


@dataclass(frozen=True)
class Part:
    """A named part: the target to import, its settings by name, and for losses the heads they fit."""

    target: str
    settings: dict[str, Setting] = field(default_factory=dict)
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """How a model's outputs answer a task.

    about: in a line. link: the activation that outputs end in. target: what y is for an example: "class" (a whole
        number), "labels" (0 or 1 for each output), "fractions" (0 to 1 for each output) or "values" (any numbers);
        "any" where it plays no part.
    loss, metrics: by default; of these the first ranks. extra: how many more classes there are than outputs.
    recipe: whose head it is; other recipes than `supervised` read outputs and targets in their own way.

    >>> HEADS["sigmoid"].classes(1), HEADS["ordinal"].classes(4), HEADS["linear"].classes(3)
    (2, 5, None)
    """

    about: str
    link: Literal["softmax", "sigmoid", "linear"]
    target: Literal["class", "labels", "fractions", "values", "any"]
    loss: str
    metrics: tuple[str, ...]
    extra: int = 0
    recipe: str = "supervised"

    def classes(self, outputs: int) -> int | None:
        """How many classes there are with so many outputs; None where y is not one class."""
        return outputs + self.extra if self.target == "class" else None


@dataclass(frozen=True)
class TaskPart(Part):
    """A task's part, with its head and its metrics (the first is primary), known without loading data."""

    head: str = "softmax"
    metrics: tuple[str, ...] = ("accuracy", "cross_entropy")
    recipe: str = "supervised"


@dataclass(frozen=True)
class DataFactor(Part):
    """Something that may be done to the training examples of any task: the target is a function of `tasks.factors`.

    heads: those of the tasks that it makes sense for. of_targets: whether it is nothing to a recipe without targets.
    """

    of_targets: bool = True


@dataclass(frozen=True)
class RecipePart(Part):
    """A recipe's part.

    settings: those that the recipe adds to the ones of training. without: those of training that it does not have.
    models: the model kinds that it trains; empty for all kinds that no other recipe names. The first is the default.
    takes: the heads that a task may have; empty for any.
    head, metrics: where it gives every task one head, that head, and the metrics (the first is primary).
    other_heads: which a task that has one keeps.
    keeps_metrics: whether a task that has this head already keeps its own metrics.
    needs_y: whether it learns from targets; else `Study(data=x)` is enough. may_use_y: whether it may learn from them
        nevertheless.
    plain_keras: whether `compile` with the study's loss and `fit` on what the recipe's task draws train the same; then
        pages show such code.
    compiles: whether it compiles the model by the study's settings; else the model comes compiled.
    """

    head: str = ""
    metrics: tuple[str, ...] = ()
    other_heads: tuple[str, ...] = ()
    keeps_metrics: bool = True
    needs_y: bool = True
    may_use_y: bool = False
    plain_keras: bool = True
    compiles: bool = True
    without: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegularizerPart(Part):
    """A regularizer's part; `slot` is the argument of a model's function that takes it."""

    slot: str = "kernel_regularizer"


@dataclass(frozen=True)
class Metric:
    """A metric: what it is in a line, the target to import, the direction in which it is better, and the heads it fits.

    unit: as `Known` has it. of: what its function is called with, a name in
        `experiments.recipes.supervised.scored.SOURCES`; or "recipe" where the recipe of its heads computes it.
    has_chance: whether what the same prediction for every example scores tells of learning nothing. settings: those of
        its function.
    """

    about: str
    target: str
    direction: Literal["max", "min"]
    heads: tuple[str, ...]
    unit: str = ""
    of: str = "decisions"
    has_chance: bool = True
    settings: dict[str, Setting] = field(default_factory=dict)


def _as_list(value: object) -> list[Level]:
    return value if isinstance(value, list) else [value]


def _check_size(value: float | str) -> float | str:
    fit = value >= 1 if isinstance(value, int) else value == ALL if isinstance(value, str) else 0 < value < 1
    if not fit:
        raise PydanticCustomError("size", 'a whole number from 1, a share above 0 and below 1, or "all"')
    return value


ALL = "all"  # examples, as a size


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Decay = Annotated[float, Field(ge=0, lt=1)]
Fraction = Annotated[float, Field(ge=0, le=1)]
MOST = 2**31 - 1  # of any whole number: what every library can take
Count = Annotated[int, Field(ge=1, le=MOST)]
Counts = Annotated[list[Count], Field(min_length=1), BeforeValidator(_as_list)]
Size = Annotated[int | float | str, AfterValidator(_check_size)]  # so many, such a share of all, or all
NamedPart = Literal["a name or a table"]  # a level that `level.check_part` reads, by the setting's name

_OF_CLASSES = ("accuracy", "cross_entropy")
_OF_VALUES = ("mean_absolute_error", "mean_squared_error")
HEADS: dict[str, Head] = {
    "softmax": Head("one of several classes", "softmax", "class", "cross_entropy", _OF_CLASSES),
    "sigmoid": Head("one of two classes, by one output", "sigmoid", "class", "cross_entropy", _OF_CLASSES, extra=1),
    "ordinal": Head(
        "one of several ordered classes, by one output for each step from a class to the next",
        "sigmoid",
        "class",
        "cross_entropy",
        ("mean_absolute_error", *_OF_CLASSES),
        extra=1,
    ),
    "multi_label": Head("several labels, each there or not", "sigmoid", "labels", "cross_entropy", _OF_CLASSES),
    "fractions": Head("numbers from 0 to 1", "sigmoid", "fractions", "cross_entropy", (*_OF_VALUES, "cross_entropy")),
    "linear": Head("values", "linear", "values", "mean_squared_error", _OF_VALUES),
    "step": Head(
        "one of two classes, by a threshold", "linear", "class", "", ("accuracy",), extra=1, recipe="perceptron"
    ),
    "generated": Head(
        "examples made of noise", "linear", "any", "non_saturating", ("earth_mover_distance",), recipe="adversarial"
    ),
    "reported": Head("whatever a model's own step learns", "linear", "any", "", (), recipe="own_step"),
}
_BITS = ("sigmoid", "ordinal", "multi_label", "fractions")  # heads that end in sigmoids
_CLASSES = ("softmax", "sigmoid", "ordinal")
TARGET_HEADS = tuple(name for name, head in HEADS.items() if head.recipe == "supervised")  # that y may be given for
_ANY = TARGET_HEADS
_GENERATED = ("generated",)
# several outputs in one row; of each its own head, loss and metrics
SEVERAL, EACH = "several", "each"
HEADS[SEVERAL] = Head("several outputs, each with a head and a loss of its own", "linear", "values", EACH, ())

ACTIVATIONS: dict[str, Part] = {
    "linear": Part("keras.activations:linear"),
    "relu": Part("keras.activations:relu"),
    "sigmoid": Part("keras.activations:sigmoid"),
    "tanh": Part("keras.activations:tanh"),
    "softmax": Part("keras.activations:softmax"),
    "softplus": Part("keras.activations:softplus"),
    "softsign": Part("keras.activations:softsign"),
    "silu": Part("keras.activations:silu"),
    "gelu": Part("keras.activations:gelu"),
    "selu": Part("keras.activations:selu"),
    "relu6": Part("keras.activations:relu6"),
    "mish": Part("keras.activations:mish"),
    "exponential": Part("keras.activations:exponential"),
    "hard_sigmoid": Part("keras.activations:hard_sigmoid"),
    "hard_silu": Part("keras.activations:hard_silu"),
    "log_sigmoid": Part("keras.activations:log_sigmoid"),
    "tanh_shrink": Part("keras.activations:tanh_shrink"),
    "leaky_relu": Part("keras.layers:LeakyReLU", {"negative_slope": Setting(NonNegative, 0.2)}),
    "elu": Part("keras.layers:ELU", {"alpha": Setting(NonNegative, 1.0)}),
    "hard_tanh": Part(
        "custom.layers:HardTanh", {"min_value": Setting(Number, -1.0), "max_value": Setting(Number, 1.0)}
    ),
}

LOSSES: dict[str, Part] = {
    "cross_entropy": Part("keras.losses:CategoricalCrossentropy", heads=("softmax", *_BITS)),
    "sparse_cross_entropy": Part("keras.losses:SparseCategoricalCrossentropy", heads=("softmax",)),
    "kl_divergence": Part("keras.losses:KLDivergence", heads=("softmax",)),
    "mean_squared_error": Part("keras.losses:MeanSquaredError", heads=_ANY),
    "mean_absolute_error": Part("keras.losses:MeanAbsoluteError", heads=_ANY),
    "huber": Part("custom.losses:Huber", {"delta": Setting(Positive, 1.0)}, heads=_ANY),
    "log_cosh": Part("custom.losses:LogCosh", heads=_ANY),
    "hinge": Part("keras.losses:CategoricalHinge", heads=(*_CLASSES, "multi_label")),
    "wasserstein": Part("custom.losses:Wasserstein", heads=("sigmoid",)),
    "earth_mover": Part("custom.losses:EarthMover", {"exponent": Setting(Literal[1, 2], 2)}, heads=("softmax",)),
}

REGULARIZERS: dict[str, RegularizerPart] = {
    "none": RegularizerPart("", slot=""),
    "l1": RegularizerPart("keras.regularizers:L1", {"l1": Setting(NonNegative, 1e-4)}),
    "l2": RegularizerPart("keras.regularizers:L2", {"l2": Setting(NonNegative, 1e-4)}),
    "elastic_net": RegularizerPart(
        "custom.regularizers:ElasticNet",
        {"l1": Setting(NonNegative, 5e-5), "l2": Setting(NonNegative, 5e-5)},
    ),
    "dropout": RegularizerPart("", {"rate": Setting(Decay, 0.2)}, slot="dropout"),
    "sparsity": RegularizerPart(
        "custom.regularizers:KLSparsity",
        {"target": Setting(Annotated[float, Field(gt=0, lt=1)], 0.05), "weight": Setting(NonNegative, 1e-3)},
        slot="activity_regularizer",
    ),
}
REGULARIZER_SLOTS = ("kernel_regularizer", "dropout", "activity_regularizer")

# Of a generator and its critic: each is a loss of both.
LOSSES |= {
    "non_saturating": Part("", heads=("generated",)),
    "wasserstein_clip": Part("", {"clip_limit": Setting(Positive, 0.01)}, heads=("generated",)),
    "wasserstein_gradient": Part("", {"penalty_weight": Setting(NonNegative, 10.0)}, heads=("generated",)),
}

_CLIP = {"global_clipnorm": Setting(Positive | None)}
_ADAM = {"beta_1": Setting(Decay, 0.9), "beta_2": Setting(Decay, 0.999), **_CLIP}

OPTIMIZERS: dict[str, Part] = {
    "adam": Part("keras.optimizers:Adam", _ADAM),
    "adamw": Part("keras.optimizers:AdamW", {"weight_decay": Setting(NonNegative, 0.004), **_ADAM}),
    "sgd": Part("keras.optimizers:SGD", {"momentum": Setting(Decay, 0.0), "nesterov": Setting(bool, False), **_CLIP}),
    "moving_average_momentum": Part("custom.optimizers:MovingAverageMomentum", {"beta": Setting(Decay, 0.9), **_CLIP}),
    "rmsprop": Part("keras.optimizers:RMSprop", {"rho": Setting(Decay, 0.9), "momentum": Setting(Decay, 0.0), **_CLIP}),
}

SCHEDULES: dict[str, Part] = {
    "constant": Part(""),
    "cosine": Part(
        "experiments.models.schedules:cosine", {"warmup": Setting(Decay, 0.0), "end": Setting(Fraction, 0.0)}
    ),
    "linear": Part("experiments.models.schedules:linear", {"end": Setting(Fraction, 0.0)}),
    "exponential": Part(
        "experiments.models.schedules:exponential", {"end": Setting(Annotated[float, Field(gt=0, le=1)], 0.01)}
    ),
    "step": Part("experiments.models.schedules:step", {"drops": Setting(Count, 2), "factor": Setting(Fraction, 0.1)}),
}

# Settings whose level is a named part, and the table that its name is looked up in.
PARTS: dict[str, Mapping[str, Part]] = {
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "regularizer": REGULARIZERS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}

TRAINING: dict[str, Setting] = {
    "loss": Setting(NamedPart),  # its default follows from the task's head
    "learning_rate": Setting(Positive, 1e-3),
    "schedule": Setting(NamedPart, "constant"),  # of the learning rate, over the whole training
    "optimizer": Setting(NamedPart, "adam"),
    "batch_size": Setting(Count, 32),
    "epochs": Setting(Count, 20),
    # epochs in a row without a lower validation loss after which a trial stops; 0: never
    "patience": Setting(Annotated[int, Field(ge=0, le=MOST)], 0),
    # other initial weights and dropout on the same data and batches: what an A/A comparison varies
    "salt": Setting(Annotated[int, Field(ge=0, le=MOST)], 0),
    # the epoch whose scores and weights count: the last one, or the best by the primary validation metric
    "keep_epoch": Setting(Literal["last", "best"], "last"),
}

# What may be done to the training examples of any task, in this order; validation and test examples stay as they are.
DATA_FACTORS: dict[str, DataFactor] = {
    "imbalance": DataFactor(
        "experiments.tasks.factors.imbalance:imbalance",
        {"imbalance": Setting(Annotated[float, Field(gt=0, le=1)], 1.0, later=True)},
        heads=_CLASSES,
    ),
    "train_size": DataFactor(
        "experiments.tasks.factors.train_size:train_size",
        {"train_size": Setting(Size, ALL, later=True)},
        heads=tuple(HEADS),
        of_targets=False,
    ),
    "label_noise": DataFactor(
        "experiments.tasks.factors.label_noise:label_noise",
        {"label_noise": Setting(Fraction, 0.0, later=True)},
        heads=_CLASSES,
    ),
    "target_outliers": DataFactor(
        "experiments.tasks.factors.target_outliers:target_outliers",
        {
            "target_outliers": Setting(Fraction, 0.0, later=True),
            "outlier_size": Setting(NonNegative, 10.0, later=True),
        },
        heads=("linear",),
    ),
    "feature_noise": DataFactor(
        "experiments.tasks.factors.feature_noise:feature_noise",
        {"feature_noise": Setting(NonNegative, 0.0, later=True)},
        heads=tuple(HEADS),
        of_targets=False,
    ),
}
OF_DATA: dict[str, Setting] = {
    name: setting for part in DATA_FACTORS.values() for name, setting in part.settings.items()
}

_INITIALIZERS = Literal["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal"]

MODELS: dict[str, Part] = {
    "mlp": Part(
        "experiments.models.mlp:mlp",
        {
            "units": Setting(Counts, [64, 64]),
            "activation": Setting(NamedPart, "relu"),
            "regularizer": Setting(NamedPart, "none"),
            "dropout": Setting(Decay, 0.0),
            "batch_normalization": Setting(bool, False),
            "initializer": Setting(_INITIALIZERS, "glorot_uniform"),
            "depth": Setting(Count, 1, later=True),
            "residual": Setting(bool, False, later=True),
            "input_noise": Setting(NonNegative, 0.0, later=True),
        },
    ),
}

_RECURRENT: dict[str, Setting] = {
    "units": Setting(Counts, [32]),
    "activation": Setting(NamedPart, "tanh"),
    "regularizer": Setting(NamedPart, "none"),
    "dropout": Setting(Decay, 0.0),
    "initializer": Setting(_INITIALIZERS, "glorot_uniform"),
}
MODELS |= {
    "cnn": Part(
        "experiments.models.cnn:cnn",
        {
            "filters": Setting(Counts, [16, 32]),
            "kernel_size": Setting(Count, 3),
            "pool_size": Setting(Count, 2),
            "units": Setting(Annotated[list[Count], BeforeValidator(_as_list)], []),
            "activation": Setting(NamedPart, "relu"),
            "regularizer": Setting(NamedPart, "none"),
            "dropout": Setting(Decay, 0.0),
            "batch_normalization": Setting(bool, False),
            "initializer": Setting(_INITIALIZERS, "glorot_uniform"),
        },
    ),
    "rnn": Part("experiments.models.recurrent:rnn", _RECURRENT),
    "lstm": Part("experiments.models.recurrent:lstm", _RECURRENT),
    "gru": Part("experiments.models.recurrent:gru", _RECURRENT),
    "autoencoder": Part(
        "experiments.models.autoencoder:autoencoder",
        {
            "units": Setting(Annotated[list[Count], BeforeValidator(_as_list)], [64]),
            "bottleneck": Setting(Count, 16),
            "activation": Setting(NamedPart, "relu"),
            "regularizer": Setting(NamedPart, "none"),
            "dropout": Setting(Decay, 0.0),
            "input_noise": Setting(NonNegative, 0.0),
            "initializer": Setting(_INITIALIZERS, "glorot_uniform"),
        },
    ),
}

_supervised = "experiments.recipes.supervised"
_decided, _probable = f"{_supervised}.class_metrics", f"{_supervised}.probability_metrics"
_error, _RANKED = f"{_supervised}.metrics", ("softmax", "sigmoid", "multi_label")
METRICS: dict[str, Metric] = {
    "accuracy": Metric(
        "share of classes, or of labels, that are right", f"{_error}:accuracy", "max",
        (*_CLASSES, "multi_label", "step"), "share",
    ),
    "cross_entropy": Metric(
        "mean −log of the probability of what is true (log loss)", f"{_error}:cross_entropy", "min",
        ("softmax", *_BITS), of="scores",
    ),
    "mean_absolute_error": Metric(
        "mean error (MAE); of ordered classes in steps", f"{_error}:mean_absolute_error", "min",
        ("linear", "fractions", "ordinal"), of="values",
    ),
    "mean_squared_error": Metric(
        "mean squared error (MSE)", f"{_error}:mean_squared_error", "min", ("linear", "fractions"), of="values"
    ),
    "rmse": Metric(
        "root of the mean squared error", f"{_supervised}.value_metrics:rmse", "min", ("linear", "fractions"),
        of="values",
    ),
    "r2_score": Metric(
        "share of the targets' variance that is predicted (R²)", f"{_supervised}.value_metrics:r2_score", "max",
        ("linear", "fractions"), of="values",
    ),
    "top_k": Metric(
        "share of classes that are among the k most probable (5)", f"{_error}:top_k", "max", ("softmax",), "share",
        of="scores", settings={"k": Setting(Count, 5)},
    ),
    "balanced_accuracy": Metric(
        "mean over classes of the share that is found", f"{_decided}:balanced_accuracy", "max", _CLASSES, "share"
    ),
    "exact_match": Metric(
        "share of examples of which all labels are right", f"{_decided}:exact_match", "max", ("multi_label",), "share"
    ),
    "f1": Metric("F1 of class 1 of two", f"{_decided}:f1", "max", ("softmax", "sigmoid"), "share"),
    "macro_f1": Metric(
        "mean F1 over classes or labels", f"{_decided}:macro_f1", "max", (*_CLASSES, "multi_label"), "share"
    ),
    "quadratic_kappa": Metric(
        "agreement beyond chance, errors squared in steps", f"{_decided}:quadratic_kappa", "max", ("ordinal",)
    ),
    "roc_auc": Metric(
        "area under the ROC curve, mean over classes or labels", f"{_probable}:roc_auc", "max", _RANKED, "bounded",
        of="probabilities",
    ),
    "average_precision": Metric(
        "area under the precision-recall curve, mean over classes or labels", f"{_probable}:average_precision", "max",
        _RANKED, "bounded", of="probabilities",
    ),
    "brier_score": Metric(
        "mean squared error of probabilities, from 0 to 1", f"{_probable}:brier_score", "min", _RANKED,
        of="probabilities",
    ),
    "expected_calibration_error": Metric(
        "gap between probability and share that is right, over 15 bins", f"{_probable}:expected_calibration_error",
        "min", ("softmax", "sigmoid"), "share", of="probabilities", has_chance=False,
    ),
    "probability_error": Metric(
        "mean error of probabilities, where the true ones are known", f"{_probable}:probability_error", "min",
        ("softmax", "sigmoid"), "share", of="truth",
    ),
    "support_recall": Metric(
        "share of the features that matter among the largest first weights",
        f"{_supervised}.weight_metrics:support_recall", "max", _ANY, "share", of="weights",
    ),
    "converged": Metric("whether training ended without a mistake", "", "max", ("step",), "share", of="recipe"),
    "total_mistakes": Metric("mistakes made in training", "", "min", ("step",), of="recipe"),
    "earth_mover_distance": Metric("between generated and held-out examples", "", "min", _GENERATED, of="recipe"),
    "modes_covered": Metric("share of modes with an example", "", "max", _GENERATED, "share", of="recipe"),
    "high_quality": Metric("share of examples near a mode", "", "max", _GENERATED, "share", of="recipe"),
    "class_distance": Metric(
        "total variation between the classes of generated and held-out examples", "", "min", _GENERATED, "share",
        of="recipe",
    ),
}  # fmt: skip

MODELS["linear"] = Part(
    "experiments.models.linear:linear",
    {
        "bias": Setting(bool, True),
        "regularizer": Setting(NamedPart, "none"),
        "dropout": Setting(Decay, 0.0),
        "initializer": Setting(_INITIALIZERS, "glorot_uniform"),
    },
)
MODELS["well"] = Part("experiments.models.well:well", {"start": Setting(Positive, 1.5)})
MODELS["perceptron"] = Part("experiments.models.perceptron:perceptron", {"bias": Setting(bool, True)})

MODELS["gan"] = Part(
    "experiments.models.gan:gan",
    {
        "latent_size": Setting(Count, 2),
        "units": Setting(Counts, [64, 64]),
        "critic_units": Setting(Counts | None, None),  # those of the generator
        "activation": Setting(NamedPart, "relu"),
        "regularizer": Setting(NamedPart, "none"),
        "dropout": Setting(Decay, 0.0),
        "batch_normalization": Setting(bool, False),
        "output_activation": Setting(Literal["linear", "sigmoid", "tanh"], "linear"),
        "initializer": Setting(_INITIALIZERS, "glorot_uniform"),
    },
)

SUPERVISED = "supervised"  # the recipe of whatever names none
RECIPES: dict[str, RecipePart] = {
    SUPERVISED: RecipePart("experiments.recipes.supervised.recipe:Supervised"),
    "reconstruction": RecipePart(
        "experiments.recipes.reconstruction:Reconstruction",
        head="linear",
        metrics=("mean_squared_error", "mean_absolute_error"),
        other_heads=("fractions",),
        needs_y=False,
    ),
    "adversarial": RecipePart(
        "experiments.recipes.adversarial.recipe:AdversarialTraining",
        {"critic_steps": Setting(Count, 1), "critic_learning_rate": Setting(Positive | None, None)},
        head="generated",
        metrics=("earth_mover_distance",),
        needs_y=False,
        plain_keras=False,
        without=("schedule",),
        models=("gan",),
    ),
    "own_step": RecipePart(
        "experiments.recipes.own_step:OwnStep",
        head="reported",
        keeps_metrics=False,
        needs_y=False,
        may_use_y=True,
        plain_keras=False,
        compiles=False,
        without=("loss", "optimizer", "schedule", "learning_rate"),
    ),
    "perceptron": RecipePart(
        "experiments.recipes.perceptron:PerceptronRule",
        head="step",
        metrics=("accuracy", "converged", "total_mistakes"),
        keeps_metrics=False,
        plain_keras=False,
        without=("loss", "optimizer", "schedule", "batch_size", "salt"),
        models=("perceptron",),
        takes=("sigmoid",),
    ),
}

_regression = partial(TaskPart, head="linear", metrics=("mean_absolute_error", "mean_squared_error"))
_minimized = partial(TaskPart, head="linear", metrics=("mean_squared_error", "mean_absolute_error"))
_mixture = partial(
    TaskPart, head="generated", metrics=("modes_covered", "high_quality", "earth_mover_distance"), recipe="adversarial"
)
_EXAMPLES = Annotated[int, Field(ge=20, le=MOST)]
_IMAGES = {
    "train_size": Setting(Annotated[int, Field(ge=10, le=59990)] | None, None),
    "validation_size": Setting(Annotated[int, Field(ge=10, le=30000)], 10000),
    "resample": Setting(bool, False),
}
_SPLIT = {"resample": Setting(bool, True)}
_GATE = {"n": Setting(_EXAMPLES, 400), "noise": Setting(NonNegative, 0.1)}

TASKS: dict[str, TaskPart] = {
    "digits": TaskPart("experiments.tasks.digits:digits", _SPLIT),
    "mnist": TaskPart("experiments.tasks.keras_images:mnist", _IMAGES),
    "fashion_mnist": TaskPart("experiments.tasks.keras_images:fashion_mnist", _IMAGES),
    "and_gate": TaskPart("experiments.tasks.gates:and_gate", _GATE, head="sigmoid"),
    "xor": TaskPart("experiments.tasks.gates:xor", _GATE, head="sigmoid"),
    "blobs": TaskPart(
        "experiments.tasks.blobs:blobs",
        {
            "n": Setting(_EXAMPLES, 600),
            "classes": Setting(Annotated[int, Field(ge=2, le=20)], 3),
            "noise": Setting(NonNegative, 1.0),
        },
    ),
    "moons": TaskPart(
        "experiments.tasks.moons:moons", {"n": Setting(_EXAMPLES, 600), "noise": Setting(NonNegative, 0.2)}
    ),
    "spirals": TaskPart(
        "experiments.tasks.spirals:spirals",
        {
            "n": Setting(_EXAMPLES, 800),
            "turns": Setting(Annotated[float, Field(ge=0.1, le=10)], 2.0),
            "noise": Setting(NonNegative, 0.05),
        },
    ),
    "sine": _regression(
        "experiments.tasks.sine:sine",
        {"n": Setting(_EXAMPLES, 600), "noise": Setting(NonNegative, 0.1)},
    ),
    "outliers": _regression(
        "experiments.tasks.outliers:outliers",
        {
            "n": Setting(_EXAMPLES, 800),
            "share": Setting(Annotated[float, Field(ge=0, le=0.5)], 0.1),
            "size": Setting(NonNegative, 10.0),
            "noise": Setting(NonNegative, 0.1),
        },
    ),
    "shifted_digits": TaskPart(
        "experiments.tasks.shifted_digits:shifted_digits",
        {
            "size": Setting(Annotated[int, Field(ge=8, le=64)], 16),
            "shift": Setting(Annotated[int, Field(ge=0, le=28)], 4),
            "resample": Setting(bool, True),
        },
    ),
    "row_digits": TaskPart("experiments.tasks.row_digits:row_digits", _SPLIT),
    "adding": _regression(
        "experiments.tasks.adding:adding",
        {"n": Setting(_EXAMPLES, 2000), "length": Setting(Annotated[int, Field(ge=2, le=10_000)], 50)},
    ),
    "parity": TaskPart(
        "experiments.tasks.parity:parity",
        {
            "n": Setting(_EXAMPLES, 800),
            "bits": Setting(Annotated[int, Field(ge=2, le=16)], 4),
            "noise": Setting(NonNegative, 0.1),
        },
        head="sigmoid",
    ),
    "correlated_features": _regression(
        "experiments.tasks.correlated_features:correlated_features",
        {
            "n": Setting(_EXAMPLES, 400),
            "features": Setting(Count, 30),
            "informative": Setting(Count, 6),
            "group": Setting(Count, 3),
            "correlation": Setting(Decay, 0.9),
            "noise": Setting(NonNegative, 0.5),
        },
        metrics=("mean_absolute_error", "mean_squared_error", "support_recall"),
    ),
    "known_probability": TaskPart(
        "experiments.tasks.known_probability:known_probability",
        {"n": Setting(_EXAMPLES, 1000), "features": Setting(Literal[1, 2], 1)},
        head="sigmoid",
        metrics=("accuracy", "cross_entropy", "probability_error"),
    ),
    "reconstruct_digits": TaskPart(
        "experiments.tasks.digits:digits",
        _SPLIT | {"binarize": Setting(bool, False, later=True)},
        head="linear",
        metrics=("mean_squared_error", "mean_absolute_error"),
        recipe="reconstruction",
    ),
    "digit_pixels": TaskPart(
        "experiments.tasks.digit_pixels:digit_pixels",
        _SPLIT | {"binarize": Setting(bool, False)},
        head="fractions",
        metrics=HEADS["fractions"].metrics,
        recipe="reconstruction",
    ),
    "quadratic": _minimized(
        "experiments.tasks.quadratic:quadratic",
        {
            "eigenvalues": Setting(
                Annotated[list[Positive], Field(min_length=1, max_length=32), BeforeValidator(_as_list)],
                [1.0, 10.0, 100.0],
            )
        },
    ),
    "double_well": _minimized(
        "experiments.tasks.double_well:double_well", {"tilt": Setting(Annotated[float, Field(ge=-1.5, le=1.5)], 0.5)}
    ),
    "diabetes": _regression("experiments.tasks.tables:diabetes", _SPLIT),
    "breast_cancer": TaskPart("experiments.tasks.tables:breast_cancer", _SPLIT, head="sigmoid"),
    "wine": TaskPart("experiments.tasks.tables:wine", _SPLIT),
    "ring": _mixture(
        "experiments.tasks.mixtures:ring",
        {"n": Setting(Annotated[int, Field(ge=40, le=MOST)], 2000), "spread": Setting(Positive, 0.02)},
    ),
    "grid25": _mixture(
        "experiments.tasks.mixtures:grid25",
        {"n": Setting(Annotated[int, Field(ge=125, le=MOST)], 2500), "spread": Setting(Positive, 0.05)},
    ),
}


def later_settings() -> dict[str, Level]:
    """Settings of data and models that came after first results were written, and the level that changes nothing.

    >>> later_settings()["label_noise"]
    0.0
    """
    known = [OF_DATA, *(part.settings for part in (*TASKS.values(), *MODELS.values()))]
    return {name: setting.default for settings in known for name, setting in settings.items() if setting.later}


def training_settings(recipe: str) -> dict[str, Setting]:
    """The settings of training under a recipe: those that all have, less what it does not have, and its own.

    >>> training_settings("supervised") == TRAINING
    True
    """
    part = RECIPES[recipe]
    return {name: setting for name, setting in TRAINING.items() if name not in part.without} | part.settings


def fitting_models(recipe: str) -> list[str]:
    """The model kinds that a recipe trains, the default first.

    >>> fitting_models("reconstruction")[:2]
    ['mlp', 'cnn']
    """
    taken = {name for part in RECIPES.values() for name in part.models}
    return list(RECIPES[recipe].models) or [name for name in MODELS if name not in taken]


def fitting_losses(head: str) -> list[str]:
    """The losses that fit a head.

    >>> fitting_losses("linear")
    ['mean_squared_error', 'mean_absolute_error', 'huber', 'log_cosh']
    """
    return [name for name, part in LOSSES.items() if head in part.heads]


def check_metrics(head: str, metrics: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The metrics of a head, by default its own; RequestError for a head or metric that does not exist or fit.

    >>> check_metrics("softmax")
    ('accuracy', 'cross_entropy')
    """
    if head not in HEADS:
        raise RequestError(unknown("head", head, HEADS))
    fitting = fitting_metrics(head)
    for name in metrics:
        if name not in fitting:
            raise RequestError(unknown(f"metrics of a {head} head", name, fitting))
    return tuple(metrics) or HEADS[head].metrics


def fitting_metrics(head: str) -> list[str]:
    """The metrics of ours that fit a head.

    >>> fitting_metrics("linear")
    ['mean_absolute_error', 'mean_squared_error', 'rmse', 'r2_score', 'support_recall']
    """
    return [name for name, metric in METRICS.items() if head in metric.heads]

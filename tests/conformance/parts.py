"""Every public part of `custom`, and what the suite has to know of it. A name that is missing here fails the suite."""

from collections.abc import Callable
from dataclasses import dataclass, field

import keras
import mpmath
import numpy as np
from keras import ops

from custom.activations import hard_tanh, heaviside
from custom.callbacks import StopOnDivergence, Telemetry
from custom.constraints import SoftThreshold, WeightClip, soft_threshold, weight_clip
from custom.layers import HardTanh, Perceptron, SparsityPenalty
from custom.losses import EarthMover, Huber, LogCosh, Wasserstein, earth_mover, huber, log_cosh, wasserstein
from custom.models import GAN, WGAN, PerceptronClassifier, SparseAutoencoder
from custom.optimizers import MovingAverageMomentum
from custom.regularizers import ElasticNet, KLSparsity, elastic_net, kl_sparsity, l1_sparsity, sparsity_divergence

SIGN = mpmath.sign


@dataclass(frozen=True)
class Pointwise:
    """A part that takes one number to one number: the reference for its value and slope, and where it has a kink."""

    call: Callable
    value: Callable
    slope: Callable
    kinks: tuple = ()
    # a straight-through gradient is by intention not the slope of the value
    differentiable: bool = True


def log_cosh_value(e):
    # cosh of a huge number has an exponent that takes for ever
    if abs(e) > 1e5:
        return abs(e) - mpmath.log(2)
    with mpmath.workdps(120):
        return mpmath.log(mpmath.cosh(e))


def clip(x, low, high):
    return min(max(x, mpmath.mpf(low)), mpmath.mpf(high))


def within(x, low, high):
    return mpmath.mpf(low <= x <= high)


def huber_value(e, delta=0.75):
    return e * e / 2 if abs(e) <= delta else delta * (abs(e) - mpmath.mpf(delta) / 2)


def divergence(mean, target=0.25):
    """KL(target ‖ mean) inside the stated range, its tangent beyond; with its slope."""
    p = mpmath.mpf(target)
    inside = clip(mean, p / 100, 1 - (1 - p) / 100)
    value = p * mpmath.log(p / inside) + (1 - p) * mpmath.log((1 - p) / (1 - inside))
    slope = -p / inside + (1 - p) / (1 - inside)
    return value + slope * (mean - inside), slope


def of_loss(loss):
    """A loss as a function of the error: labels of zero, one output."""

    def call(x):
        column = ops.expand_dims(x, -1)
        return loss(ops.zeros_like(column), column)

    return call


def of_penalty(penalty):
    """A penalty as a function of each number alone."""
    return lambda x: ops.vectorized_map(lambda one: penalty(ops.reshape(one, (1, 1))), x)


KL = Pointwise(
    of_penalty(lambda x: kl_sparsity(x, target=0.25, weight=2.0)),
    lambda m: 2 * divergence(m)[0],
    lambda m: 2 * divergence(m)[1],
    kinks=(0.0025, 0.9925),
)
HUBER = dict(value=huber_value, slope=lambda e: clip(e, -0.75, 0.75), kinks=(-0.75, 0.75))
LOG_COSH = dict(value=log_cosh_value, slope=mpmath.tanh)
WASSERSTEIN = dict(value=lambda f: f, slope=lambda f: mpmath.mpf(1))
EARTH_MOVER = dict(value=abs, slope=SIGN, kinks=(0.0,))
ELASTIC_NET = dict(value=lambda w: abs(w) / 2 + w * w / 4, slope=lambda w: SIGN(w) / 2 + w / 2, kinks=(0.0,))
CLIPPED = dict(value=lambda w: clip(w, -0.5, 0.5), slope=lambda w: within(w, -0.5, 0.5), kinks=(-0.5, 0.5))
SHRUNK = dict(value=lambda w: w - clip(w, -0.5, 0.5), slope=lambda w: 1 - within(w, -0.5, 0.5), kinks=(-0.5, 0.5))
HARD_TANH = dict(value=lambda x: clip(x, -1, 1), slope=lambda x: within(x, -1, 1), kinks=(-1.0, 1.0))

# numbers that every float type holds exactly, so that a reference needs no rounding of its own
POINTWISE = {
    "activations.hard_tanh": Pointwise(hard_tanh, **HARD_TANH),
    "activations.heaviside": Pointwise(
        lambda x: heaviside(x) + 0.0 * x,
        lambda x: mpmath.mpf(x >= 0),
        lambda x: mpmath.mpf(0),
        kinks=(0.0,),
    ),
    "activations.heaviside, straight through": Pointwise(
        lambda x: heaviside(x, straight_through=True),
        lambda x: mpmath.mpf(x >= 0),
        lambda x: mpmath.mpf(1),
        differentiable=False,
    ),
    "layers.HardTanh": Pointwise(
        lambda x: HardTanh(-0.5, 1.5, dtype=x.dtype)(x),
        lambda x: clip(x, -0.5, 1.5),
        lambda x: within(x, -0.5, 1.5),
        kinks=(-0.5, 1.5),
    ),
    "losses.huber": Pointwise(of_loss(lambda y, p: huber(y, p, delta=0.75)), **HUBER),
    "losses.Huber": Pointwise(of_loss(Huber(delta=0.75).call), **HUBER),
    "losses.log_cosh": Pointwise(of_loss(log_cosh), **LOG_COSH),
    "losses.LogCosh": Pointwise(of_loss(LogCosh().call), **LOG_COSH),
    "losses.wasserstein": Pointwise(of_loss(wasserstein), **WASSERSTEIN),
    "losses.Wasserstein": Pointwise(of_loss(Wasserstein().call), **WASSERSTEIN),
    "losses.earth_mover": Pointwise(of_loss(earth_mover), **EARTH_MOVER),
    "losses.EarthMover": Pointwise(of_loss(EarthMover(exponent=2).call), value=lambda d: d * d, slope=lambda d: 2 * d),
    "regularizers.elastic_net": Pointwise(of_penalty(lambda w: elastic_net(w, l1=0.5, l2=0.25)), **ELASTIC_NET),
    "regularizers.ElasticNet": Pointwise(of_penalty(ElasticNet(0.5, 0.25)), **ELASTIC_NET),
    "regularizers.sparsity_divergence": Pointwise(
        lambda m: sparsity_divergence(m, target=0.25),
        lambda m: divergence(m)[0],
        lambda m: divergence(m)[1],
        kinks=KL.kinks,
    ),
    "regularizers.kl_sparsity": KL,
    "regularizers.KLSparsity": Pointwise(of_penalty(KLSparsity(0.25, 2.0)), KL.value, KL.slope, KL.kinks),
    "regularizers.l1_sparsity": Pointwise(
        of_penalty(lambda a: l1_sparsity(a, weight=0.5)),
        lambda a: abs(a) / 2,
        lambda a: SIGN(a) / 2,
        kinks=(0.0,),
    ),
    "constraints.weight_clip": Pointwise(lambda w: weight_clip(w, limit=0.5), **CLIPPED),
    "constraints.WeightClip": Pointwise(WeightClip(0.5), **CLIPPED),
    "constraints.soft_threshold": Pointwise(lambda w: soft_threshold(w, amount=0.5), **SHRUNK),
    "constraints.SoftThreshold": Pointwise(SoftThreshold(0.5), **SHRUNK),
}

# penalties stay in float32 for half-precision activations, where a sum over a batch would overflow
KEEPS_FLOAT32 = {"regularizers.kl_sparsity", "regularizers.KLSparsity", "regularizers.l1_sparsity"}

LAYERS = {
    "layers.HardTanh": (HardTanh, {"min_value": -0.5, "max_value": 0.75}, {}),
    "layers.HardTanh, learned": (HardTanh, {"learn_bounds": True}, {"expected_num_trainable_weights": 2}),
    "layers.Perceptron": (Perceptron, {"units": 4}, {"expected_num_trainable_weights": 2}),
    "layers.SparsityPenalty": (SparsityPenalty, {"target": 0.1, "weight": 0.5}, {"expected_num_losses": 1}),
    "layers.SparsityPenalty, l1": (SparsityPenalty, {"kind": "l1"}, {"expected_num_losses": 1}),
}

# objects with a configuration that is not the default's anywhere, to show that all of it survives
CONFIGURED = {
    "layers.HardTanh": HardTanh(-0.5, 0.75, True, name="bounded", dtype="float64"),
    "layers.Perceptron": Perceptron(
        3,
        False,
        kernel_initializer="zeros",
        kernel_regularizer=ElasticNet(0.5, 0.25),
        kernel_constraint=WeightClip(0.5),
    ),
    "layers.SparsityPenalty": SparsityPenalty(0.25, 0.5, "l1"),
    "losses.Huber": Huber(0.75, reduction="sum", name="mine", dtype="float64"),
    "losses.LogCosh": LogCosh(reduction="none", name="mine", dtype="float16"),
    "losses.Wasserstein": Wasserstein(reduction="sum", name="mine"),
    "losses.EarthMover": EarthMover(2, reduction="mean", name="mine"),
    "regularizers.KLSparsity": KLSparsity(0.25, 0.5),
    "regularizers.ElasticNet": ElasticNet(0.5, 0.25),
    "constraints.WeightClip": WeightClip(0.5),
    "constraints.SoftThreshold": SoftThreshold(0.5),
    "optimizers.MovingAverageMomentum": MovingAverageMomentum(0.5, 0.25, clipnorm=2.0, weight_decay=0.125, name="mine"),
    "models.PerceptronClassifier": PerceptronClassifier(0.5, name="mine"),
    "models.SparseAutoencoder": SparseAutoencoder(
        3, target=0.25, weight=0.5, kind="l1", activation="relu", output_activation="sigmoid", seed=7, name="mine"
    ),
}


def dense(units, activation=None, *, seed=0, **kwargs):
    return keras.layers.Dense(
        units, activation, kernel_initializer=keras.initializers.GlorotUniform(seed=seed), **kwargs
    )


FEATURES, OUTPUTS = 4, 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, FEATURES)).astype("float32")
NUMBERS = RNG.normal(size=(24, OUTPUTS)).astype("float32")
CLASSES = np.eye(OUTPUTS, dtype="float32")[RNG.integers(OUTPUTS, size=24)]
SIGNS = np.sign(NUMBERS)


@dataclass(frozen=True)
class Place:
    """A small network with a part in its place, and the labels that it is trained on."""

    layers: Callable
    labels: np.ndarray = field(default_factory=lambda: NUMBERS)
    loss: object = "mse"
    optimizer: Callable = lambda: keras.optimizers.SGD(0.01)
    callbacks: Callable = list


def plain():
    return [dense(OUTPUTS)]


def softmax():
    return [dense(OUTPUTS, "softmax")]


PLACES = {
    "activations.hard_tanh": Place(lambda: [dense(5, hard_tanh), dense(OUTPUTS, seed=1)]),
    "activations.heaviside": Place(
        lambda: [
            dense(5),
            keras.layers.Activation(heaviside, trainable=False),
            dense(OUTPUTS, seed=1),
        ]
    ),
    "layers.HardTanh": Place(lambda: [dense(5), HardTanh(-0.5, 0.75), dense(OUTPUTS, seed=1)]),
    "layers.HardTanh, learned": Place(lambda: [dense(5), HardTanh(learn_bounds=True), dense(OUTPUTS, seed=1)]),
    "layers.Perceptron": Place(lambda: [dense(5), Perceptron(4, kernel_initializer="ones"), dense(OUTPUTS, seed=1)]),
    "layers.SparsityPenalty": Place(lambda: [dense(5, "relu"), SparsityPenalty(), dense(OUTPUTS, seed=1)]),
    "losses.Huber": Place(plain, loss=Huber(delta=0.5)),
    "losses.LogCosh": Place(plain, loss=LogCosh()),
    "losses.Wasserstein": Place(plain, SIGNS, Wasserstein()),
    "losses.EarthMover": Place(softmax, CLASSES, EarthMover(exponent=2)),
    "losses.huber": Place(plain, loss=huber),
    "losses.log_cosh": Place(plain, loss=log_cosh),
    "losses.wasserstein": Place(plain, SIGNS, wasserstein),
    "losses.earth_mover": Place(softmax, CLASSES, earth_mover),
    "regularizers.KLSparsity": Place(
        lambda: [dense(5, "tanh", activity_regularizer=KLSparsity(0.1, 0.01)), dense(OUTPUTS, seed=1)]
    ),
    "regularizers.ElasticNet": Place(lambda: [dense(OUTPUTS, kernel_regularizer=ElasticNet(0.01, 0.01))]),
    "constraints.WeightClip": Place(lambda: [dense(OUTPUTS, kernel_constraint=WeightClip(0.1))]),
    "constraints.SoftThreshold": Place(lambda: [dense(OUTPUTS, kernel_constraint=SoftThreshold(0.01))]),
    "optimizers.MovingAverageMomentum": Place(plain, optimizer=lambda: MovingAverageMomentum(0.1, 0.5)),
    "callbacks.Telemetry": Place(
        lambda: [dense(5, "tanh"), dense(OUTPUTS, seed=1)], callbacks=lambda: [Telemetry(X, NUMBERS)]
    ),
    "callbacks.StopOnDivergence": Place(plain, callbacks=lambda: [StopOnDivergence(restore=True)]),
}


def network(place):
    """The network of a place, not yet compiled."""
    model = keras.Sequential([keras.Input((FEATURES,)), *place.layers()])
    start_alike(model.layers)
    return model


def start_alike(layers):
    """Initializers draw other numbers in other float types: the networks of a comparison must start alike."""
    for index, layer in enumerate(layers):
        if isinstance(layer, keras.layers.Dense):
            layer.kernel.assign(0.5 * np.random.default_rng(index).normal(size=layer.kernel.shape))


def pair_of_networks():
    generator = keras.Sequential([keras.Input((2,)), dense(5, "relu"), dense(FEATURES, seed=1)])
    opponent = keras.Sequential([keras.Input((FEATURES,)), dense(5, "relu", seed=2), dense(1, seed=3)])
    return generator, opponent


# models of their own, how they are compiled, and what `fit` takes; the perceptron stops when all is right
MODELS = {
    "models.SparseAutoencoder": (lambda: SparseAutoencoder(6, seed=0), {"optimizer": "sgd", "loss": "mse"}, (X,), 1),
    "models.PerceptronClassifier": (PerceptronClassifier, {}, (X, (X[:, 0] > 0).astype("float32")), 100),
    "models.GAN": (lambda: GAN(*pair_of_networks(), seed=0), {}, (X,), 1),
    "models.WGAN": (lambda: WGAN(*pair_of_networks(), n_critic=2, seed=0), {}, (X,), 1),
    "models.WGAN, clip": (lambda: WGAN(*pair_of_networks(), penalty="clip", n_critic=2, seed=0), {}, (X,), 1),
}

# what is exported beside the parts and tested where it lives
HELPERS = {
    "models.gradient_penalty",
    "models.linearly_separable",
    "models.perceptron_pass",
}

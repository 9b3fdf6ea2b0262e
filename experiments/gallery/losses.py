"""The losses of the gallery: those of `custom`, and the close ones of Keras."""

import math
from collections.abc import Callable
from functools import partial

import keras
from keras import ops

from custom.losses import earth_mover, huber, log_cosh, wasserstein
from custom.types import Tensor
from experiments.gallery.entry import Entry, Family, Formula, Span

FAMILIES = (
    Family(
        name="errors",
        title="Losses of an error",
        reads="Value and slope over the error e = prediction − target, for one output. The slope is in the "
        "prediction: how hard one example pulls.",
        argument="error e",
        low=-3.0,
        high=3.0,
        values=(-0.2, 4.0),
        slopes=(-4.0, 4.0),
        reference="mean squared error",
        inputs="errors",
    ),
    Family(
        name="classes",
        title="Losses over ordered classes",
        reads="Of three ordered classes the first is true. The share p of the probability is given to a wrong class: "
        "the next one, or the one after. Value and slope over p.",
        argument="probability p of the wrong class",
        low=0.01,
        high=0.98,
        values=(-0.15, 4.0),
        slopes=(-0.3, 6.0),
        reference="mean squared error",
        inputs="classes",
    ),
    Family(
        name="critics",
        title="Losses of a critic's score",
        reads="Value and slope over the score f, where the example is real (y = 1) and where it is generated.",
        argument="score f",
        low=-4.0,
        high=4.0,
        values=(-4.2, 4.2),
        slopes=(-1.3, 1.3),
        reference="mean squared error",
        inputs="scores",
    ),
)


SOFTMAX = '3, activation="softmax"'


def _snippet(loss: str, origin: str = "keras import losses", last: str = "1") -> str:
    """Three lines that compile a model with a loss. last: the arguments of its last layer."""
    return f'from {origin}\nmodel = keras.Sequential([keras.layers.Dense({last})])\nmodel.compile("adam", loss={loss})'


def _of_error(loss: Callable[..., Tensor], **settings: object) -> Callable[[Tensor], Tensor]:
    """A loss of one output as a function of the error: the target is 0."""
    return lambda e: loss(ops.zeros_like(e)[:, None], e[:, None], **settings)


def _of_share(loss: Callable[..., Tensor], far: int, **settings: object) -> Callable[[Tensor], Tensor]:
    """A loss as a function of the probability that is given to the class `far` places from the true one."""

    def of_share(p: Tensor) -> Tensor:
        true, wrong = ops.one_hot(0, 3, dtype=p.dtype), ops.one_hot(far, 3, dtype=p.dtype)
        given = (1.0 - p[:, None]) * true + p[:, None] * wrong
        return loss(ops.broadcast_to(true, ops.shape(given)), given, **settings)

    return of_share


def _of_score(loss: Callable[..., Tensor], label: float, **settings: object) -> Callable[[Tensor], Tensor]:
    """A critic's loss as a function of its score, for one label."""
    return lambda f: loss(label * ops.ones_like(f)[:, None], f[:, None], **settings)


def _score_entropy(y: Tensor, f: Tensor) -> Tensor:
    return keras.losses.binary_crossentropy(y, f, from_logits=True)


ENTRIES = (
    Entry(
        title="Huber",
        family="errors",
        parts=("losses.Huber", "losses.huber"),
        formula=Formula("L(e)", (("½e²", "where |e| ≤ δ"), ("δ(|e| − ½δ)", "elsewhere"))),
        values=Span(0, math.inf),
        slopes=Span(-2, 2, "−δ to δ"),
        lines={f"δ = {delta:g}": _of_error(huber, delta=delta) for delta in (0.5, 1.0, 2.0)},
        timed=partial(huber, delta=1.0),
        snippet=_snippet("Huber(delta=0.5)", "custom.losses import Huber"),
        note="Squared near 0, a line beyond δ: an outlier pulls with δ and no harder. Its cost is that of δ = 1.",
        beside="mean squared error",
    ),
    Entry(
        title="LogCosh",
        family="errors",
        parts=("losses.LogCosh", "losses.log_cosh"),
        formula=Formula("L(e)", (("log cosh e", ""),)),
        values=Span(0, math.inf),
        slopes=Span(-1, 1),
        lines={"LogCosh": _of_error(log_cosh)},
        timed=log_cosh,
        snippet=_snippet("LogCosh()", "custom.losses import LogCosh"),
        note="A smooth relative of Huber's: ½e² near 0, |e| − log 2 far out; its slope is tanh e.",
        beside="mean squared error",
    ),
    Entry(
        title="mean squared error",
        short="squared error",
        family="errors",
        formula=Formula("L(e)", (("e²", ""),)),
        values=Span(0, math.inf),
        slopes=Span(-math.inf, math.inf),
        lines={"squared": _of_error(keras.losses.mean_squared_error)},
        timed=keras.losses.mean_squared_error,
        snippet=_snippet("losses.MeanSquaredError()"),
        note="The reference that costs are ratios to. The larger the error, the harder it pulls.",
    ),
    Entry(
        title="mean absolute error",
        family="errors",
        formula=Formula("L(e)", (("|e|", ""),)),
        values=Span(0, math.inf),
        slopes=Span(-1, 1, "−1 or 1"),
        lines={"absolute": _of_error(keras.losses.mean_absolute_error)},
        timed=keras.losses.mean_absolute_error,
        snippet=_snippet("losses.MeanAbsoluteError()"),
        note="Every error pulls alike, a tiny one too.",
    ),
    Entry(
        title="EarthMover, exponent 1",
        family="classes",
        parts=("losses.EarthMover", "losses.earth_mover"),
        formula=Formula("L", (("Σ|G − F|", ""),)),
        values=Span(0, 2, "0 to classes − 1"),
        slopes=Span(1, 2, "1 to classes − 1"),
        lines={"next class": _of_share(earth_mover, 1), "class after": _of_share(earth_mover, 2)},
        timed=partial(earth_mover, exponent=1),
        snippet=_snippet("EarthMover(exponent=1)", "custom.losses import EarthMover", SOFTMAX),
        note="F and G are the running sums of the true and the given probabilities. A class two places off costs "
        "twice as much as one next door: the loss is the expected distance.",
        beside="cross-entropy",
    ),
    Entry(
        title="EarthMover, exponent 2",
        family="classes",
        parts=("losses.EarthMover", "losses.earth_mover"),
        formula=Formula("L", (("Σ(G − F)²", ""),)),
        values=Span(0, 2, "0 to classes − 1"),
        slopes=Span(0, 4, "0 to 2 (classes − 1)"),
        lines={
            "next class": _of_share(earth_mover, 1, exponent=2),
            "class after": _of_share(earth_mover, 2, exponent=2),
        },
        timed=partial(earth_mover, exponent=2),
        snippet=_snippet("EarthMover(exponent=2)", "custom.losses import EarthMover", SOFTMAX),
        note="The squared form: far classes still cost more, and the slope fades as the answer gets right.",
        beside="cross-entropy",
    ),
    Entry(
        title="cross-entropy",
        family="classes",
        formula=Formula("L(p)", (("−log(1 − p)", ""),)),
        values=Span(0, math.inf),
        slopes=Span(1, math.inf),
        lines={"cross-entropy": _of_share(keras.losses.categorical_crossentropy, 1)},
        timed=keras.losses.categorical_crossentropy,
        snippet=_snippet("losses.CategoricalCrossentropy()", last=SOFTMAX),
        note="Looks at the true class alone: which wrong class got the rest makes no difference.",
    ),
    Entry(
        title="Wasserstein",
        family="critics",
        parts=("losses.Wasserstein", "losses.wasserstein"),
        formula=Formula("L(f)", (("−y · f", ""),)),
        values=Span(-math.inf, math.inf),
        slopes=Span(-1, 1, "−1 or 1"),
        lines={"real": _of_score(wasserstein, 1.0), "generated": _of_score(wasserstein, -1.0)},
        timed=wasserstein,
        snippet=_snippet("Wasserstein()", "custom.losses import Wasserstein"),
        note="y is 1 for real, −1 for generated. It never stops pulling, so the critic's weights must be held, by "
        "WeightClip or a gradient penalty, as custom.models.WGAN does.",
        beside="binary cross-entropy of a score",
    ),
    Entry(
        title="binary cross-entropy of a score",
        short="cross-entropy",
        family="critics",
        formula=Formula("L(f)", (("log(1 + exp(−y · f))", ""),)),
        values=Span(0, math.inf),
        slopes=Span(-1, 1),
        lines={"real": _of_score(_score_entropy, 1.0), "generated": _of_score(_score_entropy, 0.0)},
        timed=_score_entropy,
        snippet=_snippet("losses.BinaryCrossentropy(from_logits=True)"),
        note="A GAN's usual loss, y being 1 or −1: no pull is left once the score is sure.",
    ),
)

"""The regularizers, constraints and penalty layers of the gallery, with the strengths that they are shown at.

The strengths are chosen so that the effect can be seen in a small network, not so that it scores best.
"""

from custom.constraints import SoftThreshold, WeightClip
from custom.layers import SparsityPenalty
from custom.regularizers import ElasticNet, KLSparsity
from experiments.gallery.entry import Formula, Penalty

NET = ("regularizers.ElasticNet", "regularizers.elastic_net")
RATE = 0.1  # of the gradient descent that all networks here are trained by
L1 = 1e-3


def _of_layer(argument: str, value: str, origin: str) -> str:
    """Three lines with a penalty as an argument of a Dense layer."""
    return (
        f"from {origin} import {value.partition('(')[0]}\n"
        f"model = keras.Sequential([keras.layers.Dense(32, {argument}={value})])\n"
        'model.compile("sgd", loss="mean_squared_error")'
    )


ENTRIES = (
    Penalty(
        title="ElasticNet, L1 alone",
        parts=NET,
        formula=Formula("P", (("λ Σ|w|", ""),)),
        of="weights",
        shows="near zeros",
        activation="relu",
        where="kernel_regularizer",
        make=lambda: ElasticNet(l1=L1, l2=0.0),
        snippet=_of_layer("kernel_regularizer", "ElasticNet(l1=1e-3, l2=0.0)", "custom.regularizers"),
        note="Pulls every weight towards 0 with the same force. The gradient alone overshoots, so weights that are "
        "not needed tremble about 0 instead of staying on it.",
    ),
    Penalty(
        title="ElasticNet, L2 alone",
        parts=NET,
        formula=Formula("P", (("λ Σw²", ""),)),
        of="weights",
        shows="size",
        activation="relu",
        where="kernel_regularizer",
        make=lambda: ElasticNet(l1=0.0, l2=3e-3),
        snippet=_of_layer("kernel_regularizer", "ElasticNet(l1=0.0, l2=3e-3)", "custom.regularizers"),
        note="Pulls a weight the harder the larger it is: all get smaller, and the small ones are hardly "
        "pulled at all.",
    ),
    Penalty(
        title="ElasticNet, L1 and L2",
        parts=NET,
        formula=Formula("P", (("λ Σ|w| + μ Σw²", ""),)),
        of="weights",
        shows="near zeros",
        activation="relu",
        where="kernel_regularizer",
        make=lambda: ElasticNet(l1=5e-4, l2=1.5e-3),
        snippet=_of_layer("kernel_regularizer", "ElasticNet(l1=5e-4, l2=1.5e-3)", "custom.regularizers"),
        note="Half of each of the two above.",
    ),
    Penalty(
        title="SoftThreshold",
        parts=("constraints.SoftThreshold", "constraints.soft_threshold"),
        formula=Formula("w ←", (("sign(w) · max(|w| − a, 0)", ""),)),
        of="weights",
        shows="zeros",
        activation="relu",
        where="kernel_constraint",
        make=lambda: SoftThreshold(amount=RATE * L1),
        snippet=_of_layer("kernel_constraint", "SoftThreshold(amount=0.1 * 1e-3)", "custom.constraints"),
        note="The same penalty as L1 alone, as a step after each update: amount is learning rate times λ. This one "
        "stops at 0 and leaves exact zeros.",
    ),
    Penalty(
        title="WeightClip",
        parts=("constraints.WeightClip", "constraints.weight_clip"),
        formula=Formula("w ←", (("min(max(w, −c), c)", ""),)),
        of="weights",
        shows="largest",
        activation="relu",
        where="kernel_constraint",
        make=lambda: WeightClip(limit=0.2),
        snippet=_of_layer("kernel_constraint", "WeightClip(limit=0.2)", "custom.constraints"),
        note="No weight beyond ±c: those that want out gather at the limit. It keeps a Wasserstein critic's slope in "
        "bounds.",
    ),
    Penalty(
        title="KLSparsity",
        parts=("regularizers.KLSparsity", "regularizers.kl_sparsity", "regularizers.sparsity_divergence"),
        formula=Formula("P", (("λ Σ KL(ρ ‖ m)", ""),)),
        of="activations",
        shows="mean",
        activation="sigmoid",
        where="activity_regularizer",
        make=lambda: KLSparsity(target=0.1, weight=0.5),
        snippet=_of_layer('activation="sigmoid", activity_regularizer', "KLSparsity(0.1, 0.5)", "custom.regularizers"),
        note="Holds the mean activation m of every unit near the target ρ, here 0.1: each is on for few inputs. The "
        "sum is over units.",
    ),
    Penalty(
        title="SparsityPenalty, KL",
        parts=("layers.SparsityPenalty",),
        formula=Formula("P", (("λ Σ KL(ρ ‖ m)", ""),)),
        of="activations",
        shows="mean",
        activation="sigmoid",
        where="after",
        make=lambda: SparsityPenalty(target=0.1, weight=0.5),
        snippet="from custom.layers import SparsityPenalty\n"
        'model = keras.Sequential([keras.layers.Dense(32, "sigmoid"), SparsityPenalty(0.1, weight=0.5)])\n'
        'model.compile("sgd", loss="mean_squared_error")',
        note="KLSparsity as a layer of its own, for the place after any layer: the two do the same.",
    ),
    Penalty(
        title="SparsityPenalty, L1",
        parts=("layers.SparsityPenalty", "regularizers.l1_sparsity"),
        formula=Formula("P", (("λ · mean |a|", ""),)),
        of="activations",
        shows="zeros",
        activation="relu",
        where="after",
        make=lambda: SparsityPenalty(weight=0.3, kind="l1"),
        snippet="from custom.layers import SparsityPenalty\n"
        'model = keras.Sequential([keras.layers.Dense(32, "relu"), SparsityPenalty(weight=0.3, kind="l1")])\n'
        'model.compile("sgd", loss="mean_squared_error")',
        note="Pulls all activations towards 0, whichever unit they are of: relu units fall silent for more inputs.",
    ),
)

"""The layers of `custom`."""

from keras import ops

from custom.activations import hard_tanh as hard_tanh_function
from custom.activations import heaviside
from custom.regularizers import sparsity_divergence
from custom.tensors import absolute, mean
from custom.types import Tensor
from experiments.train.fused.axes import along_trials, within_trial
from experiments.train.fused.rules.layers.dense import product
from experiments.train.fused.rules.rule import Rule, View


def hard_tanh(view: View, x: Tensor) -> Tensor:
    """The identity between each trial's bounds, given or learned."""
    if not view.layer.learn_bounds:
        low, high = view.number("min_value", x), view.number("max_value", x)
        return hard_tanh_function(x, min_value=low, max_value=high)
    low, log_width = (along_trials(view.weights[name], x) for name in ("lower", "log_width"))
    return hard_tanh_function(x, min_value=low, max_value=low + ops.exp(log_width))


def perceptron(view: View, x: Tensor) -> Tensor:
    """A step of x · kernel + bias."""
    return heaviside(product(view, x, use_bias=True), straight_through=view.layer.straight_through)


def sparsity_penalty(view: View, x: Tensor) -> Tensor:
    """The input as it is; a term of the loss for each trial."""
    if view.layer.kind == "kl":
        activity = mean(x, axis=within_trial(x)[:-1])
        penalty = ops.sum(sparsity_divergence(activity, target=view.number("target", activity)), axis=-1)
    else:
        penalty = mean(absolute(x), axis=within_trial(x))
    view.penalties.append(penalty * view.number("weight", penalty))
    return x


HARD_TANH = Rule(hard_tanh, numbers=("min_value", "max_value"), family="activation")
PERCEPTRON = Rule(perceptron, merges=True)
SPARSITY_PENALTY = Rule(sparsity_penalty, numbers=("target", "weight"), penalizes=True)

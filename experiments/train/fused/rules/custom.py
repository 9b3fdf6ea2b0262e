"""The layers of `custom`."""

from typing import Any

from keras import ops

from custom.activations import hard_tanh as hard_tanh_function
from custom.activations import heaviside
from custom.regularizers import sparsity_divergence
from custom.tensors import absolute
from experiments.train.fused.rules.dense import product
from experiments.train.fused.rules.rule import Rule, View


def hard_tanh(view: View, x: Any) -> Any:
    """The identity between each trial's bounds, given or learned."""
    if not view.layer.learn_bounds:
        low, high = view.number("min_value", x), view.number("max_value", x)
        return hard_tanh_function(x, min_value=low, max_value=high)
    low, log_width = (_scalar(view.weights[name], x) for name in ("lower", "log_width"))
    return hard_tanh_function(x, min_value=low, max_value=low + ops.exp(log_width))


def perceptron(view: View, x: Any) -> Any:
    """A step of x · kernel + bias."""
    return heaviside(product(view, x, use_bias=True), straight_through=view.layer.straight_through)


def sparsity_penalty(view: View, x: Any) -> Any:
    """The input as it is; a term of the loss for each trial."""
    if view.layer.kind == "kl":
        mean = ops.mean(x, axis=tuple(range(2, len(x.shape) - 1)))
        penalty = ops.sum(sparsity_divergence(mean, target=view.number("target", mean)), axis=-1)
    else:
        penalty = ops.mean(absolute(x), axis=tuple(range(2, len(x.shape))))
    view.penalties.append(penalty * view.number("weight", penalty))
    return x


def _scalar(weight: Any, x: Any) -> Any:
    return ops.reshape(weight, (*weight.shape, *(1,) * (len(x.shape) - 2)))


HARD_TANH = Rule(hard_tanh, numbers=("min_value", "max_value"))
PERCEPTRON = Rule(perceptron)
SPARSITY_PENALTY = Rule(sparsity_penalty, numbers=("target", "weight"))

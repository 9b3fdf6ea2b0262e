"""Dense layers: one product per trial, or one for all trials that share their input."""

from keras import ops

from custom.types import Tensor
from experiments.train.fused.axes import along_examples
from experiments.train.fused.rules.rule import Rule, View


def dense(view: View, x: Tensor) -> Tensor:
    """activation(x · kernel + bias)."""
    return view.apply("activation", product(view, x, view.layer.use_bias))


def product(view: View, x: Tensor, use_bias: bool) -> Tensor:
    """x · kernel + bias, over the last axis of x."""
    kernel = view.weights["kernel"]
    if view.merged:
        y = _merged_product(x, kernel)
    elif len(x.shape) == 4:
        y = ops.matmul(x, kernel)
    else:
        flat = ops.reshape(x, (*x.shape[:2], -1, x.shape[-1]))
        y = ops.reshape(ops.matmul(flat, kernel), (kernel.shape[0], kernel.shape[1], *x.shape[2:-1], kernel.shape[-1]))
    if use_bias:
        y = y + along_examples(view.weights["bias"], y)
    return y


def _merged_product(x: Tensor, kernel: Tensor) -> Tensor:
    """All cells in one product: the kernel is `[seeds, inputs, cells, units]`, the input the same for all."""
    seeds, inputs, cells, units = kernel.shape
    inner = x.shape[2:-1]
    flat = ops.reshape(x, (seeds, -1, inputs))
    y = ops.matmul(flat, ops.reshape(kernel, (seeds, inputs, cells * units)))
    y = ops.transpose(ops.reshape(y, (seeds, -1, cells, units)), (0, 2, 1, 3))
    return ops.reshape(y, (seeds, cells, *inner, units))


RULE = Rule(dense, functions=("activation",), merges=True)

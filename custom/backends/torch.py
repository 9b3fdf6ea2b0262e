"""Training steps on PyTorch."""

import torch
from keras import ops


def run_step(model, step, arguments):
    return step(*arguments)


def loss_and_gradients(loss, variables, *, model, scale):
    value = loss()
    gradients = [None] * len(variables)
    # without a variable to learn, or with none in its graph, a loss has nothing to differentiate
    if variables and value.requires_grad:
        tensors = [variable.value for variable in variables]
        gradients = list(torch.autograd.grad(value * ops.cast(scale, value.dtype), tensors, allow_unused=True))
    return value.detach(), gradients


def input_gradient(function, x, *, model):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(ops.sum(function(x)), x, create_graph=True)[0]


def apply_gradients(optimizer, gradients, variables):
    with torch.no_grad():
        optimizer.apply(gradients, variables)

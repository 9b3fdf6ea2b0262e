"""Recurrent layers: the products with the inputs of all steps at once, then step by step."""

from collections.abc import Callable

from keras import ops

from custom.types import Tensor
from experiments.study.types import KerasPart
from experiments.train.fused import backend
from experiments.train.fused.axes import for_each_cell
from experiments.train.fused.rules.layers.dense import product
from experiments.train.fused.rules.rule import Rule, View

Step = Callable[[list[Tensor], Tensor], list[Tensor]]  # (states, one step's products with the input) → states


def simple_rnn(view: View, x: Tensor) -> Tensor:
    """h ← activation(x · kernel + bias + h · recurrent kernel)."""
    recurrent = view.weights["recurrent_kernel"]

    def step(states: list[Tensor], z: Tensor) -> list[Tensor]:
        return [view.apply("activation", z + ops.matmul(states[0], recurrent))]

    # its step is small: one after another in the program they take half the time of a loop
    return _steps(view, product(view, x, view.layer.use_bias), step, states=1, unrolled=True)


def lstm(view: View, x: Tensor) -> Tensor:
    """Gates i, f, o by the recurrent activation: c ← f c + i · activation(…), h ← o · activation(c)."""
    recurrent = view.weights["recurrent_kernel"]

    def step(states: list[Tensor], z: Tensor) -> list[Tensor]:
        z = z + ops.matmul(states[0], recurrent)
        i, f, candidate, o = ops.split(z, 4, axis=-1)
        i, f, o = (view.apply("recurrent_activation", gate) for gate in (i, f, o))
        carry = f * states[1] + i * view.apply("activation", candidate)
        return [o * view.apply("activation", carry), carry]

    return _steps(view, product(view, x, view.layer.use_bias), step, states=2)


def gru(view: View, x: Tensor) -> Tensor:
    """Gates z, r by the recurrent activation: h ← z h + (1 − z) · activation(…), reset after the product or before."""
    layer, recurrent = view.layer, view.weights["recurrent_kernel"]
    units, bias = layer.units, view.weights.get("bias")
    inputs = product(view, x, use_bias=False)
    of_recurrent: Tensor | float = 0.0
    if bias is not None:
        of_inputs = bias[:, :, 0] if layer.reset_after else bias
        inputs = inputs + of_inputs[:, :, None, None]
        of_recurrent = bias[:, :, 1][:, :, None] if layer.reset_after else 0.0

    def step(states: list[Tensor], given: Tensor) -> list[Tensor]:
        (h,) = states
        z, r, candidate = ops.split(given, 3, axis=-1)
        if layer.reset_after:
            own = ops.matmul(h, recurrent) + of_recurrent
            own_z, own_r, own_candidate = ops.split(own, 3, axis=-1)
            r = view.apply("recurrent_activation", r + own_r)
            own_candidate = r * own_candidate
        else:
            own_z, own_r = ops.split(ops.matmul(h, recurrent[..., : 2 * units]), 2, axis=-1)
            r = view.apply("recurrent_activation", r + own_r)
            own_candidate = ops.matmul(r * h, recurrent[..., 2 * units :])
        z = view.apply("recurrent_activation", z + own_z)
        return [z * h + (1 - z) * view.apply("activation", candidate + own_candidate)]

    return _steps(view, inputs, step, states=1)


def _steps(view: View, z: Tensor, step: Step, states: int, unrolled: bool = False) -> Tensor:
    """The outputs `[seeds, cells, batch, units]` after the last step, or `[seeds, cells, batch, steps, units]`."""
    z = for_each_cell(z, len(view.layers))  # [seeds, cells, batch, steps, gates × units]
    shape = (*z.shape[:3], view.layer.units)
    now = [ops.zeros(shape, z.dtype) for _ in range(states)]
    if unrolled:
        outputs = []
        for of_step in ops.unstack(z, axis=3):
            now = step(now, of_step)
            outputs.append(now[0])
        return ops.stack(outputs, axis=3) if view.layer.return_sequences else outputs[-1]
    outputs = backend.recur(step, now, ops.moveaxis(z, 3, 0))
    return ops.moveaxis(outputs, 0, 3) if view.layer.return_sequences else outputs[-1]


def _unusual(layer: KerasPart) -> str | None:
    for name in ("return_state", "go_backwards", "stateful", "dropout", "recurrent_dropout"):
        if getattr(layer, name, None):
            return f"{name}={getattr(layer, name)}"
    return None


def _kept(layer: KerasPart) -> int:
    return layer.input.shape[1] * layer.cell.recurrent_kernel.shape[-1]


_GATED = ("activation", "recurrent_activation")
SIMPLE_RNN = Rule(simple_rnn, functions=("activation",), merges=True, kept=_kept, refuses=_unusual)
LSTM = Rule(lstm, functions=_GATED, merges=True, kept=_kept, refuses=_unusual)
GRU = Rule(gru, functions=_GATED, merges=True, kept=_kept, refuses=_unusual)

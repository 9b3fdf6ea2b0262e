"""What differs between TensorFlow and JAX: gradients, the loop over steps, compiling, random numbers, dropout.

compile_function(function, xla): one program of it; on TensorFlow by XLA or without.
gradients(function, weights): the gradients of the first of two results, and the second.
scan(body, state, steps): `body(state, step) → state` over the leading axis of `steps`.
recur(step, states, inputs): the first state after each `step(states, input) → states`, along the leading axis.
draw(kind, seeds, first, steps, shape): numbers as a Keras layer would draw them, `[steps, seeds, 1, *shape]`.
dropout(x, rate, draws): as Keras' own, of numbers drawn before.
structure(kind): a dataclass whose fields are tensors, or lists of them, made known as what a program takes and gives.
"""

import keras

if keras.backend.backend() == "jax":
    from experiments.train.fused.backend.jax import compile_function, draw, dropout, gradients, recur, scan, structure
else:
    from experiments.train.fused.backend.tensorflow import (
        compile_function,
        draw,
        dropout,
        gradients,
        recur,
        scan,
        structure,
    )

__all__ = ["compile_function", "draw", "dropout", "gradients", "recur", "scan", "structure"]

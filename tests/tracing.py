"""Steps of Keras on TensorFlow traced once: what they compute is the same, and tracing is what small models cost."""

import keras
import pytest
from keras.src.backend.tensorflow import trainer

from custom.keras_internals import Functional


def trace_steps_once() -> None:
    """Let programs of Keras be traced once: it makes a program of a step and another around it, that calls it.

    Both are traced, and the inner one twice where it makes the optimizer's variables. Here the step is a part of the
    outer program, and an ordinary model's optimizer has its variables before. With jit there are two all the same.
    """
    make, compiled = trainer.TensorFlowTrainer._make_function, trainer.tf.function

    def outer_alone(function, jit_compile=None, **options):
        inner = function.__name__ == "one_step_on_data" and not jit_compile
        return function if inner else compiled(function, jit_compile=jit_compile, **options)

    def traced_once(model, step):
        optimizer = model.optimizer if isinstance(model, (keras.Sequential, Functional)) and model.built else None
        if optimizer is not None and not optimizer.built:
            optimizer.build(model.trainable_variables)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(trainer.tf, "function", outer_alone)
            return make(model, step)

    trainer.TensorFlowTrainer._make_function = traced_once

"""What a model's class changes of Keras' own: honoured where a trainer calls it, else refused by name."""

import inspect

import keras

from custom.keras_internals import Functional, has_own_losses
from experiments.errors import RequestError
from experiments.study.types import KerasPart

_PLAIN = (keras.Sequential, Functional)
# of a class of one's own: how it is made, saved and shown
_HARMLESS = {
    "build", "build_from_config", "compile_from_config", "from_config", "get_build_config", "get_compile_config",
    "get_config", "summary",
}  # fmt: skip
_NEVER_CALLED = ("evaluate", "predict", "predict_on_batch", "test_on_batch", "train_on_batch")
_STEPS = ("call", "train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "compile", "fit")


def overridden(model: keras.Model) -> list[str]:
    """What a model has in place of Keras' own: methods and properties of its class, methods of the object itself.

    >>> class Mine(keras.Model):
    ...     def train_step(self, data):
    ...         return super().train_step(data)
    >>> overridden(Mine())
    ['train_step']
    """
    names = {name for name in (*_STEPS, *_NEVER_CALLED) if name in vars(model)}
    for kind in type(model).__mro__:
        if kind.__module__.split(".")[0] == "keras":
            break
        names |= {name for name in vars(kind) if hasattr(keras.Model, name) and not _harmless(name)}
    return sorted(names)


def _harmless(name: str) -> bool:
    return name in _HARMLESS or (name.startswith("_") and name != "__call__")


def own_object(model: keras.Model) -> str | None:
    """Why a model is trained as the object that it is, rather than by its layers; None for an ordinary model."""
    kind = type(model).__name__
    if names := overridden(model):
        return f"its class {kind} overrides {', '.join(names)}"
    if not isinstance(model, _PLAIN):
        return f"its class {kind} is neither Sequential nor functional"
    of_layers = {id(weight) for layer in model.layers for weight in layer.weights}
    found = {
        "the model as a whole is frozen": not model.trainable,
        f"its precision is {model.dtype_policy.name}": model.dtype_policy.name != keras.config.floatx(),
        "it has losses of its own": has_own_losses(model) or model.activity_regularizer is not None,
        "it has weights that its layers do not": {id(weight) for weight in model.weights} != of_layers,
    }
    return next((why for why, holds in found.items() if holds), None)


def check_overrides(model: keras.Model) -> None:
    """RequestError where a model overrides what no trainer calls."""
    if never := [name for name in overridden(model) if name in _NEVER_CALLED]:
        raise RequestError(
            f"the class {type(model).__name__} overrides {', '.join(never)}, which a study does not call; "
            f"allowed are {', '.join(_STEPS)}"
        )


def compile_as_asked(model: keras.Model, optimizer: KerasPart, loss: KerasPart, steps: int) -> None:
    """Compile a model, by its own `compile` where it has one. steps: batches in one call.

    Raises RequestError where its `compile` does not take an optimizer and a loss, or puts others in their place.
    """
    arguments = {"optimizer": optimizer, "loss": loss, "steps_per_execution": steps}
    asked = inspect.signature(model.compile).parameters
    if "steps_per_execution" not in asked and not any(
        parameter.kind is parameter.VAR_KEYWORD for parameter in asked.values()
    ):
        del arguments["steps_per_execution"]  # which only saves time
    own = f"the class {type(model).__name__} overrides compile"
    try:
        model.compile(**arguments)
    except TypeError as error:
        raise RequestError(f"{own}, and it does not take (optimizer=…, loss=…): {error}") from error
    used = getattr(model, "optimizer", None)
    for name, given, found in (
        ("optimizer", optimizer, getattr(used, "inner_optimizer", used)),
        ("loss", loss, model.loss),
    ):
        if found is not given:
            raise RequestError(f"{own}, and it does not keep the study's {name}: pass it on to super().compile")
    if isinstance(model, _PLAIN) and model.built:
        model.optimizer.build(model.trainable_variables)  # a step that makes variables is traced twice by TensorFlow


def uncompiled(model: keras.Model) -> keras.Model:
    """The model without what `compile` left in it, so that it is saved as it was built."""
    model.compiled, model.optimizer, model.loss = False, None, None
    return model

"""The places of all parts side by side in one model, one output each: trained at once, and told apart by output.

No weight is shared, and SGD moves each by its own gradient alone: what a part comes to is what it would come to in a
model of its own. A part that needs a callback or an optimizer of its own has that model.
"""

import functools

import keras
import numpy as np

from tests.conformance.parts import FEATURES, PLACES, X, network, start_alike

ALONE = [part for part in PLACES if part.startswith(("callbacks", "optimizers"))]
TOGETHER = [part for part in PLACES if part not in ALONE]


def output(part):
    """What a part's output is called, in letters that TensorFlow takes in a name."""
    return part.replace(", ", "_")


LABELS = {output(part): PLACES[part].labels for part in TOGETHER}
LOSSES = {output(part): PLACES[part].loss for part in TOGETHER}


def side_by_side():
    """A model with all parts that can be in one, not yet compiled."""
    given = keras.Input((FEATURES,))
    outputs = {}
    for part in TOGETHER:
        layers = PLACES[part].layers()
        outputs[output(part)] = functools.reduce(lambda x, layer: layer(x), layers, given)
        start_alike(layers)
    return keras.Model(given, outputs)


def fit(model, data, callbacks=(), epochs=2):
    """The history of a few steps; a dataset comes in batches already."""
    batch_size = None if len(data) == 1 else 8
    return model.fit(
        *data, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0, callbacks=list(callbacks)
    ).history


def together(data=None, losses=LOSSES, **settings):
    """The parts side by side, trained: the model and the losses of each part."""
    model, optimizer = side_by_side(), keras.optimizers.SGD(0.01)
    if keras.config.dtype_policy().name == "mixed_float16":
        # at Keras' first scale of 2¹⁵ one part overflows, and all of them would wait for a smaller one
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=256)
    model.compile(optimizer, losses, **settings)
    history = fit(model, (X, LABELS) if data is None else data)
    return model, {part: history[f"{output(part)}_loss"] for part in TOGETHER}


def alone(part, data=None, **settings):
    """A part in a model of its own, trained: the model and its losses."""
    place = PLACES[part]
    model = network(place)
    model.compile(place.optimizer(), place.loss, **settings)
    return model, fit(model, (X, place.labels) if data is None else data, place.callbacks())["loss"]


@functools.cache
def trained(part, **settings):
    """The model that a part is in, and what the part's losses were; whoever takes it leaves it as it is."""
    if part in ALONE:
        return alone(part, **settings)
    model, losses = _together(**settings)
    return model, losses[part]


_together = functools.cache(together)


def loss_of(part, predicted):
    """The loss of a part for what it predicts of `X`, without penalties."""
    loss = keras.losses.get(PLACES[part].loss)
    loss = loss if isinstance(loss, keras.losses.Loss) else (lambda y, p, f=loss: keras.ops.mean(f(y, p)))
    return float(loss(np.asarray(PLACES[part].labels), predicted))

"""A layer of the intact model, made anew from its configuration: seeded, and changed where an edit says so."""

import keras

from experiments.ablation.edit import Edit
from experiments.study.seeds import stream
from experiments.study.types import KerasPart, Plain, PlainTable

SIZES = ("units", "filters", "output_dim")  # settings that say how wide a layer is
# layers that are an activation, by the activation's name; of those with settings only the usual ones
ACTIVATION_LAYERS = {
    keras.layers.ReLU: ("relu", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    keras.layers.LeakyReLU: ("leaky_relu", {"negative_slope": 0.3}),
    keras.layers.ELU: ("elu", {"alpha": 1.0}),
}


def size_setting(layer: KerasPart) -> str | None:
    """The setting that says how wide a layer is, where it has one.

    >>> size_setting(keras.layers.Conv2D(4, 3)), size_setting(keras.layers.Flatten())
    ('filters', None)
    """
    return next((name for name in SIZES if type(getattr(layer, name, None)) is int), None)


def activation_of(layer: KerasPart) -> str | None:
    """The name of a layer's activation; None where it has none, or one without a name.

    >>> activation_of(keras.layers.Dense(1, activation="gelu")), activation_of(keras.layers.ReLU(6.0))
    ('gelu', 'relu6')
    """
    for kind, (name, usual) in ACTIVATION_LAYERS.items():
        if type(layer) is kind:
            differing = {key: layer.get_config()[key] for key in usual if layer.get_config()[key] != usual[key]}
            return name if not differing else "relu6" if name == "relu" and differing == {"max_value": 6.0} else None
    given = getattr(layer, "activation", None)
    found = given if given is None else keras.activations.serialize(given)
    return found if isinstance(found, str) else None


def has_regularizer(layer: KerasPart) -> bool:
    """Whether a layer, or one that it wraps, has a regularizer.

    >>> has_regularizer(keras.layers.Dense(1, kernel_regularizer="l2")), has_regularizer(keras.layers.Dense(1))
    (True, False)
    """
    if isinstance(layer, keras.layers.ActivityRegularization):
        return True
    config = layer.get_config() if isinstance(layer, keras.Layer) else {}
    return bool(_without_regularizers(config) != config)


def is_adapted(layer: KerasPart) -> bool:
    """Whether a layer was adapted to data rather than trained, so that its state is kept.

    >>> is_adapted(keras.layers.Normalization()), is_adapted(keras.layers.Dense(1))
    (True, False)
    """
    return hasattr(layer, "adapt")


def fresh(layer: KerasPart, path: str, edit: Edit, seed: int) -> KerasPart:
    """A new layer as the intact model's, with what an edit changes of it. seed: that its draws come from."""
    kind, config = type(layer), layer.get_config()
    if path in edit.unregularized:
        config = _without_regularizers(config)
    if path in edit.halved and (size := size_setting(layer)):
        config[size] = config[size] // 2
    if path in edit.activations:
        if kind in ACTIVATION_LAYERS:
            kind, config = keras.layers.Activation, {key: config[key] for key in ("name", "dtype", "trainable")}
        config["activation"] = edit.activations[path]
    return kind.from_config(_seeded(config, seed, "layer"))


def _seeded(config: Plain, seed: int, role: str) -> Plain:
    """A configuration in which each draw has a seed of its own."""
    if isinstance(config, dict):
        return {
            key: stream(seed, 0, role) if key == "seed" and not isinstance(value, dict) else _seeded(
                value, seed, f"{role}/{key}"
            )
            for key, value in config.items()
        }  # fmt: skip
    if isinstance(config, list):
        return [_seeded(item, seed, f"{role}/{place}") for place, item in enumerate(config)]
    return config


def _without_regularizers(config: PlainTable) -> PlainTable:
    return {
        key: None
        if key.endswith("_regularizer")
        else _without_regularizers(value)
        if isinstance(value, dict)
        else value
        for key, value in config.items()
    }

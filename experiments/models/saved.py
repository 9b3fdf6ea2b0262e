"""A saved model, loaded again."""

from pathlib import Path

import keras

import custom  # noqa: F401 - its parts are registered by the import
from experiments.errors import RequestError


def load_saved(place: Path) -> keras.Model:
    """The model in a file. Raises RequestError where it has a class that Keras can't make again."""
    try:
        return keras.models.load_model(place)
    except TypeError as error:  # as Keras has it of a class that it does not know, or can't make
        raise RequestError(
            f"{place}: {str(error).split('. ')[0].splitlines()[0]}; a class of your own needs "
            "@keras.saving.register_keras_serializable() and an __init__ that takes **kwargs and hands them on"
        ) from error

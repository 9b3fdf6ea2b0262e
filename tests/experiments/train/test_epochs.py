"""When a trial stops: as Keras' own `EarlyStopping` would."""

import keras
from hypothesis import given
from hypothesis import strategies as st

from experiments.train.epochs import is_exhausted


def keras_stops_after(losses, patience):
    """The epoch, from 1, after which Keras' callback stops, or None."""
    callback = keras.callbacks.EarlyStopping(monitor="loss", mode="min", patience=patience)
    callback.set_model(keras.Sequential())
    callback.model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"loss": loss})
        if callback.model.stop_training:
            return epoch + 1
    return None


@given(st.lists(st.integers(0, 5).map(float), max_size=12), st.integers(1, 4))
def test_it_stops_where_keras_stops(losses, patience):
    ours = next((end for end in range(1, len(losses) + 1) if is_exhausted(losses[:end], patience)), None)
    assert ours == keras_stops_after(losses, patience)


@given(st.lists(st.floats(0, 5), max_size=6))
def test_without_patience_it_never_stops(losses):
    assert not is_exhausted(losses, 0)

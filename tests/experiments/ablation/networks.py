"""A small network with what an ablation meets: branches, a nested model, an adapted layer, one that does nothing."""

import keras
import numpy as np

WIDTH = 4
X = np.random.default_rng(0).normal(3.0, 2.0, size=(60, WIDTH)).astype(np.float32)
Y = (X[:, 0] > 3).astype(int)


def network(**options):
    """`scaled → hidden → [branch → norm → act] + → x + other → inner(a → d → b) → dropout → idle → classes`."""
    layers = keras.layers
    inputs = keras.Input((WIDTH,), name="table")
    scaled = layers.Normalization(name="scaled")
    scaled.adapt(X)
    x = layers.Dense(8, activation="gelu", kernel_regularizer="l2", name="hidden")(scaled(inputs))
    branch = layers.BatchNormalization(name="norm")(layers.Dense(8, name="branch")(x))
    x = layers.Add(name="join")([x, layers.ReLU(name="act")(branch)])
    x = x + layers.Dense(8, name="other")(x)
    parts = [layers.Dense(6, "relu", name="a"), layers.Dropout(0.2, name="d"), layers.Dense(6, name="b")]
    x = keras.Sequential([keras.Input((8,)), *parts], name="inner")(x)
    x = layers.Activation("linear", name="idle")(layers.Dropout(0.3, name="dropout")(x))
    model = keras.Model(inputs, layers.Dense(2, activation="softmax", name="classes")(x), name="net")
    if options:
        model.compile(**options)
    return model

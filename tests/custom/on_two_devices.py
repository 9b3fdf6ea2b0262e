"""A step on two devices under `tf.distribute`, beside the same step on one; run as a script, for devices are told apart
before TensorFlow starts."""

import json
import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import tensorflow as tf

DEVICES = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], DEVICES)

import keras  # noqa: E402
import numpy as np  # noqa: E402

from custom.models import GAN, WGAN, PerceptronClassifier, SparseAutoencoder  # noqa: E402
from tests.conformance.parts import X, pair_of_networks  # noqa: E402

RATE = 0.1


def sgd():
    return keras.optimizers.SGD(RATE)


def gan():
    """With its losses scaled, as in mixed precision."""
    model = GAN(*pair_of_networks(), seed=0)
    model.compile(*(keras.optimizers.LossScaleOptimizer(sgd(), initial_scale=1024.0) for _ in range(2)))
    return model


def wgan(penalty):
    model = WGAN(*pair_of_networks(), n_critic=1, penalty=penalty, clip_limit=0.3, seed=0)
    model.compile(sgd(), sgd())
    return model


def autoencoder(kind):
    model = SparseAutoencoder(6, kind=kind, target=0.2, weight=1.0, seed=0)
    model.build((None, X.shape[1]))
    model.compile(sgd(), "mse")
    return model


# each takes the step that it takes on one device
SAME = {
    "gan": gan,
    "wgan": lambda: wgan("gradient"),
    "wgan, clip": lambda: wgan("clip"),
    "autoencoder, l1": lambda: autoencoder("l1"),
}


def step(model, x):
    """The weights after one step, and what it logged."""
    logs = model.fit(x, batch_size=len(x), shuffle=False, verbose=0).history
    return [np.asarray(weight) for weight in model.trainable_variables], {
        name: value[0] for name, value in logs.items()
    }


def alone(model, x):
    """The same on one device, operation by operation: for a single step that is sooner done than a program."""
    model.run_eagerly = True
    return step(model, x)


def farthest(ones, others):
    return max(float(np.abs(weight - other).max()) for weight, other in zip(ones, others, strict=True))


def run():
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    found = {}
    for name, make in SAME.items():
        with strategy.scope():
            both = make()
        start = [np.asarray(weight) for weight in both.trainable_variables]
        weights, logs = step(both, X[:8])
        same, expected = alone(make(), X[:8])
        found[name] = {
            "moved": farthest(same, start),
            "apart": farthest(weights, same),
            "logs apart": max(abs(logs[log] - expected[log]) for log in expected),
        }
    # each device has mean activations of its own: the step is the mean of those on the halves of the batch
    with strategy.scope():
        both = autoencoder("kl")
    weights, _ = step(both, X[:8])
    halves = [alone(autoencoder("kl"), half)[0] for half in (X[:4], X[4:8])]
    found["autoencoder, kl"] = farthest(weights, [(half + other) / 2 for half, other in zip(*halves, strict=True)])
    # of the last batch one device has nothing, and as in Keras' own `fit` the other's gradient is halved
    with strategy.scope():
        both = gan()
    both.fit(X[:9], batch_size=8, shuffle=False, verbose=0)
    one = gan()
    alone(one, X[:8])
    one.optimizer.generator.learning_rate = one.optimizer.opponent.learning_rate = RATE / 2
    weights, _ = alone(one, X[8:9])
    found["last batch of one"] = farthest([np.asarray(weight) for weight in both.trainable_variables], weights)
    with strategy.scope():
        perceptron = PerceptronClassifier()
        perceptron.build((None, X.shape[1]))
    try:
        perceptron.fit(X[:8], np.arange(8) % 2, verbose=0)
    except ValueError as error:
        found["perceptron"] = str(error)
    return found


if __name__ == "__main__":
    print(json.dumps(run()))

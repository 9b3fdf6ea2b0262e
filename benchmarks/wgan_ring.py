"""How many of the eight modes of a ring of Gaussians a WGAN's generator covers, over ten seeds.

    python benchmarks/wgan_ring.py                       (KERAS_BACKEND=jax for the other backend)
    python benchmarks/wgan_ring.py --penalty clip --seeds 3

Eight Gaussians of width 0.05 on a circle of radius 1. A mode is covered where at least 3 % of 10 000
generated examples lie within three widths of its centre; a perfect generator puts 12.4 % there. Seconds
are of the whole training of a seed, compiling included.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import time

import keras
import numpy as np

from custom.models import WGAN

MODES, WIDTH, EXAMPLES, ENOUGH = 8, 0.05, 10_000, 0.03
N_CRITIC, PART = 5, 256
ANGLES = 2 * np.pi * np.arange(MODES) / MODES
CENTRES = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=-1)


def ring(count, rng):
    """Examples of the ring, each of a mode drawn at random."""
    return (CENTRES[rng.integers(MODES, size=count)] + WIDTH * rng.normal(size=(count, 2))).astype("float32")


def network(inputs, outputs, units, seed):
    def dense(width, activation, role):
        initializer = keras.initializers.HeNormal(seed=1000 * seed + role)
        return keras.layers.Dense(width, activation, kernel_initializer=initializer)

    hidden = [dense(units, "relu", role) for role in range(3)]
    return keras.Sequential([keras.Input((inputs,)), *hidden, dense(outputs, None, 3)])


def coverage(examples):
    """The share of the examples near each centre."""
    distances = np.linalg.norm(examples[:, None] - CENTRES, axis=-1)
    return (distances < 3 * WIDTH).mean(axis=0)


def train(seed, penalty, steps):
    rng = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    model = WGAN(
        network(2, 2, 128, 2 * seed),
        network(2, 1, 128, 2 * seed + 1),
        penalty=penalty,
        n_critic=N_CRITIC,
        penalty_weight=0.1,
        clip_limit=0.1,
        seed=seed,
    )
    rates = {"beta_1": 0.5, "beta_2": 0.9}
    model.compile(keras.optimizers.Adam(1e-3, **rates), keras.optimizers.Adam(1e-3, **rates), jit_compile=True)
    data = ring(steps * N_CRITIC * PART, rng)
    model.fit(data, batch_size=N_CRITIC * PART, verbose=0)
    return coverage(model.generate(EXAMPLES, seed=seed))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--penalty", choices=["gradient", "clip"], default="gradient")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument(
        "--steps", type=int, default=3000, help="steps of the generator; five times as many of the critic"
    )
    options = parser.parse_args()
    print(f"WGAN, penalty {options.penalty!r}, {options.steps} steps, {keras.backend.backend()}\n")
    print("| seed | modes covered | of the examples near a mode | fewest at one | seconds |")
    print("|---|---|---|---|---|")
    whole = 0
    for seed in range(options.seeds):
        start = time.perf_counter()
        shares = train(seed, options.penalty, options.steps)
        modes = int((shares >= ENOUGH).sum())
        whole += modes == MODES
        seconds = time.perf_counter() - start
        print(f"| {seed} | {modes} of {MODES} | {shares.sum():.1%} | {shares.min():.1%} | {seconds:.0f} |", flush=True)
    print(f"\nAll {MODES} modes in {whole} of {options.seeds} seeds.")


if __name__ == "__main__":
    main()

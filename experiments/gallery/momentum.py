"""Three ways down a narrow valley: plain gradient descent, a moving average of gradients, Keras' heavy ball."""

import keras
import numpy as np
import pandas as pd

from custom.optimizers import MovingAverageMomentum

STEEP = 400  # how much more the valley curves across than along
START, STEPS = (20.0, 1.0), 100
RATE, BETA = 0.05, 0.9  # of the moving average
PLAIN_RATE = 0.004  # below 2 / STEEP, from where plain descent leaps out of the valley
TEXT = (
    f"Three ways down the valley ½(x² + {STEEP}y²) from ({START[0]:g}, {START[1]:g}). Plain gradient descent must keep "
    f"its rate below 2/{STEEP} = {2 / STEEP:g}, or it leaps out across. MovingAverageMomentum, here with β = {BETA:g}, "
    "steps along a moving average of the gradients: what alternates across the valley cancels, what points along it "
    "adds up, so that a larger rate α can be had. Keras' SGD(momentum=β) makes the same steps at the rate α(1 − β)."
)
SNIPPET = (
    "from custom.optimizers import MovingAverageMomentum\n"
    "model = keras.Sequential([keras.layers.Dense(1)])\n"
    'model.compile(MovingAverageMomentum(0.05, beta=0.9), loss="mean_squared_error")'
)


def descent_table(steps: int = STEPS) -> pd.DataFrame:
    """`line, step, height`: the height ½(x² + 400y²) after every step, from (20, 1)."""
    optimizers = {
        f"SGD, rate {PLAIN_RATE:g}": keras.optimizers.SGD(PLAIN_RATE),
        f"MovingAverageMomentum, rate {RATE:g}": MovingAverageMomentum(RATE, beta=BETA),
        f"SGD with momentum, rate {RATE * (1 - BETA):g}": keras.optimizers.SGD(RATE * (1 - BETA), momentum=BETA),
    }
    return pd.concat([_descent(line, optimizer, steps) for line, optimizer in optimizers.items()], ignore_index=True)


def _descent(line: str, optimizer: keras.optimizers.Optimizer, steps: int) -> pd.DataFrame:
    curvature = np.array([1.0, STEEP], "float32")
    place = keras.Variable(np.array(START, "float32"))
    heights = []
    for _ in range(steps + 1):
        here = keras.ops.convert_to_numpy(place)
        heights.append(float(0.5 * (curvature * here.astype("float64") ** 2).sum()))
        optimizer.apply([keras.ops.convert_to_tensor(curvature * here)], [place])
    return pd.DataFrame({"line": line, "step": range(steps + 1), "height": heights})

"""Whether a straight line, plane or hyperplane can part two classes."""

import numpy as np
from scipy.optimize import linprog


def linearly_separable(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether some weights and bias have every example of the two classes on its own side.

    Decided by linear programming, not by a training that may just not have lasted long enough: are there
    w, b with s(w·x + b) ≥ 1 for all examples, s = ±1?

    Arguments:
        x: `[examples, features]`.
        y: labels 1 and 0, `[examples]`.

    >>> corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> linearly_separable(corners, [0, 0, 0, 1]), linearly_separable(corners, [0, 1, 1, 0])
    (True, False)

    Source: Boyd and Vandenberghe (2004), "Convex optimization", section 8.6.1.
    """
    x = np.asarray(x, "float64")
    sign = np.where(np.ravel(y) > 0, 1.0, -1.0)[:, None]
    constraints = -sign * np.hstack([x, np.ones((len(x), 1))])
    result = linprog(
        np.zeros(x.shape[1] + 1), A_ub=constraints, b_ub=-np.ones(len(x)), bounds=(None, None), method="highs"
    )
    # 0: a solution was found; 2: there is none; anything else decides nothing
    if result.status not in (0, 2):
        raise RuntimeError(f"linear programming could not decide: {result.message}")
    return result.status == 0

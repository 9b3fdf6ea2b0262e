import numpy as np
from scipy.stats import kstest

from experiments.tasks.digits import digits
from experiments.tasks.factors import change


def test_noise_is_normal_in_units_of_each_feature():
    plain, data = digits().draw(0), change(digits(), {"feature_noise": 0.5}).draw(0)
    spread = plain.x[plain.train].std(axis=0)
    noise = (data.x - plain.x)[plain.train]
    varies = spread > 0
    assert not noise[:, ~varies].any() and 0 < (~varies).sum() < 10
    assert kstest((noise[:, varies] / spread[varies]).ravel(), "norm", (0, 0.5)).pvalue > 0.01
    assert (data.x.dtype, data.scale) == (np.float32, plain.scale)

"""Which difference matters, by the name of a score."""

import math

import pytest

from experiments.errors import RequestError
from experiments.interchange.imports.smallest_effect import choose_smallest_effect, smallest_effect_of


@pytest.mark.parametrize(
    ("names", "scores", "expected"),
    [
        ("f1 val_f1_macro auc roc_auc mAP50 mean_iou acc1 prc top5_acc", [0.95, 0.98], 0.005),
        ("f1 roc_auc acc1 test_recall@5 mIoU", [95, 98], 0.5),
        ("r2 mcc spearman bleu rougeL kappa silhouette", [-0.2, 0.98], 0.005),
        ("bleu rouge chrf", [27.3, 28.4], 0.5),
        ("wer val_CER", [0.12, 0.98], 0.005),
        ("wer", [8.4, 12.0], 0.5),
        ("psnr", [31.0, 32.0], 0.1),
        ("loss val_rmse perplexity fid mape error hinge_loss", [1.0, 2.0], None),
        ("-loss neg_log_loss", [-1.0, -2.0], None),
        ("accuracy", [0.5], None),
    ],
)
def test_known_names(names, scores, expected):
    for name in names.replace("prc", "auprc").split():
        assert smallest_effect_of(name, name, [*scores, math.nan]) == expected, name


@pytest.mark.parametrize(
    ("name", "scores"),
    [
        ("value", [0.1, 0.2]),
        ("foo", [3.0]),
        ("mean_reward", [10.0, 20.0]),
        ("elbo", [-80.0]),
        ("log_likelihood", [-80.0]),
        ("wer", [0.9, 1.2]),  # shares, or per cent?
        ("loss", [-0.1, 0.1]),  # a share of a score around 0
        ("seconds", [1.0]),
    ],
)
def test_other_names_are_asked_for(name, scores):
    with pytest.raises(RequestError, match=f"--smallest-effect: which difference in {name} matters"):
        smallest_effect_of(name, name, scores)
    assert choose_smallest_effect(name, name, scores, 0.3)[0] == 0.3

"""Directions come from whole words, all of them known, or not at all."""

import pytest

from experiments.interchange.imports.table.direction import direction_of

LESS = """loss val_loss test/loss log_loss mean_squared_error val_RMSE error_rate top_5_error val_nll neg_log_likelihood
    WER perplexity brier_score crps_score fid FID davies_bouldin_score accumulated_cost false_negative_rate inaccuracy
    neg_accuracy -val_acc cross_entropy_loss kl_divergence max_error val_-acc hamming_loss dice_loss valLoss"""
MORE = """accuracy val_acc valAccuracy top5_accuracy test_top_1_acc F1 f1_macro val_f1_score roc_auc mAP mAP50 mean_iou
    IoU R2 r2_score bleu4 rougeL mean_reward true_negative_rate neg_log_loss negative_loss -loss neg_brier_score
    mean_test_score mean_test_neg_root_mean_squared_error split3_test_accuracy cosine_similarity psnr elbo
    log_likelihood v_measure_score average_precision"""
UNTOLD = """score val_score objective value lr loss_reduction accuracy_drop accuracy_loss loss_score val_loss_score
    anomaly_score distance_return std_test_score rank_test_score mean_fit_time mean_test_mse mean_test_loss entropy
    1-accuracy weight_loss seed lossless glossy faccuracy inaccurate_score unrecall precisionless reward_loss
    non_accuracy error_score time_to_loss"""


@pytest.mark.parametrize(
    ("name", "way"),
    [(name, way) for names, way in ((LESS, "min"), (MORE, "max"), (UNTOLD, None)) for name in names.split()],
)
def test_directions(name, way):
    found = direction_of(name)
    assert (found and found.way) == way


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("FID ↓", "min"),
        ("Acc. ↑", "max"),
        ("Acc ↓", None),
        ("quality ↑", "max"),
        ("a ↑ or ↓", None),
        ("Accuracy (%)", "max"),
    ],
)
def test_arrows_and_units(name, way):
    found = direction_of(name)
    assert (found and found.way) == way


def test_which_scores_are_shares():
    assert [direction_of(name).share for name in ("val_acc", "error_rate", "f1", "loss", "neg_accuracy", "psnr")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip

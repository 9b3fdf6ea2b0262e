"""Tables that were read wrongly once, after public reports: the right values."""

import math

import pytest
from scipy import stats

from experiments.errors import RequestError
from experiments.interchange.imports.foreign import read_foreign
from tests.experiments.interchange.imports.table.verdicts import CASES, said, verdicts

ACTIVATION = {"factors": "activation", "score": "val_acc", "seed": "seed"}
RATE = ACTIVATION | {"factors": "activation,learning_rate"}
WANDB = {"factors": "use_bn,layers", "score": "val_acc", "seed": "seed"}
OPTUNA = {"factors": "params_activation", "score": "value", "seed": "user_attrs_seed", "direction": "max"}
OPTUNA |= {"smallest_effect": "0.005"}
AUTO, COSINE, EMPTY = ({"baseline": [f"learning_rate={level}"]} for level in ("auto", "cosine(0.1)", "none"))
HIDDEN = {"factors": "hidden", "baseline": ["hidden=64_32"]}
BRIER = {"factors": "calibration", "score": "val_brier_score"}
ERROR_RATE = {"factors": "optimizer", "score": "val_error_rate"}
SQUARED = "mean_test_neg_mean_squared_error"
SCIKIT = {"factors": "param_activation", "seed": "seed"}

# file, options: level, mean [low, high] of one comparison in the units of the metric, n; by SciPy from the files' text
RIGHT = [
    ("int-and-float-levels.csv", {"factors": "units"}, "64", 0.02054, 0.01735, 0.02373, 10),
    ("underscore-levels.csv", HIDDEN, "128_64", 0.01940, 0.01314, 0.02566, 5),
    ("underscore-levels.csv", HIDDEN, "32", -0.02194, -0.02605, -0.01783, 5),
    ("underscore-merged.csv", {"factors": "blocks"}, "11_6", 0.05082, 0.04189, 0.05975, 5),
    ("optuna-export.csv", OPTUNA, "tanh", 0.00660, -0.01881, 0.03201, 2),
    ("sklearn-cv-results.csv", SCIKIT | {"score": "mean_test_neg_log_loss"}, "tanh", 0.09695, 0.09152, 0.10238, 8),
    ("sklearn-cv-results.csv", SCIKIT | {"score": SQUARED}, "tanh", 0.10050, 0.09628, 0.10472, 8),
    ("brier-score.csv", BRIER, "temperature", 0.05117, 0.04881, 0.05354, 8),
    ("int-and-float-seeds.csv", {}, "tanh", 0.01006, 0.00894, 0.01118, 8),
    ("large-seeds.csv", {}, "tanh", 0.01025, 0.00850, 0.01200, 6),
    ("large-seeds-tied.csv", {}, "tanh", 0.05, 0.05, 0.05, 6),
    ("per-cent-mixed.csv", {"factors": "optimizer"}, "sgd", -0.01047, -0.01369, -0.00725, 6),
    ("per-cent-error.csv", ERROR_RATE, "sgd", -0.00267, -0.00318, -0.00215, 6),
    ("rate-auto.csv", RATE | AUTO, "tanh", 0.02010, 0.01826, 0.02194, 5),
    ("rate-cosine.csv", RATE | COSINE, "tanh", 0.01948, 0.01513, 0.02383, 5),
    ("rate-empty.csv", RATE | EMPTY, "tanh", 0.02024, 0.01676, 0.02372, 5),
    ("rate-decimal-comma.csv", {"factors": "lr"}, "0.01", 0.02114, 0.01654, 0.02574, 5),
    ("semicolon.csv", {}, "tanh", 0.02114, 0.01654, 0.02574, 5),
    ("tabs.tsv", {}, "tanh", 0.02114, 0.01654, 0.02574, 5),
    ("thousands.csv", {"score": "val_mse", "read": ["seed=exact"]}, "tanh", -100, -100, -100, 5),
    (
        "wandb-export.csv",
        WANDB | {"baseline": ["use_bn=true", "layers=[64, 32]"]},
        "false",
        -0.03036,
        -0.03590,
        -0.02482,
        5,
    ),
]


@pytest.mark.parametrize(("file", "options", "level", "mean", "low", "high", "n"), RIGHT)
def test_the_right_value(tmp_path, file, options, level, mean, low, high, n):
    _, table = verdicts(CASES / file, tmp_path, **(ACTIVATION | options))
    row = table[table["level"] == level].iloc[0]
    width = stats.t.ppf(0.975, n - 1) * row["sd"] / math.sqrt(n)
    assert row["n"] == n
    assert [row["mean"], row["mean"] - width, row["mean"] + width] == pytest.approx([mean, low, high], abs=1e-5)


# file, options: what is told of how it was read
TOLD = [
    ("int-and-float-levels.csv", {"factors": "units"}, "“32” and “32.0” are one level"),
    ("optuna-export.csv", OPTUNA, "3 rows were pruned"),
    ("optuna-export.csv", OPTUNA, "1 row was waiting"),
    ("optuna-export.csv", OPTUNA, "“FAIL” is failed"),
    (
        "sklearn-cv-results.csv",
        SCIKIT | {"score": "mean_test_neg_log_loss"},
        "More of mean_test_neg_log_loss is better",
    ),
    ("brier-score.csv", BRIER, "Less of val_brier_score is better"),
    ("int-and-float-seeds.csv", {}, "“0” and “0.0” are one seed"),
    ("per-cent-mixed.csv", {"factors": "optimizer"}, "cells with a per-cent sign (“96.72%”) are per cent"),
    ("per-cent-error.csv", ERROR_RATE, "given in per cent"),
    ("rate-auto.csv", RATE, "learning_rate has “auto”, which is no rate"),
    ("rate-cosine.csv", RATE, "there are no curves over rates"),
    ("rate-empty.csv", RATE, "an empty cell in 10 rows; that is the level “none” here"),
    ("rate-decimal-comma.csv", {"factors": "lr"}, "lr: the comma is the decimal sign."),
    ("semicolon.csv", {}, "separated by semicolons"),
    ("semicolon.csv", {}, "val_acc: the comma is the decimal sign."),
    ("tabs.tsv", {}, "separated by tabs"),
    ("thousands.csv", {"score": "val_mse"}, "groups of thousands, as in “1,234.50”"),
    ("thousands.csv", {"score": "val_mse"}, "the score only rises, or only falls, with seed: rows seem to have been"),
    ("thousands.csv", {"score": "val_mse"}, "A difference in val_mse of less than 5 % of the reference’s makes"),
    ("optuna-export.csv", OPTUNA, "A difference in value of less than 0.005 makes no practical difference, as --sm"),
    ("wandb-export.csv", WANDB, "“crashed” is failed"),
    ("wandb-export.csv", WANDB, "2 rows were running: left out"),
    (
        "epoch-rows.csv",
        {"score": "val_accuracy", "seed": None},
        "of each run (column Name) the last one counts, epoch 11",
    ),
]


@pytest.mark.parametrize(("file", "options", "told"), TOLD)
def test_what_is_told(file, options, told):
    assert told in said(read_foreign(CASES / file, **(ACTIVATION | options)))


def test_two_pairs_of_a_value_from_0_to_1_settle_nothing(tmp_path):
    _, table = verdicts(CASES / "optuna-export.csv", tmp_path, **OPTUNA)
    assert table["outcome"].tolist() == ["not told apart"]
    assert table["delta"].tolist() == [0.005]


def test_states_of_rows():
    rows = read_foreign(CASES / "optuna-export.csv", **OPTUNA).rows
    assert [row["status"] for row in rows] == ["ok"] * 7 + ["failed", "ok"]
    assert [row["error"] for row in rows if row["status"] == "failed"] == ["its state is FAIL"]


def test_seeds_beyond_53_bits_are_kept_to_the_last_digit():
    rows = read_foreign(CASES / "large-seeds-tied.csv", **ACTIVATION).rows
    assert sorted({row["seed"] for row in rows}) == [2**62 + at for at in range(6)]


@pytest.mark.parametrize("file", ["rate-auto.csv", "rate-cosine.csv", "rate-empty.csv"])
def test_a_rate_that_is_a_name_is_a_factor_like_others(file):
    assert list(read_foreign(CASES / file, **RATE).factors) == ["activation", "learning rate"]


def test_two_columns_of_one_name_are_refused_and_named():
    with pytest.raises(RequestError, match=r'"accuracy" \(column 3\) and "accuracy" \(column 4\)'):
        read_foreign(CASES / "duplicate-columns.csv", **(ACTIVATION | {"score": "accuracy"}))


def test_the_last_epoch_of_each_run_is_its_result():
    found = read_foreign(CASES / "epoch-rows.csv", factors="activation", score="val_accuracy")
    assert [(row["trial"], row["validation_accuracy"]) for row in found.rows] == [
        ("run-relu", 0.9021),
        ("run-tanh", 0.877),
    ]


def test_rows_per_epoch_without_runs_are_refused(tmp_path):
    text = (CASES / "epoch-rows.csv").read_text()
    (tmp_path / "t.csv").write_text("\n".join(line.partition(",")[2] for line in text.splitlines()))
    with pytest.raises(
        RequestError, match="seems to have one row per epoch: epoch is 0 and 1 in rows of one configuration"
    ):
        read_foreign(tmp_path / "t.csv", factors="activation", score="val_accuracy")


LESS = """val_mape val_pinball_loss fid fid_score val_perplexity test/loss accumulated_cost davies_bouldin_score
    val_inaccuracy crps_score val_misclassification_rate"""
MORE = "val_top_5_accuracy val_mean_iou val_cosine_similarity negative_loss -loss"
ASKED = "anomaly_score distance_return val_loss_score"


@pytest.mark.parametrize(
    ("score", "better"),
    [(name, way) for names, way in ((LESS, "relu"), (MORE, "tanh"), (ASKED, None)) for name in names.split()],
)
def test_which_of_two_wins_by_the_name_of_the_score(tmp_path, score, better):
    options = ACTIVATION | {"score": score}
    if better is None:
        with pytest.raises(RequestError, match="--direction: whether more or less of"):
            read_foreign(CASES / "directions.csv", **options)
        return
    _, table = verdicts(CASES / "directions.csv", tmp_path, **options)
    assert (table["mean"] > 0).tolist() == [better == "tanh"]
    assert table["outcome"].isin(["better" if better == "tanh" else "worse", "not told apart"]).all()  # few rows

"""What a reader is warned of."""

import json
import shutil

import numpy as np
import pytest

from experiments.report.page_findings import PageFindings
from experiments.report.text.caveats import caveats
from experiments.results.results import read_results
from tests.experiments.report.found import found_in
from tests.experiments.report.results_folder import (
    GRID,
    cells_of,
    hash_of,
    manifest_of,
    planted,
    trial_rows,
    write_results,
)

CRASH = {"activation": ["relu", "tanh", "sigmoid"]}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("interrupted", "Not finished: 44 of 54 trials have run."),
        ("interrupted", "Configurations have unequal seeds: the mean of each is adjusted for the seeds that it has."),
        ("some-failed", "9 trials failed"),
        ("some-failed", "Configurations have unequal seeds: the mean of each is adjusted for the seeds that it has."),
        ("planted", "4 of 90 trials diverged. Each counts as the worst score in these results ("),
        ("one-seed", "One seed: no interval is possible"),
        ("planted", "4 of 90 trials diverged"),
        ("noisy", "Too few seeds to say in 1 comparison of 1: given how far these lie apart, about"),
        ("noisy", "seeds would find a difference of 0.5 points four times in five, and there are 5."),
        ("planted", "chosen among 18, learning rates among 3, on the same seeds on which it is compared"),
        ("random", "What ranks first was chosen among 15 on the same seeds"),
        ("one-seed", "on the same seed on which it is compared: what was chosen looks better than it is."),
        ("interrupted", "16 to 75 seeds, by comparison (“Seeds needed” below), would find a difference of 0.5 points"),
        ("search", "“ablations confirm search” trains it anew"),
        ("search", "lies at the low end of its range: a lower one may be better"),
    ],
)
def test_found(results, name: str, words: str) -> None:
    assert any(words in sentence for sentence in caveats(found_in(results / name)))


@pytest.mark.parametrize("name", ["empty", "all-failed", "leave-one-out", "random"])
def test_nothing_that_is_not_there(results, name: str) -> None:
    found = caveats(found_in(results / name))
    words = ("largest", "smallest", "end of its range", *([] if name == "random" else ["seeds are few", "confirm"]))
    assert not any(word in sentence for sentence in found for word in words)


@pytest.mark.parametrize(
    "name", ["leave-one-out", "noisy", "conditions", "search", "one-level", "identical", "all-diverged", "empty"]
)
def test_nothing_was_chosen_on_these_seeds(results, name: str) -> None:
    """A best that was declared, one comparison, none at all; of a search the choice is told by itself."""
    assert not any("What ranks first was chosen" in caveat for caveat in caveats(found_in(results / name)))


@pytest.mark.parametrize(
    ("task", "resample", "words"),
    [
        ("digits", True, "Each seed splits the same data anew (resample true): splits overlap"),
        ("mnist", True, "anew, the test set aside (resample true)"),
        ("mnist", False, "All seeds share one split of the data (resample false)"),
        ("moons", None, ""),
    ],
)
def test_what_a_split_means_for_seeds(tmp_path, task, resample, words) -> None:
    settings = {} if resample is None else {"resample": resample}
    trials = trial_rows(cells_of("grid", CRASH, {}, {}), range(5), planted, **settings)
    manifest = manifest_of(trials, name="split", factors=CRASH, task=task)
    manifest["study"]["settings"] |= settings
    found = caveats(PageFindings(read_results(write_results(tmp_path / "split", trials, manifest))))
    assert any(words and words in sentence for sentence in found) == bool(words)
    assert any("resample" in sentence for sentence in found) == bool(words)


def test_a_best_rate_at_the_edge(tmp_path) -> None:
    trials = trial_rows(cells_of("grid", GRID, {}, {}), range(5), lambda cell, seed: cell["learning_rate"] + seed / 100)
    folder = write_results(tmp_path / "edge", trials, manifest_of(trials, name="edge"))
    assert any("0.03, is the largest one tried" in caveat for caveat in caveats(PageFindings(read_results(folder))))


def test_what_must_be_said_of_another_tools_results_comes_first(results, tmp_path) -> None:
    folder = shutil.copytree(results / "search", tmp_path / "search")
    manifest = json.loads((folder / "manifest.json").read_text())
    imported = {"imported": {"kind": "thing", "path": "a.csv", "caveats": ["Careful."]}}
    (folder / "manifest.json").write_text(json.dumps(manifest | imported))
    found = caveats(PageFindings(read_results(folder)))
    assert found[0] == "Careful."
    assert not any("confirm" in sentence for sentence in found)
    assert any(sentence.endswith("it was chosen among many; train it again on fresh seeds.") for sentence in found)


def test_a_crash_leaves_no_other_seeds_to_rank_on(tmp_path) -> None:
    trials = trial_rows(
        cells_of("grid", CRASH, {}, {}), [0], lambda cell, _: "failed" if cell["activation"] == "tanh" else 0.5
    )
    folder = write_results(tmp_path / "crash", trials, manifest_of(trials, name="crash", factors=CRASH))
    assert not any("unequal" in caveat for caveat in caveats(PageFindings(read_results(folder))))


def test_a_strength_that_swamps_one_loss(tmp_path):
    factors = {"loss": ["cross_entropy", "mean_squared_error"], "regularizer": ["none", "l1(l1=0.1)"]}
    trials = trial_rows(cells_of("grid", factors, {}, {}), range(5), planted)
    plain = trials["loss"].map({"cross_entropy": 0.3, "mean_squared_error": 0.02})
    trials["validation_loss"] = plain + 0.1 * trials["regularizer"].ne("none")
    folder = write_results(tmp_path / "swamped", trials, manifest_of(trials, name="swamped", factors=factors))
    found = caveats(PageFindings(read_results(folder)))
    said = "makes up 83 % of the loss with mean_squared_error, 25 % with cross_entropy"
    assert any(sentence.startswith("l1") and said in sentence for sentence in found)


def test_a_level_that_is_compared_at_the_largest_rate(tmp_path):
    def score(levels, seed):
        best = 0.03 if levels["activation"] == "tanh" else 0.003
        near = 0.05 * (levels["learning_rate"] == best) + 0.02 * (levels["activation"] == "relu")
        return 0.8 + near + np.random.default_rng([9, seed, hash_of(levels)]).normal(0, 0.002)

    trials = trial_rows(cells_of("grid", GRID, {}, {}), range(5), score)
    folder = write_results(tmp_path / "edge", trials, manifest_of(trials, name="edge"))
    found = caveats(PageFindings(read_results(folder)))
    tried = "Compared at the largest rate tried, 0.03: tanh. A larger one may suit better."
    assert f"{tried} “extend_rates = 3” in the study file tries more." in found


def test_rates_that_were_added_in_vain_are_told(tmp_path):
    trials = trial_rows(cells_of("grid", GRID, {}, {}), range(5), lambda cell, seed: cell["learning_rate"] + seed / 100)
    manifest = manifest_of(trials, name="edge", search={"extend_rates": 2})
    (found,) = [
        caveat
        for caveat in caveats(PageFindings(read_results(write_results(tmp_path / "edge", trials, manifest))))
        if "largest one tried" in caveat
    ]
    assert "So it is for tanh, sigmoid and huber(delta=0.5)." in found
    assert found.endswith("Rates were added, 2 beyond an end at most, and that was not enough.")


@pytest.mark.parametrize(("seeds", "early"), [(5, True), (7, False), (40, False)])
def test_a_study_that_stopped_early_is_optimistic(tmp_path, seeds, early):
    factors = {"activation": ["relu", "tanh"]}
    trials = trial_rows(cells_of("grid", factors, {}, {}), range(seeds), planted)
    manifest = manifest_of(trials, name="looked", factors=factors, search={"looks": [5, 20, 40]})
    found = caveats(PageFindings(read_results(write_results(tmp_path / "looked", trials, manifest))))
    assert any("5 of up to 40 seeds because all comparisons were settled" in sentence for sentence in found) == early


def test_verdicts_that_hang_on_the_rate_are_told(tmp_path):
    factors = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.01, 0.1]}
    gains = {0.001: -0.05, 0.01: 0.0, 0.1: 0.05}

    def score(levels, seed):
        near = 0.1 * (levels["learning_rate"] == 0.01)
        noise = np.random.default_rng([3, seed, hash_of(levels)]).normal(0, 0.002)
        return 0.7 + near + (levels["activation"] == "tanh") * gains[levels["learning_rate"]] + noise

    trials = trial_rows(cells_of("grid", factors, {}, {}), range(8), score)
    folder = write_results(tmp_path / "hangs", trials, manifest_of(trials, name="hangs", factors=factors))
    (told,) = [
        caveat for caveat in caveats(PageFindings(read_results(folder))) if "hang on the learning rate" in caveat
    ]
    assert "1 comparison of 1 comes out better or worse (tanh)" in told


def test_verdicts_that_hold_at_other_rates_are_not(results):
    assert not any("hang on the learning rate" in caveat for caveat in caveats(found_in(results / "followed")))

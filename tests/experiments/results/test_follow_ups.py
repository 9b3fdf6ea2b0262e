"""What tests a study is found beside it, told on its page, and has no page of its own."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.families import families
from experiments.analysis.right_answers import answers_gained, seeds_and_images
from experiments.analysis.self_comparisons import out_of_band
from experiments.report.figures.fresh import fresh_figure
from experiments.report.figures.ladder import ladder_figure
from experiments.report.figures.trust import trust_figure
from experiments.report.page_findings import PageFindings
from experiments.report.pages.index_page import write_index
from experiments.report.pages.study_page import study_context
from experiments.report.text.answer import answer
from experiments.report.text.fresh import fresh_table, fresh_text
from experiments.report.text.methods import methods
from experiments.results.follow_ups import follow_ups
from experiments.results.results import read_results, study_folders
from tests.experiments.report.found import found_in


def of(folder) -> PageFindings:
    read = read_results(folder)
    return PageFindings(read, follow_ups(folder, read))


@pytest.fixture
def copied(results, tmp_path):
    """The study with its tests, to be changed."""
    for end in ("", "-confirm", "-calibration"):
        shutil.copytree(results / f"followed{end}", tmp_path / f"followed{end}")
    return tmp_path / "followed"


def test_fresh_seeds_lead_the_answer_and_repeat_every_comparison(results) -> None:
    found = found_in(results / "followed")
    assert found.fresh["seed"].min() == 1_000_000
    assert answer(found).sentence.startswith("On fresh seeds tanh beats the tuned baseline’s relu, both")
    assert "8 of 8 seeds" in answer(found).sentence
    assert any(text.startswith("On the seeds that chose it: ") for text in answer(found).more)
    table = found.fresh_effects
    assert table["cell"].tolist() == found.effects["cell"].tolist()
    assert table["n"].tolist() == [8] * len(table)
    scores = found.fresh.pivot(index="seed", columns="cell", values="validation_accuracy")
    row = table.iloc[0]
    assert row["mean"] == pytest.approx((scores[row["cell"]] - scores[row["reference_cell"]]).mean())
    assert fresh_text(found).endswith("No verdict changes.")
    assert fresh_figure(found).title == "On 8 fresh seeds all 3 verdicts are as before"


def test_all_that_a_page_with_fresh_seeds_claims_spends_one_five_per_cent(results) -> None:
    def spent(found: PageFindings) -> float:
        others = found.against_baseline[~found.against_baseline["is_level"]]
        tables = found.effects, others, found.interactions
        own = sum(len(table) * table["alpha"].min() for table in tables if len(table))
        return own + 0.05 * found.study.share * families(found.study)["best"]

    alone, found = of(results / "planted"), of(results / "followed")
    fresh = len(found.fresh_effects) * found.fresh_effects["alpha"].min() + found.fresh_gain["alpha"]
    assert spent(alone) == pytest.approx(0.05)
    assert spent(found) + fresh == pytest.approx(0.05)
    assert any("0.025 of the page’s 0.05, which the study’s own seeds then lack" in text for text in methods(found))


def test_the_table_of_fresh_seeds_has_both_gains_and_both_verdicts(results) -> None:
    found = found_in(results / "followed")
    table = fresh_table(found)
    heads = [head for head, _ in table.heads]
    assert heads[:5] == ["Factor", "Level", "Against", "Before (points)", "Fresh (points)"]
    assert len(table.rows) == len(found.effects)
    for row, before, now in zip(table.rows, found.effects.itertuples(), found.fresh_effects.itertuples(), strict=True):
        cells = dict(zip(heads, row, strict=True))
        assert (cells["Before (points)"].key, cells["Fresh (points)"].key) == (before.mean, now.mean)
        assert (cells["Verdict before"].text, cells["Fresh verdict"].text) == (before.outcome, now.outcome)
    assert fresh_table(found_in(results / "planted")) is None


def test_a_mean_that_changes_sides_is_told(results) -> None:
    found = found_in(results / "followed")
    turned = found.fresh.copy()
    sigmoid = turned["activation"] == "sigmoid"
    turned.loc[sigmoid, "validation_accuracy"] = 0.99
    other = PageFindings(found.results, replace(found.follow_ups, fresh=turned))
    text = fresh_text(other)
    assert "sigmoid against relu (worse, now better)" in text
    assert text.endswith("The mean is now on the other side of zero for sigmoid.")


def test_the_ladder_goes_from_choice_to_fresh_test_and_is_wider_for_other_examples(results) -> None:
    table = found_in(results / "followed").ladder
    assert (
        table.groupby("cell", sort=False)["step"].apply(list).tolist()
        == [["validation", "test", "fresh validation", "fresh test"]] * 2
    )
    tests = table["step"].str.endswith("test")
    assert (table["examples"] == np.where(tests, 200, 0)).all()
    assert (table.loc[tests, "wide_low"] < table.loc[tests, "low"]).all()
    assert (table.loc[tests, "wide_high"] > table.loc[tests, "high"]).all()
    assert table.loc[~tests, "wide_low"].isna().all()
    figure = ladder_figure(found_in(results / "followed"))
    steps = table[table["cell"] == table["cell"].iloc[0]].set_index("step")["mean"]
    first, fresh = (f"{100 * steps[step]:.1f}\N{NO-BREAK SPACE}%" for step in ("validation", "fresh validation"))
    assert figure.title.endswith(f"{first} where it was chosen, {fresh} on fresh seeds")
    found = found_in(results / "followed")
    before, now = (100 * lead for lead in (found.over_baseline.iloc[0]["mean"], found.fresh_gain["mean"]))
    assert f"on validation data was +{before:.1f}, on fresh seeds it is +{now:.1f}." in figure.caption
    assert "The thin line holds for other test examples as well." in figure.caption
    assert "on the test set" in ladder_figure(found_in(results / "planted")).title


def test_the_test_gain_is_told_for_other_examples_too(results) -> None:
    found = found_in(results / "followed")
    (said,) = [text for text in answer(found).more if "test set" in text]
    span = re.search(r"same 200 examples; taking those for a sample as well, the gain lies within (.+) points\.", said)
    low, high = (float(bound.replace("−", "-")) for bound in span[1].split(" to "))
    wide = found.test_gain_for_images
    assert (low, high) == pytest.approx((100 * wide["low"], 100 * wide["high"]), abs=0.06)
    alone = found.test_over_baseline.iloc[0]
    assert high - low > 100 * (alone["high"] - alone["low"])
    assert not any("as well" in text for text in answer(found_in(results / "planted")).more)


def test_the_trust_strip_counts_what_was_found(results) -> None:
    found = found_in(results / "followed")
    compared = found.follow_ups.compared
    rejected = int((compared["low"].gt(0) | compared["high"].lt(0)).sum())
    expected = f"Compared with itself 200 times, a difference was found {rejected} times (up to 19 expected)"
    assert trust_figure(found).title == expected
    assert "one side alone: " in trust_figure(found).alt
    assert not out_of_band(found.calibration)
    assert trust_figure(found_in(results / "planted")) is None


def test_a_method_that_finds_too_much_is_distrusted_on_the_page(copied) -> None:
    place = copied.with_name("followed-calibration") / "calibration.csv"
    table = pd.read_csv(place)
    moved = table.assign(**{name: table[name] + 0.004 for name in ("mean", "low", "high")})
    moved.to_csv(place, index=False)
    assert out_of_band(of(copied).calibration) == ["rejected", "found"]
    assert any("compared with itself" in text for text in study_context(of(copied))["caveats"])
    table.assign(sides_apart=1).to_csv(place, index=False)
    assert out_of_band(of(copied).calibration) == ["apart"]
    assert any("now and then collapse" in text for text in study_context(of(copied))["caveats"])
    table.drop(columns=["power", "sides", "sides_apart"]).to_csv(place, index=False)  # as it was written before
    assert not out_of_band(of(copied).calibration)
    assert "one side alone" not in trust_figure(of(copied)).alt


def test_tests_of_a_study_have_no_page_of_their_own(copied, tmp_path) -> None:
    assert [folder.name for folder in study_folders(copied.parent)] == ["followed"]
    assert "followed-confirm" not in write_index(tmp_path, copied.parent).read_text(encoding="utf-8")


def test_seeds_that_the_study_has_come_to_use_are_fresh_no_more(copied) -> None:
    trials = pd.read_csv(copied / "trials.csv", dtype=str, keep_default_na=False)
    trials.assign(seed=(trials["seed"].astype(int) + 1_000_000).astype(str)).to_csv(copied / "trials.csv", index=False)
    assert sorted(of(copied).fresh["seed"].unique()) == [1_000_006, 1_000_007]


@pytest.mark.parametrize("part_of", ["other", None])
def test_what_tests_another_study_is_left_alone(copied, part_of) -> None:
    for end in ("confirm", "calibration"):
        place = copied.with_name(f"followed-{end}") / "manifest.json"
        manifest = json.loads(place.read_text())
        manifest["study"]["search"]["part_of"] = part_of
        place.write_text(json.dumps(manifest))
    found = of(copied)
    assert found.fresh is None
    assert found.calibration is None


def test_broken_files_cost_what_only_they_knew(copied) -> None:
    (copied.with_name("followed-calibration") / "calibration.csv").unlink()
    (copied.with_name("followed-confirm") / "trials.csv").write_text("nothing")
    found = of(copied)
    assert (found.fresh, found.calibration) == (None, None)
    assert "fresh" not in answer(found).sentence


def test_a_best_cell_that_was_not_trained_again_is_not_confirmed(copied) -> None:
    place = copied.with_name("followed-confirm") / "trials.csv"
    trials = pd.read_csv(place, dtype=str, keep_default_na=False)
    trials[trials["cell"] != of(copied).best["cell"]].to_csv(place, index=False)
    assert of(copied).fresh is None


SEALED = {"train": 60, "validation": 20, "test": 200, "sealed": True, "seeds": "resplit", "resplit": 80}


@pytest.mark.parametrize("about", ["", "this data"])
def test_on_sealed_data_fresh_seeds_are_compared_on_what_chose_nothing(copied, about) -> None:
    for end in ("", "-confirm"):
        place = copied.with_name(f"followed{end}") / "manifest.json"
        manifest = json.loads(place.read_text())
        manifest["study"]["about"] = about
        place.write_text(json.dumps(manifest | {"data": SEALED}))
    found = of(copied)
    row = found.fresh_gain
    scores = found.fresh.pivot(index="seed", columns="cell", values="test_accuracy")
    gains = scores[row["cell"]] - scores[row["reference_cell"]]
    wide = seeds_and_images(
        answers_gained(found.follow_ups.fresh_correct, found.fresh, *row[["cell", "reference_cell"]])
    )
    assert (row["part"], row["mean"]) == ("test", pytest.approx(gains.mean()))
    assert row["error"] == pytest.approx(
        gains.std() / np.sqrt(8) if about else np.hypot(gains.std() / 8**0.5, _more(wide))
    )
    context = study_context(found)
    assert "points of test accuracy" in context["answer"].sentence
    assert context["answer"].sentence.startswith("On fresh seeds ")
    assert "by test accuracy (before: validation accuracy)" in fresh_table(found).caption
    assert "compared on test examples that chose nothing either" in fresh_text(found)
    assert any("they are compared on the test examples" in text for text in context["methods"])
    assert any("bounded by how far seeds spread" in text for text in context["methods"]) != bool(about)
    assert "on test examples and fresh seeds" in ladder_figure(found).title


def _more(wide) -> float:
    """What the examples add to the standard error of the seeds."""
    return np.sqrt(wide["error"] ** 2 - wide["error_seeds"] ** 2)

"""What a page says of the data: which examples seeds share, what tests them, and what intervals are about."""

from dataclasses import replace

import pytest

from experiments.analysis.declared import read_declared
from experiments.report.page_findings import PageFindings
from experiments.report.text.caveats import caveats
from experiments.report.text.data_caveats import data_caveats
from experiments.report.text.inference import describe_sealed, inference
from experiments.report.text.methods import methods
from experiments.report.text.trained import describe_training
from experiments.results.results import read_results

SIZES = {"train": 60, "validation": 20, "test": 20, "input_shape": [64], "outputs": 10}
SEALED = {**SIZES, "sealed": True, "seeds": "resplit", "resplit": 80}
OLD = "These results are from before the test part was sealed: each seed split the whole data anew"
ONE_SPLIT = "All seeds share one split of the data"


def of(results, data, *, task="digits", about="", **settings):
    read = read_results(results / "planted")
    study = read.manifest["study"] | {"task": task, "about": about}
    study["settings"] = study["settings"] | settings
    manifest = read.manifest | {"data": data, "study": study}
    return PageFindings(replace(read, manifest=manifest, study=read_declared(manifest, read.trials, ["resample"])))


@pytest.mark.parametrize(
    ("data", "options", "caveat", "about"),
    [
        (SEALED, {"resample": True}, "", "Each seed splits the same 80 examples anew, so seeds share examples"),
        (SEALED, {"about": "this data"}, "", "this data set and other seeds, as the question asks (this data)."),
        (SIZES, {"resample": True}, OLD, "Each seed splits the same examples anew"),
        (SIZES, {"task": "arrays"}, OLD, "Each seed splits the same examples anew"),
        (SIZES, {"resample": True, "task": "mnist"}, "", "Each seed splits the same examples anew"),
        (None, {"resample": True}, "intervals may be too narrow for other data", ""),
        ({**SIZES, "sealed": True, "seeds": "one split"}, {}, ONE_SPLIT, "have one split of the data, so intervals"),
        (
            {**SIZES, "sealed": True, "seeds": "one split"},
            {"about": "other data of the kind"},
            "say nothing of another split or other data, which the question is about",
            "have one split of the data",
        ),
        ({**SEALED, "sealed": False}, {}, "A task whose test part is the same for every seed says so", "Each seed"),
        ({**SIZES, "sealed": False, "seeds": "own data"}, {}, "", "Each seed draws data of its own"),
        (SIZES, {}, "", ""),
    ],
)
def test_what_is_told(results, data, options, caveat, about):
    found = of(results, data, **options)
    assert [caveat in sentence for sentence in data_caveats(found)] == ([True] if caveat else [])
    assert about in inference(found) and bool(about) == bool(inference(found))
    assert inference(found) in describe_training(found)


def test_the_sealed_part_is_told_and_what_intervals_allow_for(results):
    found = of(results, SEALED)
    assert describe_sealed(found) == "All seeds test on the same 20 examples, which no seed trains or validates on."
    assert describe_sealed(found) in describe_training(found)
    assert any("s² · (1/n + 0.333)" in paragraph for paragraph in methods(found))
    assert describe_sealed(of(results, SIZES)) == ""
    narrow = of(results, SEALED, about="this data")
    assert not any("Nadeau" in paragraph for paragraph in methods(narrow))
    widths = [(findings.effects["high"] - findings.effects["low"]).iloc[0] for findings in (found, narrow)]
    assert widths[0] / widths[1] == pytest.approx((1 + 5 / 3) ** 0.5)


def test_where_seeds_share_examples_more_seeds_are_no_way_out(results):
    found = of(results, {**SEALED, "resplit": 40})
    assert any(caveat.startswith("Too few examples to say in ") for caveat in caveats(found))
    assert not any("Too few seeds to say" in caveat for caveat in caveats(found))

"""A hundred icons by seeds won, tied and lost."""

import pytest

from experiments.report.figures.reruns import icons, reruns_figure
from tests.experiments.report.figures.test_figures import axis_of
from tests.experiments.report.found import found_in


@pytest.mark.parametrize("counts", [(15, 0, 5), (7, 1, 3), (1, 1, 1), (0, 5, 0), (199, 1, 0)])
def test_a_hundred_in_all_and_never_off_by_one(counts):
    found = icons(*counts)
    assert sum(found) == 100
    assert all(abs(share - 100 * count / sum(counts)) < 1 for share, count in zip(found, counts, strict=True))


def test_what_was_planted_wins(results):
    findings = found_in(results / "planted")
    row = findings.over_baseline.iloc[0]
    figure = reruns_figure(findings)
    share = round(100 * row["wins"] / row["runs"])
    name = "the tuned baseline (learning rate 0.003)"
    assert figure.title.startswith(f"Of 100 reruns, what ranks first would beat {name} in about {share} (")
    drawn = sum(len(collection.get_offsets()) for collection in axis_of(figure).collections)
    assert drawn == 100


@pytest.mark.parametrize("name", ["one-seed", "search", "empty", "all-failed", "random", "own-seeds"])
def test_no_icons_without_seeds_or_a_baseline(results, name):
    assert reruns_figure(found_in(results / name)) is None

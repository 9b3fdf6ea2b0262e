"""What a page says of long tails, rare collapses, and of what its seeds can't show."""

import numpy as np
import pytest

from experiments.report.page_findings import PageFindings
from experiments.report.tables.chances_table import chances_table, chances_text
from experiments.report.text.tails import tail_caveats, unseen
from experiments.results.results import read_results
from tests.experiments.report.results_folder import cells_of, manifest_of, trial_rows, write_results

LOSSES = ["cross_entropy", "hinge", "huber", "log_cosh"]


@pytest.fixture
def findings_of(tmp_path):
    """Factors, score and seeds → the findings of a grid."""

    def made(factors, score, seeds):
        trials = trial_rows(cells_of("grid", factors, {}, {}), seeds, score)
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return PageFindings(read_results(write_results(folder, trials, manifest_of(trials, factors=factors))))

    return made


@pytest.fixture
def page(findings_of):
    """tanh against relu with four losses. collapsed: (loss, seed) at which tanh falls by 40 points."""

    def made(collapsed=(), gain=0.03, draw=None, seeds=10):
        random = np.random.default_rng(4)
        noise = {(own, loss): random.normal(0, 0.004, seeds) for own in ("relu", "tanh") for loss in LOSSES}
        if draw is not None:
            noise |= {("tanh", loss): draw(random, seeds) for loss in LOSSES}

        def score(cell, seed):
            one, loss = cell["activation"], cell["loss"]
            fallen = 0.4 if one == "tanh" and (loss, seed) in collapsed else 0.0
            return 0.8 + (gain if one == "tanh" else 0) + noise[one, loss][seed] - fallen

        return findings_of({"activation": ["relu", "tanh"], "loss": LOSSES}, score, range(seeds))

    return made


def outcome_of(findings, level):
    return findings.effects.set_index("level").loc[level, "outcome"]


def test_a_collapse_elsewhere_in_the_level_takes_the_verdict_and_says_why(page):
    even = page()
    assert outcome_of(even, "tanh") == "better" and not tail_caveats(even)
    found = page(collapsed={("huber", 2), ("log_cosh", 7)})
    assert outcome_of(found, "tanh") == "too uneven"
    (told,) = tail_caveats(found)
    assert told == (
        "tanh: no verdict, for 2 of 40 runs of tanh lie far below all others, 10 seeds may miss what happens as "
        "rarely as that, and the interval allows for it. More seeds would tell."
    )


def test_skew_makes_intervals_longer_and_is_told(page):
    skewed = page(draw=lambda random, seeds: 0.02 * (random.lognormal(size=seeds) - 1.65), seeds=20)
    row = skewed.effects.set_index("level").loc["tanh"]
    assert row["tail"] == "skewed" and max(row["stretch_low"], row["stretch_high"]) > 1.1
    (told,) = tail_caveats(skewed)
    assert told.startswith("Scores have a long tail on one side (tanh")


def test_a_page_with_intervals_says_what_its_seeds_cannot_show(page):
    assert "10 seeds may miss a failure that happens in fewer than about 30 % of runs" in unseen(page())
    assert "3 seeds may miss" in unseen(page(gain=0.0, seeds=3))  # intervals leave it out, too
    assert unseen(page(gain=0.0, seeds=1)) == ""


def test_chances_stand_beside_every_comparison_and_in_words_beside_a_single_one(page, findings_of):
    findings = page()
    table = chances_table(findings)
    texts = [[field.text for field in row] for row in table.rows]
    (tanh,) = (row for row in texts if row[1] == "tanh")
    assert tanh[3].startswith("100 % (") and tanh[4] == "yes" and tanh[5] == "above 99 %"
    assert chances_text(findings) == ""  # the largest of several would be chosen by what came out
    only = findings_of({"activation": ["relu", "tanh"]}, lambda cell, seed: 0.8 + 0.01 * (cell["activation"] == "tanh")
                       + 0.004 * (-1) ** seed * (cell["activation"] == "tanh"), range(10))  # fmt: skip
    said = chances_text(only)
    assert "tanh would score higher than relu about 100 times in 100 (72 to 100)" in said
    assert "that tanh is better than relu by more than 0.5 points" in said


@pytest.mark.parametrize("share", [0.005, 0.5, 0.995])
def test_no_probability_is_certain(share):
    from experiments.report.tables.chances_table import probability

    assert probability(share) == {0.005: "below 1 %", 0.5: "50 %", 0.995: "above 99 %"}[share]

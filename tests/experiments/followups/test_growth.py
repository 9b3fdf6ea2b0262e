"""What a study asks for next, from rows that are made up."""

import pytest

from experiments.followups.growth import Growth
from tests.experiments.studies import tiny

RATES = {"activation": ["relu", "tanh"], "learning_rate": [0.001, 0.01, 0.1]}
NOISE = [0.3, -0.2, 0.5, -0.4, 0.1, -0.3, 0.2, -0.2, 0.4, -0.4]


def rows_of(study, score):
    """A row for every trial of a study. score: from a trial's labels and its seed; None where it diverged."""
    found = []
    for trial in study.trials:
        labels = study.labels(trial.settings)
        value = score(labels, trial.seed)
        row = {"study": study.name, "trial": trial.id, "cell": trial.cell, "seed": trial.seed, "task": study.task}
        row |= {"model": study.model, **labels, "status": "diverged" if value is None else "ok"}
        found.append(row | ({} if value is None else {"validation_accuracy": value, "test_accuracy": value}))
    return found


def grown(study, score):
    """All that is asked for: counts of seeds and the rates, from the first on; and what is said."""
    said = []
    growth, steps = Growth(study, said.append), []
    while study is not None:
        steps.append((len(study.seeds), study.factors.get("learning_rate")))
        study = growth.next(rows_of(study, score))
    return steps, said


def gain(size, noise):
    """tanh gains `size`, give or take `noise`."""
    return lambda labels, seed: 0.8 + (labels["activation"] == "tanh") * (size + noise * NOISE[seed % 10])


@pytest.mark.parametrize(
    ("size", "noise", "seeds"),
    [
        (0.1, 0.01, [4]),  # clear at once
        (0.0, 0.001, [4]),  # too small to matter, at once
        (0.02, 0.1, [4, 8, 16]),  # some of each: all looks
    ],
)
def test_seeds_are_added_until_comparisons_are_settled(size, noise, seeds):
    steps, said = grown(tiny(seeds=None, looks=[4, 8, 16]), gain(size, noise))
    assert [count for count, _ in steps] == seeds
    assert said[-1].endswith("it ends here")
    for place, (count, line) in enumerate(zip(seeds, said, strict=True)):
        assert f"look {place + 1} of 3, {count} seeds" in line


def test_seeds_are_added_for_what_the_question_asks_alone():
    def score(labels, seed):
        return gain(0.1, 0.01)(labels, seed) + (labels["activation"] == "elu") * 0.1 * NOISE[seed % 10]

    factors = {"activation": ["relu", "tanh", "elu"]}
    compare = {"factor": "activation", "level": "tanh"}
    asked, _ = grown(tiny(seeds=None, looks=[4, 8, 16], factors=factors, question={"compare": compare}), score)
    everything, _ = grown(tiny(seeds=None, looks=[4, 8, 16], factors=factors), score)
    assert [count for count, _ in asked] == [4]
    assert [count for count, _ in everything] == [4, 8, 16]


def test_rates_are_added_until_the_best_is_inside():
    study = tiny(factors=RATES, extend_rates=3)
    steps, said = grown(study, lambda labels, seed: 0.9 - abs(labels["learning_rate"] - 1.0) / 20 + 0.001 * NOISE[seed])
    assert [rates for _, rates in steps] == [
        [0.001, 0.01, 0.1],
        [0.001, 0.01, 0.1, 1.0],
        [0.001, 0.01, 0.1, 1.0, 10.0],
    ]
    assert "what ranks first and tanh is the largest tried; 1 is tried as well (1 of at most 3)" in said[0]


def test_rates_are_added_at_both_ends_and_no_further_than_allowed():
    def score(labels, seed):
        rate, tanh = labels["learning_rate"], labels["activation"] == "tanh"
        return 0.9 + (0.01 * rate if tanh else -0.01 * rate) + 0.001 * NOISE[seed]

    steps, said = grown(tiny(factors=RATES, extend_rates=1), score)
    assert steps[-1][1] == [0.0001, 0.001, 0.01, 0.1, 1.0]
    assert len(steps) == 2
    assert [line.endswith("after 1 more rate") for line in said] == [False, False, True, True]


def test_what_diverges_beyond_ends_the_search_for_a_rate():
    steps, _ = grown(
        tiny(factors=RATES, extend_rates=3),
        lambda labels, seed: None if labels["learning_rate"] > 0.1 else labels["learning_rate"] + 0.001 * NOISE[seed],
    )
    assert steps[-1][1] == [0.001, 0.01, 0.1, 1.0]


def test_rates_come_first_and_are_looked_for_again_with_more_seeds():
    study = tiny(seeds=None, factors=RATES, looks=[2, 3, 4], extend_rates=1)

    def score(labels, seed):
        """With the third seed the largest rate comes out best."""
        rate = labels["learning_rate"]
        best = {0.01: 0.02, 0.1: 0.0}.get(rate, -0.1) if seed < 2 else {0.1: 0.2}.get(rate, -0.1)
        return 0.7 + best + 0.03 * NOISE[seed] * (labels["activation"] == "tanh")

    steps, _ = grown(study, score)
    assert steps[:3] == [
        (2, [0.001, 0.01, 0.1]),
        (3, [0.001, 0.01, 0.1]),
        (3, [0.001, 0.01, 0.1, 1.0]),
    ]


def test_rows_of_later_looks_change_nothing_of_earlier_ones():
    study = tiny(seeds=None, looks=[4, 8, 16])
    score = gain(0.02, 0.1)
    rows = rows_of(study.with_seeds_of_look(2), score)
    growth, counts = Growth(study, lambda line: None), []
    while (more := growth.next(rows)) is not None:
        counts.append(len(more.seeds))
    assert counts == [8, 16]


def test_a_study_that_does_not_grow_asks_for_nothing():
    assert Growth(tiny(), print).next([]) is None

"""A search: cells of a study, the same ones whenever it starts again, scores over seeds."""

import itertools

import pytest

from experiments.errors import RequestError
from experiments.study.differences import find_differences
from experiments.tune.search import Search
from tests.experiments.studies import tiny

FACTORS = {"activation": ["relu", "tanh", "elu"], "learning_rate": [0.01, 0.1, 1.0], "batch_size": [8, 16]}


def study(**changes):
    return tiny(**({"factors": FACTORS, "seeds": 2} | changes))


def rows_of(study, accuracy=lambda trial: trial.settings["learning_rate"], status=lambda trial: "ok"):
    return [
        {"cell": trial.cell, "seed": trial.seed, "status": status(trial), "validation_accuracy": accuracy(trial)}
        for trial in study.trials
    ]


def searched(search, rows=rows_of):
    """The studies that a search comes to, one after another."""
    found = [search.next([])]
    while more := search.next(rows(found[-1])):
        found.append(more)
    return found


def test_random_asks_for_all_of_its_cells_at_once():
    (whole,) = searched(Search(study(), "random", max_trials=7))
    assert (whole.name, whole.design, len(whole.cells), len(whole.trials)) == ("tiny-tune-random", "random", 7, 14)
    assert all(cell in study().cells for cell in whole.cells)
    assert {trial.id for trial in whole.trials} <= {trial.id for trial in study().trials}


def test_a_grid_is_the_studys_own():
    (whole,) = searched(Search(study(), "grid"))
    assert sorted(map(str, whole.cells)) == sorted(map(str, study().cells))


def test_bayesian_asks_for_some_and_more_trials_extend():
    found = searched(Search(study(), "bayesian", max_trials=12, together=4))
    assert [len(grown.cells) for grown in found][:2] == [4, 8]
    assert all(a.cells == b.cells[: len(a.cells)] for a, b in itertools.pairwise(found))
    longer = searched(Search(study(), "bayesian", max_trials=16, together=4))
    assert longer[len(found) - 1].cells == found[-1].cells
    assert list(find_differences(longer[-1], found[-1].fixed)) == []


def test_started_again_with_rows_it_proposes_the_same():
    found = searched(Search(study(), "bayesian", max_trials=12, together=4))
    rows = rows_of(found[-1])  # more than it could know at first
    again = searched(Search(study(), "bayesian", max_trials=12, together=4), lambda _: rows)
    assert [grown.cells for grown in again] == [grown.cells for grown in found]


def test_hyperband_sets_the_epochs():
    found = searched(Search(study(epochs=9), "hyperband"))
    assert {cell["epochs"] for cell in found[-1].cells} == {1, 3, 9}
    assert found[-1].base["epochs"] == 9
    few = searched(Search(study(epochs=9), "hyperband", max_trials=5))
    assert len(few[-1].cells) == 5


def test_a_score_is_the_mean_over_seeds_and_only_of_cells_that_are_ok_on_all():
    search = Search(study(), "random", max_trials=3)
    whole = search.next([])
    one, two, three = (trial.cell for trial in whole.trials[:3])
    rows = rows_of(
        whole,
        accuracy=lambda trial: 0.5 + 0.25 * trial.seed,
        status=lambda trial: "diverged" if (trial.cell, trial.seed) == (two, 1) else "ok",
    )
    rows.append({"cell": three, "seed": 7, "status": "ok", "validation_accuracy": 9.0})  # of an earlier request
    assert search._scores(rows) == {one: 0.625, three: 0.625}


def test_scores_of_diverged_cells_don_t_end_it():
    found = searched(
        Search(study(), "bayesian", max_trials=12, together=4),
        lambda grown: rows_of(grown, status=lambda _: "diverged"),
    )
    assert len(found[-1].cells) == 12


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"seed": 1}, ["seed: the results are of a search with 0, this one has 1"]),
        ({"together": 4}, ["together: the results are of a search with 100000, this one has 4"]),
        ({"objective": "val_cross_entropy"}, ["objective: the results are of a search with \"validation_accuracy\", "
                                              "this one has \"validation_cross_entropy\""]),
    ],
)  # fmt: skip
def test_another_search_is_refused_with_what_differs(changed, told):
    before, after = (Search(study(), "random", max_trials=3, **options).next([]) for options in ({}, changed))
    assert list(find_differences(after, before.fixed)) == told


def test_another_space_is_refused_with_the_factor():
    wider = study(factors=FACTORS | {"batch_size": [8, 16, 32]})
    before, after = (Search(declared, "random", max_trials=3).next([]) for declared in (study(), wider))
    assert list(find_differences(after, before.fixed)) == [
        "batch_size: the results are of a search among [8, 16], this one is among [8, 16, 32]"
    ]


def test_the_objective_ranks_first():
    assert Search(study(), "random", objective="validation_cross_entropy").next([]).primary == "cross_entropy"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Search(study(), "randon"), '--tuner: got "randon"; did you mean "random"?'),
        (lambda: Search(study(), "random", objective="val_acuracy"), '--objective: got "val_acuracy"; did you mean'),
        (
            lambda: Search(tiny(design="random", factors={"learning_rate": {"min": 0.1, "max": 1.0}}), "grid"),
            "--tuner grid: learning_rate is a range",
        ),
        (lambda: Search(study(factors={"epochs": [1, 2]}), "hyperband"), "Hyperband sets the epochs itself"),
        (lambda: Search(study(schedule="linear"), "hyperband"), "the schedule spans the whole training"),
        (
            lambda: Search(tiny(design="leave-one-out", factors={}, without={"activation": "linear"}), "random"),
            "the design is leave-one-out",
        ),
    ],
)
def test_what_does_not_fit_is_told(make, message):
    with pytest.raises(RequestError) as error:
        make()
    assert message in str(error.value)

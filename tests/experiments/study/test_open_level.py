"""Open levels: ranges within a level, as factors of their own where it is chosen."""

import pytest

from experiments.errors import RequestError
from experiments.study.open_level import close, inner_factors, origin, ranges_of
from experiments.study.study_table import read

DELTA = {"min": 0.1, "max": 2, "scale": "log"}
FACTORS = {
    "loss": ["cross_entropy", {"name": "huber", "delta": DELTA}],
    "regularizer": [
        "none",
        {"name": "elastic_net", "l1": {"min": 1e-6, "max": 1e-2, "scale": "log"}, "l2": 1e-3},
    ],
}


def study(**changes):
    return read({"name": "s", "task": "xor", "design": "random", "trials": 40, "factors": FACTORS, **changes})


def test_every_draw_is_a_level_within_its_range() -> None:
    cells = study().cells
    deltas = [cell["loss"]["delta"] for cell in cells if cell["loss"]["name"] == "huber"]
    assert 10 < len(set(deltas)) == len(deltas) < 30
    assert all(0.1 <= delta <= 2 for delta in deltas)
    assert sum(delta < (0.1 * 2) ** 0.5 for delta in deltas) == pytest.approx(len(deltas) / 2, abs=6), "log-uniform"
    for cell in cells:
        if cell["regularizer"]["name"] == "elastic_net":
            assert 1e-6 <= cell["regularizer"]["l1"] <= 1e-2
            assert cell["regularizer"]["l2"] == 1e-3


def test_more_draws_extend() -> None:
    assert study(trials=60).cells[:40] == study().cells


def test_a_row_has_the_part_and_the_value_apart() -> None:
    made = study()
    for cell in made.cells:
        row = made.labels(cell)
        assert row["loss"] == cell["loss"]["name"]
        assert row.get("loss.huber.delta") == cell["loss"].get("delta")
        assert row["regularizer"] in ("none", "elastic_net(l2=0.001)")
        assert ("regularizer.elastic_net.l1" in row) == (row["regularizer"] != "none")
    assert made.settings[-2:] == ["loss.huber.delta", "regularizer.elastic_net.l1"]


def test_the_declaration_has_the_range_as_a_factor() -> None:
    factors = study().describe()["factors"]
    assert factors["loss"] == ["cross_entropy", "huber"]
    assert factors["loss.huber.delta"] == {"min": 0.1, "max": 2.0, "scale": "log"}


def test_what_is_held_is_a_closed_level() -> None:
    made = study(factors={"loss": FACTORS["loss"][1:]})
    assert not ranges_of(made.base["loss"])
    baseline = {"name": "huber", "delta": 0.7}
    assert study(baseline={"loss": baseline}).base["loss"] == baseline


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (["huber", {"name": "huber", "delta": DELTA}], "loss: got huber with a range and once more"),
        (
            [{"name": "huber", "delta": {"min": 2, "max": 1}}],
            "loss delta: got { min = 2, max = 1 }, allowed is min < max",
        ),
        ([{"name": "huber", "dleta": DELTA}], 'loss huber: got "dleta"; did you mean "delta"?'),
        ([{"name": "huber", "delta": {"min": -1, "max": 2}}], "loss huber delta: got -1, allowed is above 0"),
        ([{"name": "huber", "delta": {"min": 1}}], "loss: got { min = 1 }, allowed is { min, max, scale ="),
        ([{"name": "huber", "delta": DELTA | {"scale": "lin"}}], "delta scale"),
    ],
)
def test_what_does_not_fit_is_told(levels, said) -> None:
    with pytest.raises(RequestError) as error:
        study(factors={"loss": levels})
    assert said in str(error.value)


def test_other_designs_have_no_ranges() -> None:
    with pytest.raises(RequestError, match='the design is "grid", only "random" has them'):
        read({"name": "s", "task": "xor", "factors": FACTORS})


def test_levels_that_are_not_open_stay_as_they_are() -> None:
    assert close([64, 64], lambda *_: 1 / 0) == [64, 64]
    assert origin({"name": "huber", "delta": 1.0}, [{"name": "huber", "delta": 1.0}]) is None
    assert origin(0.1, DELTA) is None
    assert inner_factors({"learning_rate": DELTA}) == {}

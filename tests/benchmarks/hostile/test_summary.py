import pandas as pd
import pytest
from hostile.claims import Claim
from hostile.scoring import Score
from hostile.sentences import Said
from hostile.summary import coverage, markdown, power, row, save

FALSE = Score(
    [Claim(Said("better", "a1", "a0"), "answer", "a1 beats a0.")], [], {"levels": (3, 1, 0.05)}, {"levels": (2, 1)}
)
TRUE = Score(intervals={"levels": (3, 0, 0.05)}, reported={"levels": (2, 2)})


def test_counts_of_more_pages_are_added(tmp_path):
    path = tmp_path / "worlds.csv"
    save(row("null", "now", [FALSE, TRUE], 1.0), path)
    save(row("null", "now", [TRUE, TRUE], 1.0), path, first=2)
    one = pd.read_csv(path, keep_default_na=False).to_dict("records")
    assert [(found["pages"], found["false"], found["most often false"]) for found in one] == [
        (4, 1, "better (answer): 1")
    ]
    assert (coverage(one[0]), power(one[0], "levels")) == (pytest.approx(0.75), pytest.approx(7 / 8))
    assert "1 of 4: 25.0 %" in markdown(pd.DataFrame(one), {})


def test_counts_that_do_not_follow_replace_what_is_there(tmp_path):
    path = tmp_path / "worlds.csv"
    for _ in range(2):
        save(row("null", "now", [FALSE], 1.0), path)
    assert pd.read_csv(path)["pages"].tolist() == [1]

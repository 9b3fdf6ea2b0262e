"""Progress: plain lines off a terminal, one live line on it."""

import io

import pytest
from rich.console import Console

from experiments.run import progress
from experiments.run.progress import LiveProgress, Progress, duration


class Clock:
    """Stands in for the time."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


@pytest.fixture
def said():
    return []


def test_nothing_is_said_before_there_is_something_to_say(clock, said):
    Progress("s", 10, 0, 1, said.append).add("ok", "")
    assert said == []


def test_a_plain_line_comes_every_while_and_at_the_end(clock, said):
    shown = Progress("s", 4, 0, 1, said.append)
    for _ in range(4):
        clock.now += 10
        shown.add("ok", "accuracy 0.9 (relu)")
    shown.finish()
    assert said == [
        "s: 2 of 4 trials, 0.1 a second, 20 s left, best accuracy 0.9 (relu)",
        "s: 4 of 4 trials, 0.1 a second, 0 s left, best accuracy 0.9 (relu)",
    ]


def test_trials_of_earlier_runs_count_as_done_but_not_for_the_rate(clock, said):
    shown = Progress("s", 100, 90, 1, said.append)
    assert shown.line() == "90 of 100 trials"
    clock.now += 20
    shown.add("ok", "")
    assert said == ["s: 91 of 100 trials, 0.05 a second, 3.0 min left"]


def test_what_went_wrong_is_counted(clock, said):
    shown = Progress("s", 4, 0, 1, said.append)
    for status in ("diverged", "failed", "diverged", "ok"):
        shown.add(status, "")
    assert said == ["s: 4 of 4 trials, 2 diverged, 1 failed"]


def test_a_clock_that_stands_still_gives_no_rate(clock, said):
    shown = Progress("s", 1, 0, 1, said.append)
    shown.add("ok", "")
    assert said == ["s: 1 of 1 trials"]


def test_the_live_line_shows_the_same_and_goes_away(monkeypatch, said):
    import rich

    screen = io.StringIO()
    monkeypatch.setattr(rich, "_console", Console(file=screen, force_terminal=True, width=120))
    shown = LiveProgress("study", 3, 1, 2, said.append)
    shown.add("ok", "accuracy 0.9 ([relu], tanh)")  # brackets are no markup
    shown.add("failed", "accuracy 0.9 ([relu], tanh)")
    shown.show()
    shown.finish()
    assert said == []
    assert "study: 3 of 3 trials" in screen.getvalue()
    assert "([relu], tanh)" in screen.getvalue()
    assert screen.getvalue().rstrip().endswith("\x1b[2K")  # the line is erased at the end


def test_the_live_line_may_be_taken_away_before_any_trial_ends(monkeypatch, said):
    import rich

    monkeypatch.setattr(rich, "_console", Console(file=io.StringIO(), force_terminal=True, width=20))
    shown = LiveProgress("a study with a long name", 0, 0, 2, said.append)
    shown.finish()
    shown.finish()


@pytest.mark.parametrize(("terminal", "kind"), [(True, LiveProgress), (False, Progress)])
def test_it_is_live_on_a_terminal_alone(monkeypatch, terminal, kind, said):
    import rich

    monkeypatch.setattr(rich, "_console", Console(file=io.StringIO(), force_terminal=True))
    monkeypatch.setattr(progress.sys.stdout, "isatty", lambda: terminal, raising=False)
    shown = progress.progress("s", 1, 0, 1, said.append)
    shown.finish()
    assert type(shown) is kind


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (99, "99 s"),
        (100, "1.7 min"),
        (600, "10.0 min"),
        (5999, "100.0 min"),
        (6000, "1.7 h"),
        (86400, "24.0 h"),
    ],
)
def test_durations_are_short_words(seconds, words):
    assert duration(seconds) == words

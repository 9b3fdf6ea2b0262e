"""Levels and ranges of factors: each mistake is one line with its place."""

import pytest

RANDOM = 'task = "xor"\ndesign = "random"\ntrials = 3\n[factors]\n'
RANGES = {
    "range upside down": (
        RANDOM + "learning_rate = { min = 0.1, max = 0.01 }",
        "5: factors learning_rate: got { min = 0.1, max = 0.01 }, allowed is min < max, and min above 0 on a log scale",
    ),
    "range of one value": (
        RANDOM + "epochs = { min = 3, max = 3 }",
        "5: factors epochs: got { min = 3, max = 3 }, allo",
    ),
    "range below the setting's own": (
        RANDOM + 'learning_rate = { min = 0.0, max = 1.0, scale = "log" }',
        "5: factors learning_rate min: got 0.0, allowed is above 0",
    ),
    "range from zero on a log scale": (
        RANDOM + 'dropout = { min = 0.0, max = 0.5, scale = "log" }',
        '5: factors dropout: got { min = 0.0, max = 0.5, scale = "log" }, allowed is min < max, and min above 0 on a',
    ),
    "range with a misspelt scale": (
        RANDOM + 'learning_rate = { min = 0.1, max = 1.0, scale = "lgo" }',
        "5: factors learning_rate scale: got \"lgo\", allowed is 'log' or 'linear'; did you mean \"log\"?",
    ),
    "range with a misspelt end": (
        RANDOM + "learning_rate = { min = 0.1, maxx = 1.0 }",
        '5: factors learning_rate: got { min = 0.1, maxx = 1.0 }, allowed is { min, max, scale = "log" or "linear" }',
    ),
    "range of names": (
        RANDOM + "activation = { min = 0.1, max = 1.0 }",
        "5: factors activation: got { min = 0.1, max = 1.0 }, allowed is a list of levels",
    ),
    "range of lists": (
        RANDOM + "units = { min = 1, max = 8 }",
        "5: factors units: got { min = 1, max = 8 }, allowed is a",
    ),
    "range of halves for a count": (
        RANDOM + "epochs = { min = 1.5, max = 8 }",
        "5: factors epochs min: got 1.5, allowed is a whole number",
    ),
}


@pytest.mark.parametrize(("text", "message"), RANGES.values(), ids=RANGES)
def test_mistakes_of_ranges(messages, text, message):
    (line,) = messages(text)
    assert line.startswith(message)

"""A study file without a mistake, and changes of it."""

RIGHT = """name = "right"
task = "xor"
epochs = 2
seeds = 2

[model]
units = [4]

[factors]
activation = ["relu", "tanh"]
learning_rate = [0.1, 0.01]

[baseline]
activation = "tanh"
"""


def changed(*replacements):
    text = RIGHT
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text

import base64

import digits_parts
import numpy as np
import pandas as pd
import pytest


def test_a_data_set_keeps_its_sealed_part_and_the_images_left_out_for_testing():
    data = [digits_parts.digits_part(part=2).draw(seed) for seed in (0, 1)]
    sealed = 598 - len(data[0].train) - len(data[0].validation)
    assert [len(parts.test) for parts in data] == [sealed + 1199] * 2
    for parts in data:
        used = np.concatenate([parts.train, parts.validation, parts.test])
        assert sorted(used) == list(range(1797))
    assert np.array_equal(data[0].test, data[1].test)
    assert not np.array_equal(np.sort(data[0].validation), np.sort(data[1].validation))
    assert not np.array_equal(data[0].test, digits_parts.digits_part(part=3).draw(0).test)


def test_right_answers_on_the_sealed_part_are_kept_apart_from_those_on_new_images():
    sealed = 598 - sum(digits_parts.sizes(598, 0.2, 0.2))
    bits = np.r_[np.ones(sealed), np.zeros(1199)].astype(bool)
    packed = base64.b64encode(np.packbits(bits).tobytes()).decode()
    table = pd.DataFrame({"trial": ["a"], "test_set": ["t"], "examples": [len(bits)], "correct": [packed]})
    own, new = (digits_parts.split_answers(table, sealed=sealed).iloc[0] for sealed in (True, False))
    assert (own["examples"], own["share"]) == (sealed, 1.0)
    assert (new["examples"], new["share"]) == (1199, 0.0)
    assert np.unpackbits(np.frombuffer(base64.b64decode(own["correct"]), np.uint8), count=sealed).sum() == sealed


def test_the_truth_is_the_gain_on_new_images_over_all_data_sets():
    held, rows, answers = 598 - sum(digits_parts.sizes(598, 0.2, 0.2)), [], []
    for part, right in ((0, 3), (1, 5)):
        for rate, count in (("0.005", 2), ("0.01", right)):
            name = f"{part}-{rate}"
            rows.append({"trial": name, "part": str(part), "activation": "relu", "learning_rate": rate})
            bits = np.r_[np.zeros(held), np.arange(10) < count].astype(bool)
            packed = base64.b64encode(np.packbits(bits).tobytes()).decode()
            answers.append({"trial": name, "examples": len(bits), "correct": packed})
    found = digits_parts.gains_on_new(pd.DataFrame(rows), pd.DataFrame(answers)).set_index(["learning_rate", "part"])
    assert found.loc["0.01", "own"].to_dict() == pytest.approx({"0": 0.1, "1": 0.3})
    assert found.loc["0.01", "true"].to_list() == pytest.approx([0.2, 0.2])

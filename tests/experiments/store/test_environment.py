"""What trials were computed with: told by this process, kept in the journal, read back from before."""

import json
import os

from experiments.store import software
from experiments.store.environment import Environment, environment_here, machine, read_environment
from experiments.store.journal import Journal
from experiments.store.machine import cores


def test_what_is_here_is_plain_json_and_comes_back_as_it_was():
    here = environment_here()
    assert json.loads(json.dumps(here.as_table())) == here.as_table()
    assert read_environment(here.as_table()) == here
    assert {"versions", "machine", "code_digest", "earlier_code_digests"} <= set(here.as_table())
    assert here.backend is here.data is None  # nobody has asked Keras or drawn data yet


def test_the_machine_is_told_with_its_cores():
    assert machine().endswith(f"{cores()} cores")
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_code_that_trained_a_part_before_is_kept():
    now = software.code_digest()
    assert environment_here(Environment(code_digest=now)).earlier_code_digests == []
    assert environment_here(Environment(backend="jax")).earlier_code_digests == []
    known = Environment(code_digest="b", earlier_code_digests=["a", now])
    assert environment_here(known).earlier_code_digests == ["a", "b"]


def test_a_journal_keeps_it_as_a_table(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite")
    kept = Environment(versions={"keras": "3"}, backend="jax", data={"train": 3, "sealed": True}, data_trial="t")
    journal.keep(environment=kept)
    assert journal.record.environment == kept
    journal.close()

"""How many cores and how much memory a process may use."""

import psutil
import pytest

from experiments.store import machine


def test_memory_limits_the_processes(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "cores", lambda: 4)
    monkeypatch.setattr(machine, "free_memory", lambda: 3.5 * 2**30)
    assert machine.most_workers() == 3
    monkeypatch.setattr(machine, "free_memory", lambda: 1)
    assert machine.most_workers() == 1
    monkeypatch.undo()
    limit = tmp_path / "limit"
    monkeypatch.setattr(machine, "_LIMITS", (str(limit),))
    free = machine.free_memory()
    assert 0 < free <= psutil.virtual_memory().total
    for text, found in (("max", free), ("12345", 12345)):
        limit.write_text(text)
        assert machine.free_memory() == pytest.approx(found, rel=0.2)

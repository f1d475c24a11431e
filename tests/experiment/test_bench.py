"""The benchmark counts what it says it counts; speed itself is never a test."""

from __future__ import annotations

import pytest

from simcollect.core.codes import EventKind
from simcollect.experiment.bench import Operations, count_operations, run_bare
from simcollect.scenario import load


def test_operations_are_those_of_the_run() -> None:
    operations, log = count_operations(load("tiny"))
    kinds = log.rows["kind"].tolist()
    assert operations.accounts == 12
    assert operations.processes == 12 + 4
    assert operations.puts == kinds.count(EventKind.WORK_QUEUED)
    assert operations.gets == kinds.count(EventKind.WORK_STARTED)
    assert operations.timeouts > operations.gets


def test_the_bare_program_does_as_many_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    import simpy

    done = {"timeouts": 0, "gets": 0, "puts": 0}

    class Counting(simpy.Environment):
        def timeout(self, delay: float = 0, value: object = None) -> simpy.Timeout:
            done["timeouts"] += 1
            return super().timeout(delay, value)

    class Store(simpy.Store):
        def put(self, item: object) -> object:  # type: ignore[override]
            done["puts"] += 1
            return super().put(item)

        def get(self) -> object:  # type: ignore[override]
            done["gets"] += 1
            return super().get()

    monkeypatch.setattr(simpy, "Environment", Counting)
    monkeypatch.setattr(simpy, "Store", Store)
    run_bare(Operations(processes=14, timeouts=100, puts=20, gets=20, accounts=10), horizon=1000)
    assert done == {"timeouts": 100, "puts": 20, "gets": 20}

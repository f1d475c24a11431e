"""The benchmark does what it says it does; speed itself is never a test."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import simpy

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.bench import BenchReport, bench
from simcollect.experiment.skeleton import Skeleton, bare, idiomatic, record
from simcollect.scenario import Scenario


@pytest.fixture(scope="module")
def recorded(tiny: Scenario) -> tuple[Skeleton, EventLog]:
    return record(tiny, "balanced")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What a program asks of SimPy."""
    counts: Counter[str] = Counter()

    class Environment(simpy.Environment):
        def timeout(self, delay: float = 0, value: Any = None) -> simpy.Timeout:
            counts["timeouts"] += 1
            return super().timeout(delay, value)

        def process(self, generator: Any) -> simpy.Process:
            counts["processes"] += 1
            return super().process(generator)

    plain_interrupt = simpy.Process.interrupt

    def interrupt(self: simpy.Process, cause: Any = None) -> None:
        counts["interrupts"] += 1
        plain_interrupt(self, cause)

    class Store(simpy.PriorityStore):
        def put(self, item: Any) -> Any:  # type: ignore[override]
            counts["puts"] += 1
            return super().put(item)

        def get(self) -> Any:  # type: ignore[override]
            counts["gets"] += 1
            return super().get()

    monkeypatch.setattr(simpy.Process, "interrupt", interrupt)
    monkeypatch.setattr(simpy, "Environment", Environment)
    monkeypatch.setattr(simpy, "PriorityStore", Store)
    return counts


def test_recording_a_run_does_not_change_it(tiny: Scenario, recorded: tuple[Skeleton, EventLog]) -> None:
    assert recorded[1] == simulate(tiny, "balanced")


def test_the_skeleton_holds_the_runs_operations(recorded: tuple[Skeleton, EventLog]) -> None:
    skeleton, log = recorded
    kinds = Counter(log.rows["kind"].tolist())
    assert skeleton.n_processes == 12 + 4 + 4
    assert skeleton.n_puts == kinds[EventKind.WORK_QUEUED]
    assert skeleton.n_gets == kinds[EventKind.WORK_STARTED]
    woken = sum(nap.heard for naps in skeleton.naps for nap in naps)
    paydays_and_reviews = 12 * 6  # at least one payday a month in half a year
    assert woken > paydays_and_reviews
    assert 0 < skeleton.n_moved <= skeleton.n_gets


def test_every_item_is_put_on_a_list_before_it_is_taken(recorded: tuple[Skeleton, EventLog]) -> None:
    skeleton, _ = recorded
    asked: Counter[int] = Counter()
    for naps in skeleton.naps:
        for nap in naps:
            asked.update(nap.asks)
    for work in skeleton.work:
        asked.update(work.asks)
    for pool, looks in skeleton.looks.items():
        assert asked[pool] >= sum(map(len, looks.values()))


def test_the_bare_program_does_as_many_operations(recorded: tuple[Skeleton, EventLog], done: Counter[str]) -> None:
    skeleton, _ = recorded
    assert bare(skeleton).now == skeleton.horizon
    assert done == {
        "processes": skeleton.n_processes,
        "timeouts": skeleton.n_timeouts,
        "puts": skeleton.n_puts,
        "gets": skeleton.n_gets,
    }


def test_by_the_manual_work_is_processes_and_moved_alarms_are_interrupts(
    recorded: tuple[Skeleton, EventLog], done: Counter[str]
) -> None:
    skeleton, _ = recorded
    idiomatic(skeleton)
    assert done["processes"] == skeleton.n_processes + skeleton.n_gets
    assert done["puts"] == skeleton.n_puts
    assert done["gets"] == skeleton.n_gets
    assert done["interrupts"] == skeleton.n_moved
    assert done["timeouts"] > skeleton.n_timeouts


def test_a_report_has_a_figure_for_everything(tiny: Scenario, recorded: tuple[Skeleton, EventLog]) -> None:
    told: list[tuple[int, int]] = []
    report = bench(2, lambda n, of: told.append((n, of)), tiny, n_synthetic=1_000, n_tabulated=1_000)
    assert told == [(1, 2), (2, 2)]
    days_before_arrival = recorded[1].accounts["arrives_at"].sum() / (24 * 60)
    assert report.borrower_years == pytest.approx((12 * 180 - days_before_arrival) / 365)
    assert report.bytes_per_borrower > 1_000
    assert min(report.engine_seconds, report.bare_seconds, report.million_seconds, report.draw_seconds) > 0.0
    assert min(report.tables_seconds, report.tables_bytes) > 0.0


@pytest.mark.parametrize(
    ("engine", "million", "tables", "gibibytes", "met"),
    [
        (3.0, 9.9, 29.0, 3.9, True),
        (3.1, 9.9, 29.0, 3.9, False),
        (3.0, 10.0, 29.0, 3.9, False),
        (3.0, 9.9, 30.0, 3.9, False),
        (3.0, 9.9, 29.0, 4.0, False),
    ],
)
def test_a_missed_bar_is_a_missed_bar(
    recorded: tuple[Skeleton, EventLog], engine: float, million: float, tables: float, gibibytes: float, met: bool
) -> None:
    memory = int(gibibytes * 2**30)
    report = BenchReport(engine, 1.0, 2.0, recorded[0], 100, 1.0, 1.0, 1.0, million, 1e-8, tables, memory)
    assert report.met is met

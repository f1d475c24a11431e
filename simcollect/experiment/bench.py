"""Speed, as ratios measured in one run: the engine against a bare SimPy program that does the same for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from statistics import median
from typing import Any, Final
from unittest.mock import patch

import numpy as np
import simpy

from simcollect.core.codes import EventKind
from simcollect.core.rng import uniforms
from simcollect.engine import Simulation, processes
from simcollect.population import build
from simcollect.scenario import Scenario, load, read_document, scenario_path

BAR_ENGINE: Final = 3.0
BAR_MILLION_SECONDS: Final = 10.0
_DAY: Final = 1440


@dataclass(frozen=True)
class Operations:
    """What one run asks of SimPy.

    Attributes
    ----------
    processes, timeouts, puts, gets : int
        Processes started, timeouts (alarms of accounts, ends of work, shifts, looks at a list), items put on and taken
        off work lists.
    accounts : int
        Processes among them that are accounts.
    """

    processes: int
    timeouts: int
    puts: int
    gets: int
    accounts: int


@dataclass(frozen=True)
class BenchReport:
    """Figures of one measurement; times in seconds are medians of alternating runs.

    Attributes
    ----------
    engine_seconds, bare_seconds : float
        A run of the engine, and of the bare program with the same operations.
    operations : Operations
        What both do.
    n_events : int
        Rows of the event log.
    borrower_years : float
        Account-years simulated.
    bytes_per_borrower : float
        Arrays of state and book, and the log, over accounts.
    million_seconds : float
        A million synthetic accounts, generated on one core.
    draw_nanoseconds : float
        One keyed draw in compiled code.
    """

    engine_seconds: float
    bare_seconds: float
    operations: Operations
    n_events: int
    borrower_years: float
    bytes_per_borrower: float
    million_seconds: float
    draw_nanoseconds: float

    @property
    def ratio(self) -> float:
        """How many times as long the engine takes as the bare program."""
        return self.engine_seconds / self.bare_seconds


def bench(rounds: int = 5, on_progress: Callable[[int, int], None] | None = None) -> BenchReport:
    """Measure the engine on a year of ``cards_taiwan`` under ``balanced``.

    Parameters
    ----------
    rounds : int
        Times that the engine and the bare program are run in turn, at least 1.
    on_progress : callable, optional
        Told (rounds finished, rounds in all).
    """
    scenario = load("cards_taiwan")
    book = build(scenario)
    operations, log = count_operations(scenario)
    engine, bare = [], []
    for done in range(rounds):
        run = Simulation(scenario, "balanced", population=book)
        engine.append(_seconds(run.run))
        bare.append(_seconds(lambda: run_bare(operations, scenario.run.horizon_days * _DAY)))
        if on_progress is not None:
            on_progress(done + 1, rounds)
    present = scenario.run.horizon_days - log.accounts["arrives_at"] / _DAY
    n = len(book.book)
    state = run.arrays.state.nbytes + book.book.nbytes + log.rows.nbytes
    return BenchReport(
        median(engine),
        median(bare),
        operations,
        len(log.rows),
        float(present.sum()) / 365.0,
        state / n,
        _seconds(_million),
        _seconds(lambda: uniforms(1, 0, np.arange(2_000_000), 31, 0)) / 2_000_000 * 1e9,
    )


def count_operations(scenario: Scenario) -> tuple[Operations, Any]:
    """Run once and count what is asked of SimPy; return the counts and the event log."""
    counted = [0]

    class Counted(processes.Moment):
        def __init__(self, env: simpy.Environment, at: int, place: int) -> None:
            counted[0] += 1
            super().__init__(env, at, place)

    simulation = "simcollect.engine.simulation.Moment"
    with patch.object(processes, "Moment", Counted), patch(simulation, Counted):
        run = Simulation(scenario, "balanced")
        run.run()
    log = run.log()
    kinds = np.bincount(log.rows["kind"], minlength=max(EventKind) + 1)
    accounts = len(log.accounts)
    return Operations(
        accounts + len(run.desks),
        counted[0],
        int(kinds[EventKind.WORK_QUEUED]),
        int(kinds[EventKind.WORK_STARTED]),
        accounts,
    ), log


def run_bare(operations: Operations, horizon: int) -> None:
    """Run a SimPy program with the same numbers of processes, timeouts and store operations, and nothing in them."""
    env = simpy.Environment()
    store = simpy.Store(env)
    others = operations.processes - operations.accounts
    rest = operations.timeouts - operations.gets
    for account in range(operations.accounts):
        timeouts = _share(rest, operations.accounts, account)
        puts = _share(operations.puts, operations.accounts, account)
        env.process(_account(env, store, timeouts, puts, horizon))
    for collector in range(others):
        env.process(_collector(env, store, _share(operations.gets, others, collector)))
    env.run()


def _account(
    env: simpy.Environment, store: simpy.Store, timeouts: int, puts: int, horizon: int
) -> Generator[simpy.Event, Any, None]:
    gap = horizon / max(1, timeouts)
    for k in range(timeouts):
        yield env.timeout(gap)
        if k < puts:
            yield store.put(k)


def _collector(env: simpy.Environment, store: simpy.Store, items: int) -> Generator[simpy.Event, Any, None]:
    for _ in range(items):
        yield store.get()
        yield env.timeout(1)


def _share(total: int, parts: int, part: int) -> int:
    """Return the size of one of ``parts`` nearly equal parts of ``total``."""
    return total // parts + (part < total % parts)


def _million() -> None:
    """Generate a million synthetic accounts like the card rows."""
    path = scenario_path("cards_taiwan")
    document = read_document(path)
    portfolio = dict(document["portfolio"])
    rows = portfolio.pop("real")
    portfolio |= {"source": "synthetic", "n_stock": 1_000_000, "flow_per_month": 0.0, "synthetic": {"fit_to": rows}}
    build(load(document | {"portfolio": portfolio}, folder=path.parent))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began

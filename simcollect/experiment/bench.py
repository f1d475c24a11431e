"""Speed, as ratios measured in one run: the engine against bare SimPy programs that do the same for nothing."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import numpy as np

from simcollect.core.rng import uniforms
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.engine import Simulation
from simcollect.experiment.bench_tables import BAR_TABLES_BYTES, BAR_TABLES_SECONDS, measure_tables
from simcollect.experiment.skeleton import Skeleton, bare, idiomatic, record
from simcollect.population import build
from simcollect.scenario import Scenario, load, read_document, scenario_path

BAR_ENGINE: Final = 3.0
BAR_MILLION_SECONDS: Final = 10.0
STRATEGY: Final = "balanced"
_MANY: Final = 1_000_000
_TABULATED: Final = 10_000_000
_DAYS_PER_YEAR: Final = 365.0


@dataclass(frozen=True)
class BenchReport:
    """Figures of one measurement; times are processor seconds, medians of runs in turn.

    Attributes
    ----------
    engine_seconds : float
        From a book to the event log: the run set up, run, and its log handed over.
    bare_seconds, idiomatic_seconds : float
        The same operations in a bare program, see :mod:`simcollect.experiment.skeleton`.
    skeleton : Skeleton
        The operations.
    n_events : int
        Rows of the event log.
    borrower_years : float
        Account-years simulated.
    bytes_per_borrower : float
        Memory at work: state, book, SimPy's objects.
    log_bytes_per_borrower : float
        The event log over the accounts.
    million_seconds : float
        A million synthetic accounts, generated on one core.
    draw_seconds : float
        One keyed draw in compiled code.
    tables_seconds, tables_bytes : float
        All outcome tables of a log of ten million events on one core, and the peak memory with the log.
    """

    engine_seconds: float
    bare_seconds: float
    idiomatic_seconds: float
    skeleton: Skeleton
    n_events: int
    borrower_years: float
    bytes_per_borrower: float
    log_bytes_per_borrower: float
    million_seconds: float
    draw_seconds: float
    tables_seconds: float
    tables_bytes: float

    @property
    def ratio(self) -> float:
        """How many times as long the engine takes as the bare program."""
        return self.engine_seconds / self.bare_seconds

    @property
    def idiomatic_ratio(self) -> float:
        """How many times as long the engine takes as the bare program written by SimPy's manual."""
        return self.engine_seconds / self.idiomatic_seconds

    @property
    def met(self) -> bool:
        """Whether all bars are met."""
        return (
            self.ratio <= BAR_ENGINE
            and self.million_seconds < BAR_MILLION_SECONDS
            and self.tables_seconds < BAR_TABLES_SECONDS
            and self.tables_bytes < BAR_TABLES_BYTES
        )


def bench(
    rounds: int = 5,
    on_progress: Callable[[int, int], None] | None = None,
    scenario: Scenario | None = None,
    n_synthetic: int = _MANY,
    n_tabulated: int = _TABULATED,
) -> BenchReport:
    """Measure the engine under ``balanced``.

    Parameters
    ----------
    rounds : int
        Times that the engine and the bare programs are run in turn, at least 1.
    on_progress : callable, optional
        Told (rounds finished, rounds in all).
    scenario : Scenario, optional
        A year of ``cards_taiwan`` if None.
    n_synthetic : int
        Accounts to generate, at least 1; the time is scaled to a million.
    n_tabulated : int
        Events to tabulate, at least 1.
    """
    scenario = load("cards_taiwan") if scenario is None else scenario
    book = build(scenario)
    skeleton, log = record(scenario, STRATEGY)

    def engine() -> None:
        run = Simulation(scenario, STRATEGY, population=book)
        run.run()
        run.log()

    times: list[tuple[float, float, float]] = []
    for done in range(rounds):
        times.append((_seconds(engine), _seconds(lambda: bare(skeleton)), _seconds(lambda: idiomatic(skeleton))))
        if on_progress is not None:
            on_progress(done + 1, rounds)
    engine_seconds, bare_seconds, idiomatic_seconds = map(median, zip(*times, strict=True))
    n = len(book.book)
    present_minutes = skeleton.horizon * n - int(log.accounts["arrives_at"].sum())
    keys = np.arange(_MANY)
    return BenchReport(
        engine_seconds,
        bare_seconds,
        idiomatic_seconds,
        skeleton,
        len(log.rows),
        present_minutes / MINUTES_PER_DAY / _DAYS_PER_YEAR,
        book.book.itemsize + _working_bytes(scenario) / n,
        log.rows.nbytes / n,
        _seconds(lambda: _generate(n_synthetic)) / n_synthetic * _MANY,
        _seconds(lambda: uniforms(1, 0, keys, 31, 0)) / _MANY,
        *measure_tables(n_tabulated),
    )


def _working_bytes(scenario: Scenario) -> int:
    """Return the bytes that a run holds on its first day beside its book and its page of the log."""
    book = build(scenario)
    tracemalloc.start()
    try:
        run = Simulation(scenario, STRATEGY, population=book)
        run.run(1)
        return tracemalloc.get_traced_memory()[0] - run.arrays.page.nbytes
    finally:
        tracemalloc.stop()


def _generate(n_accounts: int) -> None:
    """Generate synthetic accounts like the card rows."""
    path = scenario_path("cards_taiwan")
    document = read_document(path)
    portfolio = dict(document["portfolio"])
    rows = portfolio.pop("real")
    portfolio |= {"source": "synthetic", "n_stock": n_accounts, "flow_per_month": 0.0, "synthetic": {"fit_to": rows}}
    build(load(document | {"portfolio": portfolio}, folder=path.parent))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


__all__ = ["BAR_ENGINE", "BAR_MILLION_SECONDS", "BenchReport", "bench"]

"""How long all tables of a large log take, and how much memory: a real log, repeated until it is large."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time

import numpy as np

from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import prices
from simcollect.outcomes.tables import all_tables
from simcollect.scenario import load

BAR_TABLES_SECONDS = 30.0
BAR_TABLES_BYTES = 4 * 2**30
_SCENARIO, _STRATEGY = "cards_taiwan", "balanced"


def measure_tables(n_events: int = 10_000_000) -> tuple[float, int]:
    """Return the seconds that all tables of a log of so many events take, and the peak memory in bytes.

    A year of ``cards_taiwan`` under ``balanced`` is repeated with new accounts until it has ``n_events`` rows. The
    tables are made in a process of their own, so that the memory is theirs and the log's alone.

    Parameters
    ----------
    n_events
        Rows of the log, at least 1.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (n_events,))


def tiled(log: EventLog, n_events: int) -> EventLog:
    """Return a log of ``n_events`` rows: a log repeated with new accounts, in the order of time.

    Rows of staff belong to no account and are repeated as well. The last repetition is cut short: some of its accounts
    lack their last rows.
    """
    times = -(-n_events // len(log.rows))
    n = len(log.accounts)
    accounts = np.tile(log.accounts, times)
    accounts["account_id"] = np.arange(len(accounts)) + 1
    rows = np.empty(times * len(log.rows), dtype=log.rows.dtype)
    for k in range(times):  # every row is followed by its repetitions, so that time never runs back
        rows[k::times] = log.rows
        rows["account"][k::times][log.rows["account"] >= 0] += k * n
    return EventLog(rows[:n_events], accounts, log.header)


def _measure(n_events: int) -> tuple[float, int]:
    scenario = load(_SCENARIO)
    log = tiled(simulate(scenario, _STRATEGY), n_events)
    economics = prices(scenario)
    began = time.perf_counter()
    all_tables(log, economics)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seconds, peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux kibibytes

"""How long all tables of a large log take, and how much memory: a real log, repeated until it is large."""

from __future__ import annotations

import multiprocessing
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
    """Return the processor seconds that all tables of such a log take on one core, and the peak memory in bytes.

    A year of ``cards_taiwan`` under ``balanced`` is repeated with new accounts until it has ``n_events`` rows. The
    tables are made in a process of their own, so that the memory is theirs and the log's alone.

    Parameters
    ----------
    n_events
        Rows that the log has at least.

    Raises
    ------
    ImportError
        On Windows, which tells no peak memory.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (n_events,))


def tiled(log: EventLog, n_events: int) -> EventLog:
    """Return a log of at least ``n_events`` rows: a log repeated with new accounts, in the order of time.

    Collectors keep their numbers, so each works on as many accounts at once as there are repetitions.
    """
    times = -(-n_events // len(log.rows))
    n = len(log.accounts)
    accounts = np.tile(log.accounts, times)
    accounts["account_id"] = np.arange(len(accounts)) + 1
    rows = np.empty(times * len(log.rows), dtype=log.rows.dtype)
    for k in range(times):  # every row is followed by its repetitions, so that time never runs back
        rows[k::times] = log.rows
        rows["account"][k::times][log.rows["account"] >= 0] += k * n
    return EventLog(rows, accounts, log.header)


def _measure(n_events: int) -> tuple[float, int]:
    import resource  # not everywhere

    scenario = load(_SCENARIO)
    log = tiled(simulate(scenario, _STRATEGY), n_events)
    economics = prices(scenario)
    began = time.process_time()
    all_tables(log, economics)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seconds, peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux kibibytes

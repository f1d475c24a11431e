"""Logs that these tests tabulate: runs of tiny and of a few card rows, and the same without anything but events."""

from __future__ import annotations

from functools import cache

import numpy as np

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.scenario import load
from simcollect.scenario.reading import read_document, scenario_path

STRATEGIES = tuple(load("tiny").strategies)


@cache
def tiny_run(strategy: str) -> EventLog:
    """Half a year of the twelve borrowers."""
    return simulate(load("tiny"), strategy)


@cache
def card_run(strategy: str = "balanced") -> EventLog:
    """Two hundred days of eighty card accounts overdue at the start and as many as then fall overdue in the data."""
    document = dict(read_document(scenario_path("cards_taiwan")))
    document["portfolio"] = dict(document["portfolio"]) | {"n_stock": 80}
    document["run"] = dict(document["run"]) | {"horizon_days": 200, "reading_days": [200]}
    return simulate(load(document), strategy)


def foreign(log: EventLog) -> EventLog:
    """The log as another agency would keep it: no shifts, no work lists."""
    own = (
        EventKind.STAFFED,
        EventKind.WORK_QUEUED,
        EventKind.WORK_STARTED,
        EventKind.WORK_ENDED,
        EventKind.WORK_WITHDRAWN,
    )
    return EventLog(log.rows[~np.isin(log.rows["kind"], own)], log.accounts, log.header)

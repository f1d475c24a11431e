"""What the replays read off event logs: who is watched, and when something first happened to each account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, EventKind, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY

Logs: TypeAlias = Mapping[str, EventLog]
"""Event logs of one replication by arm; the same accounts, in the same order, in each."""
Flags: TypeAlias = NDArray[np.bool_]
Days: TypeAlias = NDArray[np.float64]

NEVER: Final = np.inf
"""Days until something that did not happen."""


def watched(log: EventLog, days: int) -> Flags:
    """Return which accounts the run follows for ``days`` days or more after they fell overdue, shape n."""
    left = log.header.horizon_minutes - log.accounts["arrives_at"]
    flags: Flags = left >= days * MINUTES_PER_DAY
    return flags


def days_until(log: EventLog, rows: Flags) -> Days:
    """Return the days from each account's arrival to the first of the chosen rows, :data:`NEVER` if none, shape n.

    Parameters
    ----------
    log
        Any event log, m rows.
    rows
        Which rows count, shape m.
    """
    first = np.full(len(log.accounts), np.iinfo(np.int64).max)
    np.minimum.at(first, log.rows["account"][rows], log.rows["at"][rows])
    since = (first - log.accounts["arrives_at"]) / MINUTES_PER_DAY
    return np.where(first == np.iinfo(np.int64).max, NEVER, since)


def days_until_resolved(log: EventLog) -> Days:
    """Return the days until the arrears were first paid, by a cure or by paying off the whole debt, shape n."""
    kind, detail = log.rows["kind"], log.rows["detail"]
    paid_off = (kind == EventKind.CLOSED) & (detail == CloseReason.PAID_IN_FULL)
    return days_until(log, (kind == EventKind.CURED) | paid_off)


def days_until_spoken(log: EventLog) -> Days:
    """Return the days until the first conversation, with a person or a machine, shape n."""
    return days_until(log, log.rows["kind"] == EventKind.CONVERSATION)


def days_until_overdue_again(log: EventLog) -> Days:
    """Return the days until a cured account first fell overdue again, shape n."""
    return days_until(log, log.rows["kind"] == EventKind.REDEFAULTED)


def days_until_stage(log: EventLog, stage: Stage) -> Days:
    """Return the days until an account first entered a stage, shape n."""
    rows = log.rows
    return days_until(log, (rows["kind"] == EventKind.STAGE_ENTERED) & (rows["stage"] == stage))


def percent(flags: Flags, among: Flags) -> float:
    """Return the per cent of the accounts ``among`` which the flag is up, NaN where there are none.

    Examples
    --------
    >>> percent(np.array([True, False, True]), np.array([True, True, False]))
    50.0
    """
    return float(100.0 * np.mean(flags[among])) if among.any() else float("nan")

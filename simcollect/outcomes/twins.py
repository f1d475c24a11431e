"""Counterfactual twins: the same borrowers with the same luck under two strategies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.reading import Reading

_TWIN_FIELDS = ("scenario", "seed", "replication", "start_date", "horizon_minutes", "currency", "minor_units")


@dataclass(frozen=True, eq=False)
class IncrementalRecovery:
    """What a strategy recovered beyond what the same borrowers would have paid anyway.

    Attributes
    ----------
    by_account_cents
        Paid under the strategy - paid with no action, shape [n], int64; negative where a payment was lost.
    total_cents
        Their sum.
    share_of_opening
        Total / opening balances; NaN for an empty book.
    """

    by_account_cents: NDArray[np.int64]
    total_cents: int
    share_of_opening: float


def check_twins(log: EventLog, twin: EventLog) -> None:
    """Refuse two logs that are not the same book with the same luck.

    Raises
    ------
    InputError
        If scenario, seed, replication, calendar, currency or the accounts differ.
    """
    where = f"twins {log.header.strategy} and {twin.header.strategy}"
    remedy = "Simulate both strategies with the same scenario, seed and replication"
    for name in _TWIN_FIELDS:
        ours, theirs = getattr(log.header, name), getattr(twin.header, name)
        if ours != theirs:
            raise InputError(where, name, f"is {ours!r} in the one and {theirs!r} in the other", remedy)
    if len(log.accounts) != len(twin.accounts):
        found = f"are {len(log.accounts)} in the one and {len(twin.accounts)} in the other"
        raise InputError(where, "accounts", found, remedy)
    differing = np.flatnonzero(log.accounts != twin.accounts)
    if len(differing):
        raise InputError(where, f"account {differing[0]}", "is not the same borrower in both", remedy)


def incremental_recovery(log: EventLog, no_action: EventLog, day: int | None = None) -> IncrementalRecovery:
    """Return recovery under a strategy minus recovery of its no-action twin, by account and in total.

    Parameters
    ----------
    log, no_action
        Two logs of the same scenario, seed and replication; the second without any action.
    day
        Reading day; None for the horizon.

    Raises
    ------
    InputError
        If the logs are no twins or the day lies outside the run.
    """
    check_twins(log, no_action)
    reading = Reading.at_day(log, day)
    difference = reading.total(EventKind.PAYMENT) - Reading.at_day(no_action, day).total(EventKind.PAYMENT)
    opening = int(reading.total(EventKind.OPENED).sum())
    total = int(difference.sum())
    return IncrementalRecovery(difference, total, total / opening if opening else float("nan"))
